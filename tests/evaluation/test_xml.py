"""Answers in XML: every literal comes back exactly, or the query is refused with the reason."""

import io
import xml.etree.ElementTree as ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from rdflib import Graph, Literal, URIRef, Variable
from rdflib.query import Result

from jjjkg.evaluation import Evaluator, UnsupportedQuery
from jjjkg.rdf.rdfxml import NotXML, ResultsFilter
from support.odd_literals import FORBIDDEN, TYPED, WRITABLE, texts

NAMESPACE = "{http://www.w3.org/2005/sparql-results#}"


def select(evaluator: Evaluator, literal: ox.Literal) -> bytes:
    query = f"SELECT ?x ?y {{ VALUES (?x ?y) {{ ({literal} 1) (2 {literal}) }} }}"
    return evaluator.evaluate(query, results="xml").body


def is_read_as(found: object, literal: ox.Literal) -> bool:
    """Tell if rdflib, which writes numbers and XML its own way, has read a literal."""
    datatype = None if literal.language else URIRef(literal.datatype.value)
    return str(found) == str(Literal(literal.value, literal.language, datatype))


def construct(evaluator: Evaluator, literal: ox.Literal) -> bytes:
    query = f"CONSTRUCT {{ <x:a> <x:p> {literal} }} {{}}"
    return evaluator.evaluate(query, triples="rdfxml").body


@pytest.mark.parametrize(
    "literal", [*map(ox.Literal, WRITABLE), *TYPED], ids=lambda term: ascii(str(term))[:40]
)
def test_readers_get_back_a_literal(evaluator: Evaluator, literal: ox.Literal) -> None:
    if len(literal.value) > 16_000:
        literal = ox.Literal(literal.value[:16_000])  # a query may be so long here
    body = select(evaluator, literal)
    texts = [
        element.text or "" for element in ElementTree.fromstring(body).iter(f"{NAMESPACE}literal")
    ]
    assert texts == [literal.value, "1", "2", literal.value]
    read = ox.parse_query_results(body, ox.QueryResultsFormat.XML)
    assert isinstance(read, ox.QuerySolutions)
    assert next(row["x"] for row in read) == literal
    row = Result.parse(io.BytesIO(body), format="xml").bindings[0]
    assert is_read_as(row[Variable("x")], literal)
    body = construct(evaluator, literal)
    assert [quad.object for quad in ox.parse(body, ox.RdfFormat.RDF_XML)] == [literal]
    (found,) = Graph().parse(data=body, format="xml").objects()
    assert is_read_as(found, literal)


@given(texts)
@settings(max_examples=60, deadline=None)
def test_readers_get_back_any_text(evaluator: Evaluator, text: str) -> None:
    literal = ox.Literal(text)
    first = next(ElementTree.fromstring(select(evaluator, literal)).iter(f"{NAMESPACE}literal"))
    assert (first.text or "") == text
    (found,) = Graph().parse(data=construct(evaluator, literal), format="xml").objects()
    assert str(found) == text


@pytest.mark.parametrize("character", FORBIDDEN, ids=ascii)
def test_a_character_that_xml_has_not_is_named(evaluator: Evaluator, character: str) -> None:
    literal = ox.Literal(f"a{character}b")
    for ask in (select, construct):
        with pytest.raises(UnsupportedQuery, match=rf"U\+{ord(character):04X}.*another format"):
            ask(evaluator, literal)


@pytest.mark.parametrize(
    ("construction", "named"),
    [
        ("<x:a> <x:1> 1", "<x:1>"),
        ("<x:a> <x:a/> 1", "<x:a/>"),
        ('<x:a> <x:p> "a"@en--ltr', '"a"@en--ltr'),
        ("<x:a> <x:p> <<( <x:s> <x:p> 1 )>>", "triples as terms"),
    ],
)
def test_what_rdf_xml_can_not_write_is_named(
    evaluator: Evaluator, construction: str, named: str
) -> None:
    with pytest.raises(UnsupportedQuery) as refusal:
        evaluator.evaluate(f"CONSTRUCT {{ {construction} }} {{}}", triples="rdfxml")
    assert named in str(refusal.value)
    assert "ask for another format" in str(refusal.value)


def test_a_class_that_is_no_name_of_xml_is_written(evaluator: Evaluator) -> None:
    body = evaluator.evaluate("CONSTRUCT { <x:a> a <x:1> } {}", triples="rdfxml").body
    (found,) = Graph().parse(data=body, format="xml").objects()
    assert str(found) == "x:1"


def test_a_large_graph_is_written_too(evaluator: Evaluator) -> None:
    """One that leaves before all of it is known."""
    values = " ".join(f'"{number}\\r"' for number in range(11_000))
    limited = f"CONSTRUCT {{ <x:a> <x:p> ?x }} {{ VALUES ?x {{ {values} }} }} LIMIT 9999"
    found = (
        Graph()
        .parse(data=evaluator.evaluate(limited, triples="rdfxml").body, format="xml")
        .objects()
    )
    assert {str(term) for term in found} == {f"{number}\r" for number in range(9_999)}


def mend(data: bytes, size: int) -> bytes:
    """Return what passes the filter in pieces of a size."""
    filter = ResultsFilter()
    return b"".join(filter.feed(data[at : at + size]) for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_results_are_mended_across_pieces(size: int) -> None:
    data = "<a>\r\n\uff5e\ufffd\r</a>".encode()
    assert mend(data, size) == data.replace(b"\r", b"&#13;")
    for character in ("\ufffe", "\uffff", "\x0c"):
        with pytest.raises(NotXML, match=f"{ord(character):04X}"):
            mend(f"<a>\uff5e{character}".encode(), size)
