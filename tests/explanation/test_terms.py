"""Terms as people write them."""

import pyoxigraph as ox
import pytest

from jjjkg.errors import InputError
from jjjkg.explanation.names import Names, read_term, write_term
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Term

DATA = """
@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:town rdfs:label "Town"@en , "城镇"@zh ; :origin :hill .
:origin rdfs:label "origin"@en .
:spring rdfs:label "Origin"@en .
:first skos:notation "P1.S1.a" , "P1.S1.b" . :second skos:notation "P1.S1.b" .
:hill skos:prefLabel "Hill" ; :note "a \\"quoted\\" word"@en .
"""


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(quad.triple for quad in ox.parse(DATA, ox.RdfFormat.TURTLE))


def example(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://example.org/{name}")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Town", example("town")),
        (" town ", example("town")),
        ("城镇", example("town")),
        ("Hill", example("hill")),
        ("http://example.org/town", example("town")),
        ("<http://example.org/new>", example("new")),
        ("kg:beijing", ox.NamedNode(expand("kg:beijing"))),
        ("3.5", ox.Literal("3.5", datatype=ox.NamedNode(expand("xsd:decimal")))),
        ("1e3", ox.Literal("1e3", datatype=ox.NamedNode(expand("xsd:double")))),
        ("p1.s1.A", example("first")),
        ("13", ox.Literal(13)),
        ("true", ox.Literal(True)),
        ('"13"^^xsd:integer', ox.Literal(13)),
        ('"13"^^<http://www.w3.org/2001/XMLSchema#integer>', ox.Literal(13)),
        ('"text"@en', ox.Literal("text", language="en")),
        ('"a \\"quoted\\" word"@en', ox.Literal('a "quoted" word', language="en")),
        ('"plain"', ox.Literal("plain")),
    ],
)
def test_a_term_is_read(names: Names, text: str, term: Term) -> None:
    assert read_term(text, names) == term


def test_a_label_of_a_property_is_read_where_one_is_asked_for(names: Names) -> None:
    assert read_term("origin", names, property=True) == example("origin")
    assert read_term("a", names, property=True) == ox.NamedNode(expand("rdf:type"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("origin", ("http://example.org/origin", "http://example.org/spring", "name one")),
        ("P1.S1.b", ("http://example.org/first", "http://example.org/second", "name one")),
        ("Twn", ("'Twn'", "town")),
        ("kg", ("'kg'", "kg:beijing")),
        ("<no iri>", ("'no iri'", "is not an IRI")),
        ('"x"^^foo:bar', ("foo:bar", "prefix")),
        ('"x"@', ('"x"@',)),
        ('"x"^^<a:b>.<c:d><e:f>"y"', ("is not a literal",)),
        ("", ("''",)),
    ],
)
def test_what_is_no_term_is_refused_with_what_to_do(
    names: Names, text: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        read_term(text, names)
    for word in words:
        assert word in str(caught.value)


def test_every_term_of_our_graph_is_read_as_it_is_written(dataset: object) -> None:
    names = Names(dataset.asserted)  # type: ignore[attr-defined]
    assert len(names.terms) > 500
    for term in names.terms:
        if not isinstance(term, ox.BlankNode):
            assert read_term(write_term(term), names) == term
