"""The two ways to write a graph into a store: the Graph Store Protocol, and SPARQL Update.

https://www.w3.org/TR/sparql11-http-rdf-update/ and https://www.w3.org/TR/sparql11-update/
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Protocol
from urllib.parse import quote

import pyoxigraph as ox

from jjjkg.publication.endpoint import Endpoint

#: Triples in one update: what is longer than some stores take is sent in pieces.
MOST: Final = 5_000
_TRIPLES: Final = {"Content-Type": "application/n-triples"}
_UPDATE: Final = {"Content-Type": "application/sparql-update"}


class GraphProtocol(Protocol):
    """Replaces and takes away graphs. Both raise InputError where the store does not."""

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """Makes a graph hold these triples and no others."""

    def delete(self, graph: str) -> None:
        """Takes a graph away, if it is there."""


class GraphStoreProtocol:
    """A graph is put as a whole: it changes in one step."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#http-put"""
        self._endpoint.send("PUT", self._name(graph), _serialize(triples), _TRIPLES)

    def delete(self, graph: str) -> None:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#http-delete"""
        self._endpoint.send("DELETE", self._name(graph), accept=(404,))

    def _name(self, graph: str) -> str:
        mark = "&" if "?" in self._endpoint.url else "?"
        return f"{mark}graph={quote(graph, safe='')}"


class UpdateProtocol:
    """A graph is dropped and filled again, in one request or, if it is large, in several."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """https://www.w3.org/TR/sparql11-update/#insertData"""
        drop = f"DROP SILENT GRAPH <{graph}> ;\n"
        for piece in _split(triples):
            data = _serialize(piece).decode()
            update = f"{drop}INSERT DATA {{ GRAPH <{graph}> {{\n{data}}} }}"
            self._endpoint.send("POST", "", update.encode(), _UPDATE)
            drop = ""

    def delete(self, graph: str) -> None:
        """https://www.w3.org/TR/sparql11-update/#drop"""
        self._endpoint.send("POST", "", f"DROP SILENT GRAPH <{graph}>".encode(), _UPDATE)


PROTOCOLS: Final[Mapping[str, Callable[[Endpoint], GraphProtocol]]] = {
    "graph-store": GraphStoreProtocol,
    "update": UpdateProtocol,
}


def _split(triples: Sequence[ox.Triple]) -> Iterator[Sequence[ox.Triple]]:
    """Pieces of a graph: nodes without names mean the same only in one of them, the first."""
    ordered = sorted(triples, key=lambda triple: not _is_nameless(triple))
    nameless = sum(map(_is_nameless, triples))
    first = max(nameless, MOST)
    yield ordered[:first]
    for start in range(first, len(ordered), MOST):
        yield ordered[start : start + MOST]


def _is_nameless(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _serialize(triples: Sequence[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
