"""Data as named graphs, each file as it is: `--data IRI=FILE` and `--default-graph`."""

from argparse import Namespace
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from jjjkg.cli.loading import load_dataset
from jjjkg.dataset.loading import load, load_graphs, split_graph
from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import PARTS
from jjjkg.snapshot import build, key_of

A, B = "http://example.org/a?b=c", "http://example.org/b"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two graphs that have a triple in common; one would infer a third."""
    (tmp_path / "a.ttl").write_text(
        "<x:p> a <http://www.w3.org/2002/07/owl#SymmetricProperty> . <x:a> <x:p> <x:b> .", "utf-8"
    )
    (tmp_path / "b=2.nt").write_text("<x:a> <x:p> <x:b> .\n<x:a> <x:p> _:b .\n", "utf-8")
    return [f"{A}={tmp_path / 'a.ttl'}", f"{B}={tmp_path / 'b=2.nt'}"]


def test_each_file_is_a_graph_and_nothing_is_inferred(files: list[str], tmp_path: Path) -> None:
    named = [split for file in files if (split := split_graph(file))]
    assert [iri for iri, _ in named] == [A, B]
    dataset = load_graphs(named)
    snapshot = build(dataset, tmp_path / "cache")
    sizes: dict[str, int] = {}
    for quad in ox.parse(path=snapshot.quads):
        assert isinstance(quad.graph_name, ox.NamedNode)
        sizes[quad.graph_name.value] = sizes.get(quad.graph_name.value, 0) + 1
    assert sizes == {A: 2, B: 2}
    assert snapshot.counts["graphs"] == 2
    assert {snapshot.counts[part] for part in PARTS} == {0}
    plain = load([path for _, path in named])
    assert key_of(dataset) != key_of(plain) != key_of(load_graphs(named[:1]))


@pytest.mark.parametrize(("option", "count"), [([], 3), (["union"], 3), (["alone"], 0)])
def test_the_default_graph_is_the_union_or_alone(
    files: list[str],
    option: list[str],
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    (tmp_path / "count.rq").write_text(COUNT, "utf-8")
    chosen = ["--default-graph", *option] if option else []
    query = ["query", str(tmp_path / "count.rq"), "--format", "csv", *chosen]
    assert main([*query, "--data", *files]) == 0
    assert capfd.readouterr().out.split() == ["n", str(count)]


def test_a_path_stays_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x:y=z.ttl").write_text("<x:a> <x:b> <x:c> .", "utf-8")
    for path in ("x:y=z.ttl", "a=b.ttl", "no.ttl"):
        assert split_graph(path) is None


@pytest.mark.parametrize(
    ("data", "graphs", "words"),
    [
        (["{a}", "{plain}"], True, "can't be mixed"),
        (["{a}"], False, "built, queried, released or served"),
        (["http://example.org/ x={plain}"], True, "is not an IRI"),
        (["http://example.org/x=no.ttl"], True, "no.ttl: can't be read"),
        (["http://example.org/x={trig}"], True, "has the named graph <x:g>"),
    ],
)
def test_what_is_wrong_is_told(
    files: list[str], tmp_path: Path, data: list[str], graphs: bool, words: str
) -> None:
    (tmp_path / "g.trig").write_text("<x:g> { <x:a> <x:b> <x:c> }", "utf-8")
    places = {"a": files[0], "plain": tmp_path / "a.ttl", "trig": tmp_path / "g.trig"}
    options = Namespace(data=[path.format(**places) for path in data])
    with pytest.raises(InputError, match=words):
        load_dataset(options, graphs)
