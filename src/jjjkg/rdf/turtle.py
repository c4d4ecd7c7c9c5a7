"""Graphs as jjjkg writes them: with the prefixes that are used, in our order."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.formats import GRAPHS
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.rdfxml import write_rdfxml

#: The engine's formats, by the names of ours.
RDF_FORMATS: Final = {
    format.name: rdf_format
    for format in GRAPHS
    if (rdf_format := ox.RdfFormat.from_media_type(format.media_type))
}
_ORDER: Final = {f"@prefix {prefix}:".encode(): index for index, prefix in enumerate(PREFIXES)}


def write_turtle(
    statements: Sequence[ox.Triple] | Sequence[ox.Quad], rdf_format: ox.RdfFormat
) -> bytes:
    """The text of statements, in their order; the same statements give the same bytes."""
    text = ox.serialize(statements, format=rdf_format, prefixes=used_prefixes(statements)) or b""
    lines = text.splitlines(keepends=True)
    head = list(takewhile(lambda line: line.startswith(b"@prefix "), lines))
    # The engine writes prefixes in a random order.
    head.sort(key=lambda line: _ORDER[line[: line.index(b":") + 1]])
    blank = [b"\n"] if head else []
    return b"".join([*head, *blank, *lines[len(head) :]])


def write_graph_in(name: str, triples: Sequence[ox.Triple]) -> bytes:
    """The text of triples, in their order, in one of mediatypes.GRAPHS by its name.

    Raises NotXML.
    """
    if name == "rdfxml":
        return b"".join(write_rdfxml(triples, used_prefixes(triples)))
    if name == "jsonld":  # in which the engine writes prefixes in a random order
        return ox.serialize(triples, format=RDF_FORMATS[name]) or b""
    return write_turtle(triples, RDF_FORMATS[name])


def used_prefixes(statements: Iterable[ox.Triple] | Iterable[ox.Quad]) -> dict[str, str]:
    """Those of our prefixes whose namespaces some IRI in the statements begins with."""
    terms = "\n".join(str(statement) for statement in statements)
    return {prefix: ns for prefix, ns in PREFIXES.items() if f"<{ns}" in terms}
