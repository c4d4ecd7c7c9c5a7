"""`jjjkg publish` never touches graphs of another dataset, or such as may be."""

from pathlib import Path

import pytest

from jjjkg.rdf.namespaces import CLAIM, GRAPH
from support.stores.holdings import addresses, count, publish, put

DESCRIPTION = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<{}> a dcat:Dataset .
"""


def describe(small: Path, iri: str) -> Path:
    """The small data with a description, by which they are the dataset of that IRI."""
    (small / "graph" / "dataset.ttl").write_text(DESCRIPTION.format(iri))
    return small


def test_another_dataset_is_left_as_it_is(
    oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(*addresses(oxigraph), "--data", describe(small, "http://example.org/mine")) == 0
    before = count(oxigraph, "GRAPH ?g { ?s ?p ?o }")
    for more in ((), ("--dry-run",), ("--replace",)):
        assert publish(*addresses(oxigraph), *more) == 2
        said = capsys.readouterr().err.splitlines()[-1]
        assert "holds another dataset, <http://example.org/mine>" in said
        assert "<https://w3id.org/jjjkg/dataset>" in said
    assert count(oxigraph, "GRAPH ?g { ?s ?p ?o }") == before


def test_data_without_a_description_do_not_pass_for_a_dataset(
    oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(*addresses(oxigraph)) == 0
    before = count(oxigraph, "GRAPH ?g { ?s ?p ?o }")
    assert publish(*addresses(oxigraph), "--data", small, "--replace") == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "another dataset, <https://w3id.org/jjjkg/dataset>" in said
    assert "data without a description" in said
    assert count(oxigraph, "GRAPH ?g { ?s ?p ?o }") == before


@pytest.mark.parametrize("graph", [f"{CLAIM}C9", f"{CLAIM}C1", f"{GRAPH}asserted"])
def test_graphs_that_nobody_describes_are_replaced_only_where_that_is_said(
    graph: str, oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(oxigraph, graph)
    options = [*addresses(oxigraph), "--data", describe(small, "http://example.org/mine")]
    assert publish(*options) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"holds <{graph}>, and does not say of which dataset" in said
    assert "1 such graphs would be replaced or deleted: give --replace if they may" in said
    assert count(oxigraph, "GRAPH ?g { ?s ?p ?o }") == 1
    assert publish(*options, "--replace") == 0
    assert count(oxigraph, f"GRAPH <{graph}> {{ ?s ?p 34.90 }}") == (graph != f"{CLAIM}C9") * (
        graph == f"{CLAIM}C1" or graph == f"{GRAPH}asserted"
    )


def test_a_dataset_is_known_again_in_another_version(
    oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = describe(small, "http://example.org/mine")
    assert publish(*addresses(oxigraph), "--data", data) == 0
    graphs = data / "graph" / "g.trig"
    graphs.write_text(graphs.read_text(encoding="utf-8").replace("34.90", "35"), encoding="utf-8")
    put(oxigraph, f"{CLAIM}GONE")
    capsys.readouterr()
    assert publish(*addresses(oxigraph), "--data", data) == 0
    assert "putting 2, deleting 1, 5 are the same" in capsys.readouterr().out


def test_the_description_goes_first(
    oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = describe(small, "http://example.org/mine")
    assert publish(*addresses(oxigraph), "--data", data) == 0
    steps = [line for line in capsys.readouterr().err.splitlines() if " of 7: " in line]
    assert f"<{GRAPH}dataset>" in steps[0]
