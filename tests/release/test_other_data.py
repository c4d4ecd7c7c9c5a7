"""Releases of other data: nothing is changed, and no file claims what it can't say."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from jjjkg.cli import main
from jjjkg.rdf.namespaces import PARTS
from jjjkg.release.content import Content
from jjjkg.release.graphs import make_graphs


def make(turtle: str, tell: Callable[[str], None] = lambda _: None) -> dict[str, bytes]:
    triples = tuple(quad.triple for quad in ox.parse(turtle.encode(), ox.RdfFormat.TURTLE))
    content = Content({**dict.fromkeys(PARTS, ()), "asserted": triples}, {}, {}, "")
    return dict(make_graphs(content, tell))


@pytest.mark.parametrize("local", ["p", "_1", "1a", "-b", "a.b", "é", "a:b", "%20c"])
@pytest.mark.parametrize("text", ["plain", r"a\rb\r\nc", r" <&>\t'京\u0085\u2028"])
def test_rdf_xml_is_the_same_to_another_parser(local: str, text: str) -> None:
    files = make(f'<http://x/s> <http://x/{local}> "{text}" .')
    there, again = (
        set(Graph().parse(data=files[f"asserted.{suffix}"], format=name))
        for suffix, name in (("nt", "nt"), ("rdf", "xml"))
    )
    assert there == again


@pytest.mark.parametrize(
    "said",
    [r'<http://x/p> "\u0007"', r'<http://x/p> "\uFFFF"', "<http://x/1> 1", "<http://x/p/> 1"],
)
def test_what_rdf_xml_can_not_write_is_in_the_others(said: str) -> None:
    told: list[str] = []
    files = make(f"<http://x/s> {said} .", told.append)
    assert "asserted.rdf" not in files
    assert [line.partition(":")[0] for line in told] == [
        "there is no asserted.rdf",
        "there is no everything.rdf",
    ]
    assert "ontology.rdf" in files
    assert len(list(ox.parse(files["asserted.ttl"], ox.RdfFormat.TURTLE))) == 1


def test_named_graphs_as_they_are_have_no_parts(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<http://x/s> <http://x/p> <http://x/o> .")
    folder = tmp_path / "out"
    assert main(["release", str(folder), "--data", f"http://x/graph={data}"]) == 0
    names = {file.name for file in folder.iterdir() if file.suffix != ".gz"}
    assert names == {
        *("dataset.trig", "dataset.nq", "dataset.jsonld", "manifest.json", "SHA256SUMS")
    }
    assert main(["release", "--check", str(folder)]) == 0
