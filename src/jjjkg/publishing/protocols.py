"""The two ways to write a graph into a store: the Graph Store Protocol, and SPARQL Update.

https://www.w3.org/TR/sparql11-http-rdf-update/ and https://www.w3.org/TR/sparql11-update/
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from jjjkg.publishing.endpoint import Endpoint, Refused
from jjjkg.rdf.serialization import write_rdf
from jjjkg.rdf.terms import blank_nodes_of

#: Triples in one update: Virtuoso's parser ends at 4,991 of them, and at 1,400 in a template.
MOST: Final = 1_000
_TRIPLES: Final = {"Content-Type": "application/n-triples"}
_UPDATE: Final = {"Content-Type": "application/sparql-update"}


class GraphStoreProtocol:
    """Puts a graph as a whole, in one step. Raises InputError where the store refuses."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """Put it: https://www.w3.org/TR/sparql11-http-rdf-update/#http-put"""
        self._endpoint.send("PUT", self._name(graph), write_rdf(triples, "nt"), _TRIPLES)

    def delete(self, graph: str) -> None:
        """Delete it: https://www.w3.org/TR/sparql11-http-rdf-update/#http-delete"""
        self._endpoint.send("DELETE", self._name(graph), accept=(404,))

    def _name(self, graph: str) -> str:
        mark = "&" if "?" in self._endpoint.url else "?"
        return f"{mark}graph={quote(graph, safe='')}"


class UpdateProtocol:
    """Drops a graph and fills it again, in one request or, if it is large, in several.

    Raises InputError where the store refuses.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint, self._templates = endpoint, False

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """Drop and insert it: https://www.w3.org/TR/sparql11-update/#insertData"""
        before = f"DROP SILENT GRAPH <{graph}> ;\n"
        for piece in _split(triples):
            data = f"{{ GRAPH <{graph}> {{\n{write_rdf(piece, 'nt').decode()}}} }}"
            self._insert(before, data, nameless=bool(blank_nodes_of(piece[0])))
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


GraphProtocol = GraphStoreProtocol | UpdateProtocol
PROTOCOLS: Final[Mapping[str, Callable[[Endpoint], GraphProtocol]]] = {
    "graph-store": GraphStoreProtocol,
    "update": UpdateProtocol,
}


def _split(triples: Sequence[ox.Triple]) -> Iterator[Sequence[ox.Triple]]:
    """Yield pieces of a graph: those with blank nodes first, each node in one piece only.

    What hangs together by blank nodes stays together, even where it is more than MOST triples.
    """
    piece: list[ox.Triple] = []
    for group in _group(triple for triple in triples if blank_nodes_of(triple)):
        if piece and len(piece) + len(group) > MOST:
            yield piece
            piece = []
        piece.extend(group)
    if piece:
        yield piece
    named = [triple for triple in triples if not blank_nodes_of(triple)]
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
        first, *others = blank_nodes_of(triple)
        for other in others:
            above[find(other)] = find(first)
    groups: dict[ox.BlankNode, list[ox.Triple]] = {}
    for triple in kept:
        groups.setdefault(find(blank_nodes_of(triple)[0]), []).append(triple)
    return groups.values()
