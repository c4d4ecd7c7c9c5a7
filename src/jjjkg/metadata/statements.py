"""Triples made by code: written shortly, put into a format, and read from an answer."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import expand

Node = ox.NamedNode | ox.BlankNode
Triples = Iterator[ox.Triple]


def state(subject: Node, *said: tuple[str, Iterable[Node | ox.Literal]]) -> Triples:
    """The triples of a subject, by the prefixed names of properties."""
    for property, values in said:
        for value in values:
            yield ox.Triple(subject, term(property), value)


def term(curie: str) -> ox.NamedNode:
    """The IRI that a prefixed name stands for."""
    return ox.NamedNode(expand(curie))


def name(root: str, path: str) -> ox.NamedNode:
    """The IRI of a path on the server at an address; raises InputError for what is no address."""
    try:
        if urlsplit(root).netloc:
            return ox.NamedNode(root + path)
    except ValueError:
        pass
    raise InputError(f"{root!r} is no address of a server; look at the request's Host header")


def read_triples(text: bytes) -> Triples:
    """The triples of an answer in N-Triples."""
    return (quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES))
