"""Graphs in every format that jjjkg writes, with the prefixes that are used, in our order."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.formats import GRAPHS
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.order import settle
from jjjkg.rdf.rdfxml import write_rdfxml

#: The engine's formats, by the names of ours.
RDF_FORMATS: Final = {
    format.name: rdf_format
    for format in GRAPHS
    if (rdf_format := ox.RdfFormat.from_media_type(format.media_type))
}
_WITH_PREFIXES: Final = ("ttl", "trig", "n3")


def write_rdf(
    triples: Sequence[ox.Triple],
    name: str,
    prefixes: Mapping[str, str] | None = None,
) -> bytes:
    """Return the text of triples, in their order, in one of formats.GRAPHS by its short name.

    The same triples give the same bytes. Prefixes are declared in the order of `prefixes`, or
    else those of ours that are used. Raises NotXML for what RDF/XML can't write.
    """
    if prefixes is None:
        prefixes = used_prefixes(triples)
    if name == "rdfxml":
        return b"".join(write_rdfxml(triples, prefixes))
    if name not in _WITH_PREFIXES:
        return ox.serialize(triples, format=RDF_FORMATS[name]) or b""
    text = ox.serialize(triples, format=RDF_FORMATS[name], prefixes=dict(prefixes)) or b""
    # The engine writes the declarations in a random order.
    lines = text.splitlines(keepends=True)
    head = list(takewhile(lambda line: line.startswith(b"@prefix "), lines))
    order = {f"@prefix {prefix}:".encode(): place for place, prefix in enumerate(prefixes)}
    ordered = sorted(head, key=lambda line: order[line[: line.index(b":") + 1]])
    return b"".join([*ordered, *([b"\n"] if head else []), *lines[len(head) :]])


def write_settled(triples: Iterable[ox.Triple], name: str) -> bytes:
    """Return the text of triples, each once, in one of formats.GRAPHS by its short name.

    The same triples give the same bytes, in whatever order they come and whatever their blank
    nodes are called. Raises NotXML for what RDF/XML can't write.
    """
    return write_rdf(settle(triples), name)


def used_prefixes(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return those of our prefixes whose namespaces some IRI in the triples begins with."""
    terms = "\n".join(map(str, triples))
    return {prefix: ns for prefix, ns in PREFIXES.items() if f"<{ns}" in terms}
