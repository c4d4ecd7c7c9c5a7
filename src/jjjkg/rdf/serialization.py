"""Graphs in every format that jjjkg writes, with the prefixes that are used, in our order."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.formats import GRAPHS
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.rdfxml import write_rdfxml
from jjjkg.rdf.terms import TYPE

#: The engine's formats, by the names of ours.
RDF_FORMATS: Final = {
    format.name: rdf_format
    for format in GRAPHS
    if (rdf_format := ox.RdfFormat.from_media_type(format.media_type))
}
#: How far around a blank node is looked, in steps.
_ROUNDS: Final = 16
_WITH_PREFIXES: Final = ("rdfxml", "ttl", "trig", "n3")


def write_rdf(triples: Sequence[ox.Triple], name: str) -> bytes:
    """Return the text of triples, in their order, in one of formats.GRAPHS by its short name.

    The same triples give the same bytes. Those of our prefixes that are used are declared. Raises
    NotXML for what RDF/XML can't write.
    """
    if name not in _WITH_PREFIXES:
        return ox.serialize(triples, format=RDF_FORMATS[name]) or b""
    prefixes = used_prefixes(triples)
    if name == "rdfxml":
        return b"".join(write_rdfxml(triples, prefixes))
    text = ox.serialize(triples, format=RDF_FORMATS[name], prefixes=prefixes) or b""
    # The engine writes the declarations, one a line, in a random order.
    head = "".join(f"@prefix {prefix}: <{ns}> .\n" for prefix, ns in prefixes.items())
    body = text.split(b"\n", len(prefixes))[-1]
    return b"\n".join([head.encode(), body]) if head else body


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


def settle(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples, each once: by subject, type first, with blank nodes numbered and at the end."""
    given = list(dict.fromkeys(triples))
    colours = _tell_apart(given)
    ranked = sorted(colours, key=lambda node: colours[node])
    width = len(str(len(ranked)))
    names = {node: ox.BlankNode(f"b{number:0{width}}") for number, node in enumerate(ranked, 1)}

    def place(triple: ox.Triple) -> tuple[bool, str, bool, str, str]:
        subject, property = triple.subject, triple.predicate.value
        unnamed = isinstance(subject, ox.BlankNode)
        return unnamed, str(subject), property != TYPE.value, property, str(triple.object)

    renamed = (
        ox.Triple(names.get(t.subject, t.subject), t.predicate, names.get(t.object, t.object))
        for t in given
    )
    return sorted(renamed, key=place)


def _tell_apart(triples: list[ox.Triple]) -> Mapping[object, str]:
    """A text for each blank node that says what is said of it, and of its neighbours."""
    around: dict[object, list[tuple[str, object]]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode):
            around.setdefault(triple.subject, []).append((f">{triple.predicate}", triple.object))
        if isinstance(triple.object, ox.BlankNode):
            around.setdefault(triple.object, []).append((f"<{triple.predicate}", triple.subject))
    colours: dict[object, str] = dict.fromkeys(around, "")
    classes = 0
    for _ in range(_ROUNDS):
        colours = {node: _look(node, near, colours) for node, near in around.items()}
        if len(set(colours.values())) == classes:
            break
        classes = len(set(colours.values()))
    return colours


def _look(node: object, near: list[tuple[str, object]], colours: Mapping[object, str]) -> str:
    seen = sorted(
        f"{way} {'itself' if other == node else colours.get(other, other)}" for way, other in near
    )
    return hashlib.sha256("\n".join([colours[node], *seen]).encode()).hexdigest()
