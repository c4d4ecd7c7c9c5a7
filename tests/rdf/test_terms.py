"""Terms, lists, IRIs and graphs: the small things that every room shares."""

import json

import pyoxigraph as ox
import pytest

from jjjkg.rdf.iris import find_problem, is_absolute
from jjjkg.rdf.quads import group_quads, make_quads
from jjjkg.rdf.terms import (
    BrokenList,
    Object,
    decode_term,
    encode_term,
    named,
    read_list,
    statement_of,
    triple_of,
)

TERMS = (
    ox.NamedNode("http://e/a"),
    ox.BlankNode("b1"),
    ox.Literal("a\u2028b"),
    ox.Literal("a", language="zh-Hans"),
    ox.Literal("a", language="ar", direction=ox.BaseDirection.RTL),
    ox.Literal("34.90", datatype=named("xsd:decimal")),
    ox.Triple(ox.BlankNode("b"), ox.NamedNode("x:p"), ox.Literal("a", language="en")),
)


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_a_term_comes_back_from_json(term: Object) -> None:
    assert decode_term(json.loads(json.dumps(encode_term(term)))) == term


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_the_engine_reads_the_same_term(term: Object) -> None:
    row = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": encode_term(term)}]}}
    found = ox.parse_query_results(json.dumps(row), format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    assert [solution["x"] for solution in found] == [term]


def test_an_unknown_kind_of_term_is_refused() -> None:
    with pytest.raises(ValueError, match="'iri' is not a kind of term"):
        decode_term({"type": "iri", "value": "http://e/a"})


def test_a_statement_is_a_triple_and_back() -> None:
    triple = ox.Triple(ox.BlankNode("b"), named("rdf:type"), ox.Literal("a"))
    assert triple_of(statement_of(triple)) == triple


def test_a_triple_about_a_triple_is_no_statement() -> None:
    triple = ox.Triple(ox.BlankNode("b"), named("rdf:value"), TERMS[-1])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="beyond OWL 2"):
        statement_of(triple)


def test_a_literal_is_the_subject_of_no_triple() -> None:
    with pytest.raises(TypeError):
        triple_of((ox.Literal("a"), named("rdf:type"), ox.Literal("b")))


def read(turtle: str) -> list[str]:
    """The members, as N-Triples write them, of the list that is the value of <x:list>."""
    triples = [quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)]

    def values(node: Object, property: str) -> list[Object]:
        name = named(property)
        return [t.object for t in triples if t.subject == node and t.predicate == name]

    (head,) = [triple.object for triple in triples if triple.predicate.value == "x:list"]
    return [str(member) for member in read_list(head, values)]


def test_the_members_of_a_list_are_read_in_order() -> None:
    assert read('<x:a> <x:list> ( <x:b> "c" "c" ) .') == ["<x:b>", '"c"', '"c"']
    assert read("<x:a> <x:list> () .") == []


CELL = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . <x:a> <x:list> _:c . _:c "


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ('rdf:first "a" ; rdf:rest _:c .', "comes back to itself"),
        ('rdf:first "a" , "b" ; rdf:rest () .', "two rdf:first"),
        ('rdf:first "a" ; rdf:rest () , _:d .', "two rdf:rest"),
        ("rdf:rest () .", "without rdf:first"),
        ('rdf:first "a" .', "without rdf:rest"),
        ('rdf:first "a" ; rdf:rest "b" .', "without rdf:first"),
    ],
)
def test_a_broken_list_is_refused_with_the_reason(cell: str, problem: str) -> None:
    with pytest.raises(BrokenList, match=problem):
        read(CELL + cell)


def test_a_list_may_be_one_of_numbers() -> None:
    cells = {1: {"rdf:first": [7], "rdf:rest": [2]}, 2: {"rdf:first": [8], "rdf:rest": [0]}}
    assert read_list(1, lambda node, property: cells[node][property], nil=0) == [7, 8]


@pytest.mark.parametrize("iri", ["x:", "urn:x", "http://e/省?a='b'#c", "http://[::1]/"])
def test_an_absolute_iri_is_known(iri: str) -> None:
    assert is_absolute(iri)
    assert find_problem(iri) == ""


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "/a", "#a", ":a", "1:a", "http://e/a b", "http://e/<", "x:{", "x:\\", "x:\x7f"),
        *("http://e/\ud800", "http://a:b:c", "http://[x", "http://e/%zz", "x:a#b#c", "é:a"),
    ],
)
def test_a_text_that_is_no_absolute_iri_is_refused_with_the_reason(text: str) -> None:
    assert not is_absolute(text)
    assert find_problem(text)


QUADS = """
<x:a> <x:p> <x:b> <x:g> .
<x:a> <x:p> <x:b> .
<x:c> <x:p> <x:b> <x:g> .
<x:a> <x:p> <x:b> _:g .
"""


def test_quads_are_grouped_by_the_name_of_their_graph() -> None:
    graphs = group_quads(ox.parse(QUADS, ox.RdfFormat.N_QUADS))
    subjects = {name: [str(t.subject) for t in triples] for name, triples in graphs.items()}
    assert subjects == {"x:g": ["<x:a>", "<x:c>"], "": ["<x:a>"], "_:g": ["<x:a>"]}


def test_graphs_become_the_quads_that_they_were_made_of() -> None:
    named_only = [line for line in QUADS.splitlines(keepends=True) if line.endswith("<x:g> .\n")]
    quads = list(ox.parse("".join(named_only), ox.RdfFormat.N_QUADS))
    assert list(make_quads(group_quads(quads))) == quads
