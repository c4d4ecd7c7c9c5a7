"""RDF/XML: three readers get back just what was written, or it is refused with the reason."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from rdflib import BNode, Graph, Literal, URIRef

from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.rdfxml import NotXML, find_fault, write_rdfxml
from support.odd_literals import FORBIDDEN, RDF, TYPED, WRITABLE, texts

A, P = ox.NamedNode("http://e/a"), ox.NamedNode("http://e/p")
#: Properties that RDF/XML can name.
PROPERTIES = (
    *(
        "http://e/p",
        "http://e/12a3",
        "http://e/a.b-c_1",
        "urn:x",
        "http://e/a'x&y=b",
        "http://e/省",
    ),
    *(
        "http://e/a\xd7b",
        "http://e/1\u0301b",
        "http://e/a\xb7\u0301",
        "http://e/\u0660b",
        "http://e/\U00020000b",
        "x:a%20b",
    ),
    *(RDF + "type", RDF + "_1", RDF + "value", RDF + "subject"),
    "http://www.w3.org/XML/1998/namespacelang",
)
#: Properties that it can't, nor tell apart from its own syntax.
NAMELESS = (
    *("http://e/123", "http://e/", "http://e#", "http://e/a/1", "http://e/a\xd7", "x:\u0301"),
    *(
        "http://e/\u0660",
        "http://e/\U00020000",
        "http://e/a:",
        "http://e/a%20",
        "http://www.w3.org/2000/xmlns/a",
    ),
    *("http://www.w3.org/XML/1998/namespace/1", RDF + "li", RDF + "about", RDF + "Description"),
    *(RDF + "bagID", RDF + "resource", RDF),
)


def write(triples: Iterable[ox.Triple]) -> bytes:
    return b"".join(write_rdfxml(triples, PREFIXES))


def read_by_rdflib(text: bytes) -> set[tuple[str, ...]]:
    """The triples as rdflib reads them: subject, predicate, value, language, datatype."""
    graph = Graph(bind_namespaces="none")
    graph.parse(data=text, format="xml")
    return {(_name(s), str(p), *_tell(o)) for s, p, o in graph}


def _name(term: object) -> str:
    return "_" if isinstance(term, BNode) else str(term)


def _tell(term: object) -> tuple[str, ...]:
    if not isinstance(term, Literal):
        assert isinstance(term, URIRef | BNode)
        return (_name(term),)
    datatype = str(term.datatype or "")
    # rdflib reads the text of such a literal as XML, and writes it its own way.
    value = "" if datatype.endswith("#XMLLiteral") else str(term)
    return value, (term.language or "").lower(), datatype


def read_by_raptor(text: bytes, folder: Path) -> set[ox.Triple]:
    file = folder / "read.rdf"
    file.write_bytes(text)
    command = ["rapper", "-q", "-i", "rdfxml", "-o", "ntriples", str(file), "http://base/"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return {quad.triple for quad in ox.parse(done.stdout, ox.RdfFormat.N_TRIPLES)}


def read(text: bytes) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, ox.RdfFormat.RDF_XML)}


def expect(triples: Sequence[ox.Triple]) -> set[tuple[str, ...]]:
    """The triples as rdflib should read them."""
    found = set()
    for triple in triples:
        term = triple.object
        if isinstance(term, ox.Literal):
            plain = term.language or term.datatype.value.endswith("#string")
            datatype = "" if plain else term.datatype.value
            kind = URIRef(datatype) if datatype else None
            # rdflib writes a number its own way.
            value = "" if datatype.endswith("#XMLLiteral") else str(Literal(term.value, None, kind))
            told: tuple[str, ...] = (value, term.language or "", datatype)
        else:
            told = ("_" if isinstance(term, ox.BlankNode) else term.value,)  # type: ignore[union-attr]
        subject = "_" if isinstance(triple.subject, ox.BlankNode) else triple.subject.value  # type: ignore[union-attr]
        found.add((subject, triple.predicate.value, *told))
    return found


@pytest.mark.parametrize(
    "literal", [*map(ox.Literal, WRITABLE), *TYPED], ids=lambda term: ascii(str(term))[:40]
)
def test_three_readers_get_back_a_literal(literal: ox.Literal, tmp_path: Path) -> None:
    triples = [ox.Triple(A, P, literal), ox.Triple(A, ox.NamedNode("http://e/q"), A)]
    text = write(triples)
    assert read(text) == set(triples)
    assert read_by_rdflib(text) == expect(triples)
    assert read_by_raptor(text, tmp_path) == set(triples)
    assert [*map(find_fault, triples)] == [None, None]


@given(texts)
@settings(max_examples=200, deadline=None)
def test_readers_get_back_any_text(text: str) -> None:
    triples = [ox.Triple(A, P, ox.Literal(text)), ox.Triple(A, P, ox.Literal(text, language="en"))]
    written = write(triples)
    assert read(written) == set(triples)
    assert read_by_rdflib(written) == expect(triples)


@pytest.mark.parametrize("property", PROPERTIES)
def test_three_readers_get_back_a_property(property: str, tmp_path: Path) -> None:
    triples = [
        ox.Triple(A, ox.NamedNode(property), ox.NamedNode("http://e/123?a=1&b='2'")),
        ox.Triple(ox.NamedNode("http://e/'&"), ox.NamedNode(property), ox.Literal("x")),
    ]
    text = write(triples)
    assert read(text) == set(triples)
    assert read_by_rdflib(text) == expect(triples)
    assert read_by_raptor(text, tmp_path) == set(triples)


@pytest.mark.parametrize("property", NAMELESS)
def test_a_property_without_a_name_of_xml_is_refused(property: str) -> None:
    triple = ox.Triple(A, ox.NamedNode(property), ox.Literal("x"))
    with pytest.raises(NotXML) as refusal:
        write([triple])
    assert f"<{property}>" in str(refusal.value)
    assert str(find_fault(triple)) == str(refusal.value)


@pytest.mark.parametrize("character", FORBIDDEN, ids=ascii)
def test_a_character_that_xml_has_not_is_refused(character: str) -> None:
    triple = ox.Triple(A, P, ox.Literal(f"a{character}b"))
    with pytest.raises(NotXML, match=rf"U\+{ord(character):04X}, which XML can't"):
        write([triple])
    assert "U+" in str(find_fault(triple))


@pytest.mark.parametrize(
    "term",
    [
        ox.Triple(A, P, A),
        ox.Literal("a", language="en", direction=ox.BaseDirection.LTR),
    ],
)
def test_what_only_rdf_1_2_has_is_refused(term: ox.Triple | ox.Literal) -> None:
    with pytest.raises(NotXML, match="RDF/XML can't write"):
        write([ox.Triple(A, P, term)])


def test_a_class_without_a_name_of_xml_is_written(tmp_path: Path) -> None:
    """The engine makes an element of it, which has no name then."""
    triples = [ox.Triple(A, ox.NamedNode(RDF + "type"), ox.NamedNode("http://e/123"))]
    text = write(triples)
    assert read(text) == read_by_raptor(text, tmp_path) == set(triples)


def test_blank_nodes_with_odd_labels_stay_apart(tmp_path: Path) -> None:
    labels = ["1a", "a:b", "a.b", "_x3161", "_x", "x1a", ":", "é", "0", "_1a", "a-"]
    triples = [ox.Triple(ox.BlankNode(label), P, ox.BlankNode(label)) for label in labels]
    text = write(triples)
    assert len({triple.subject for triple in read(text)}) == len(labels)
    found = read_by_raptor(text, tmp_path)
    assert len(found) == len(labels)
    assert all(triple.subject == triple.object for triple in found)
    graph = Graph()
    graph.parse(data=text, format="xml")
    assert len({*graph.subjects()}) == len(labels)


@pytest.mark.parametrize("prefix", ["", "xml", "xmlns", "XML1", "rdf", "1a", "a:b"])
def test_a_prefix_that_xml_can_not_have_is_left_out(prefix: str) -> None:
    triples = [ox.Triple(A, P, ox.Literal("x"))]
    text = b"".join(write_rdfxml(triples, {prefix: "http://e/"}))
    assert read_by_rdflib(text) == expect(triples)


def test_a_namespace_of_xmls_own_gets_no_prefix() -> None:
    namespaces = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
    triples = [ox.Triple(A, P, ox.Literal("x"))]
    for namespace in namespaces:
        text = b"".join(write_rdfxml(triples, {"x": namespace}))
        assert read_by_rdflib(text) == expect(triples)


def test_no_triples_are_a_document_too() -> None:
    assert read_by_rdflib(write([])) == set()


def test_a_large_graph_comes_in_pieces() -> None:
    triples = [ox.Triple(A, P, ox.Literal(str(number))) for number in range(5_000)]
    pieces = [*write_rdfxml(triples, {})]
    assert len(pieces) > 4
    assert read(b"".join(pieces)) == set(triples)
