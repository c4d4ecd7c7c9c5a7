"""The two ways to write a graph into a store: the Graph Store Protocol, and SPARQL Update.

https://www.w3.org/TR/sparql11-http-rdf-update/ and https://www.w3.org/TR/sparql11-update/
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol
from urllib.parse import quote

import pyoxigraph as ox

from jjjkg.publishing.endpoint import Endpoint, Refused

#: Triples in one update: Virtuoso's parser ends at 4,991 of them, and at 1,400 in a template.
MOST: Final = 1_000
_TRIPLES: Final = {"Content-Type": "application/n-triples"}
_UPDATE: Final = {"Content-Type": "application/sparql-update"}


class GraphProtocol(Protocol):
    """A way to replace and delete graphs. Both methods raise InputError where the store refuses."""

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """Make a graph hold these triples and no others."""

    def delete(self, graph: str) -> None:
        """Delete a graph, if it is there."""


class GraphStoreProtocol:
    """Puts a graph as a whole: it changes in one step."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """Put it: https://www.w3.org/TR/sparql11-http-rdf-update/#http-put"""
        self._endpoint.send("PUT", self._name(graph), _serialize(triples), _TRIPLES)

    def delete(self, graph: str) -> None:
        """Delete it: https://www.w3.org/TR/sparql11-http-rdf-update/#http-delete"""
        self._endpoint.send("DELETE", self._name(graph), accept=(404,))

    def _name(self, graph: str) -> str:
        mark = "&" if "?" in self._endpoint.url else "?"
        return f"{mark}graph={quote(graph, safe='')}"


class UpdateProtocol:
    """Drops a graph and fills it again, in one request or, if it is large, in several."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint, self._templates = endpoint, False

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """Drop and insert it: https://www.w3.org/TR/sparql11-update/#insertData"""
        before = f"DROP SILENT GRAPH <{graph}> ;\n"
        for piece in _split(triples):
            data = f"{{ GRAPH <{graph}> {{\n{_serialize(piece).decode()}}} }}"
            self._insert(before, data, nameless=bool(_find_nodes(piece[0])))
            before = ""

    def _insert(self, before: str, data: str, nameless: bool) -> None:
        if not (nameless and self._templates):
            try:
                self._send(f"{before}INSERT DATA {data}")
                return
            except Refused:
                if not nameless:
                    raise
        # The same by the standard, and what Virtuoso takes blank nodes in.
        self._send(f"{before}INSERT {data} WHERE {{}}")
        self._templates = True

    def delete(self, graph: str) -> None:
        """Drop it: https://www.w3.org/TR/sparql11-update/#drop"""
        self._send(f"DROP SILENT GRAPH <{graph}>")

    def _send(self, update: str) -> None:
        self._endpoint.send("POST", "", update.encode(), _UPDATE)


PROTOCOLS: Final[Mapping[str, Callable[[Endpoint], GraphProtocol]]] = {
    "graph-store": GraphStoreProtocol,
    "update": UpdateProtocol,
}


def _split(triples: Sequence[ox.Triple]) -> Iterator[Sequence[ox.Triple]]:
    """Yield pieces of a graph: those with blank nodes first, each node in one piece only.

    What hangs together by blank nodes stays together, even where it is more than MOST triples.
    """
    piece: list[ox.Triple] = []
    for group in _group(triple for triple in triples if _find_nodes(triple)):
        if piece and len(piece) + len(group) > MOST:
            yield piece
            piece = []
        piece.extend(group)
    if piece:
        yield piece
    named = [triple for triple in triples if not _find_nodes(triple)]
    for start in range(0, len(named), MOST):
        yield named[start : start + MOST]


def _group(triples: Iterable[ox.Triple]) -> Iterable[Sequence[ox.Triple]]:
    """Return triples by the connected component of their blank nodes (union-find)."""
    above: dict[ox.BlankNode, ox.BlankNode] = {}

    def find(node: ox.BlankNode) -> ox.BlankNode:
        while (up := above.setdefault(node, node)) != node:
            above[node] = above[up]
            node = up
        return node

    kept = list(triples)
    for triple in kept:
        first, *others = _find_nodes(triple)
        for other in others:
            above[find(other)] = find(first)
    groups: dict[ox.BlankNode, list[ox.Triple]] = {}
    for triple in kept:
        groups.setdefault(find(_find_nodes(triple)[0]), []).append(triple)
    return groups.values()


def _find_nodes(triple: ox.Triple) -> Sequence[ox.BlankNode]:
    ends = (triple.subject, triple.object)
    return [term for term in ends if isinstance(term, ox.BlankNode)]


def _serialize(triples: Sequence[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
