"""Graphs are written in every format, however large they are, and refused where it can't be."""

import io

import pyoxigraph as ox
import pytest

from jjjkg.evaluation import Evaluator, UnsupportedQuery, results
from jjjkg.rdf.formats import GRAPHS, Format

TRIPLE_TERM = "CONSTRUCT { <a:b> <a:c> <<( <a:d> <a:e> 1 )>> } {}"
WITH_TRIPLE_TERMS = ("ttl", "nt", "trig", "nq")


class Kept(io.BytesIO):
    """An output that is kept."""

    def count(self, rows: int) -> None:
        self.rows = rows

    def is_full(self, rows: int) -> bool:
        """It takes any number."""
        return False


@pytest.mark.parametrize("sorted_up_to", [0, 4, 5])
@pytest.mark.parametrize("format", GRAPHS, ids=lambda format: format.name)
def test_a_graph_is_the_same_in_each_format_and_size(
    format: Format, sorted_up_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "SORTED", sorted_up_to)
    triples = [
        ox.Triple(ox.NamedNode(f"x:s{i}"), ox.NamedNode("x:p"), ox.Literal(f'"{i}"\n<&>京'))
        for i in (3, 1, 2, 0, 4)
    ]
    output = Kept()
    results.write_graph([*triples, *triples], format.name, output)  # type: ignore[arg-type]
    rdf_format = ox.RdfFormat.from_media_type(format.media_type)
    assert rdf_format is not None
    assert rdf_format.media_type == format.media_type
    read = [quad.triple for quad in ox.parse(output.getvalue(), rdf_format)]
    assert len(read) == output.rows == 5
    assert set(read) == set(triples)


def test_what_is_turtle_is_trig_and_n3_and_n_triples_are_n_quads(evaluator: Evaluator) -> None:
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    written = {f.name: evaluator.evaluate(query, triples=f.name).body for f in GRAPHS}
    assert written["trig"] == written["n3"] == written["ttl"]
    assert written["nq"] == written["nt"]


@pytest.mark.parametrize("format", GRAPHS, ids=lambda format: format.name)
def test_a_triple_as_a_term_is_written_or_another_format_named(
    evaluator: Evaluator, format: Format
) -> None:
    if format.name in WITH_TRIPLE_TERMS:
        assert b"<<( <a:d> <a:e> " in evaluator.evaluate(TRIPLE_TERM, triples=format.name).body
        return
    with pytest.raises(UnsupportedQuery) as refused:
        evaluator.evaluate(TRIPLE_TERM, triples=format.name)
    name = {"jsonld": "JSON-LD", "n3": "N3", "rdfxml": "RDF/XML"}[format.name]
    assert str(refused.value).startswith(f"{name} can't write ")
    assert "ask for another format" in str(refused.value)
