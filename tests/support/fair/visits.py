"""Visits to our addresses, and a reader of the ontology that is found there."""

import http.client
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from jjjkg.rdf.namespaces import BASE, expand


@dataclass(frozen=True)
class Site:
    """A server that stands in for w3id.org."""

    port: int

    def get(self, iri: str, accept: str = "*/*") -> tuple[int, str, bytes]:
        """Status, media type and content at one of our IRIs, redirects followed."""
        path = "/" + iri.removeprefix(BASE).partition("#")[0]
        for _ in range(5):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", path, headers={"Accept": accept})
            response = connection.getresponse()
            body = response.read()
            connection.close()
            if response.status not in (301, 302, 303, 307, 308):
                media_type = response.headers.get_content_type()
                return response.status, media_type, body
            path = response.headers["Location"]
        raise AssertionError(f"{iri} leads round in circles")


class Reader:
    """An ontology, read by prefixed names."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def values(self, subject: object, property: str) -> list[object]:
        node = ox.NamedNode(expand(property))
        return [q.object for q in self.store.quads_for_pattern(subject, node, None)]  # type: ignore[arg-type]

    def pairs(self, property: str) -> list[tuple[object, object]]:
        node = ox.NamedNode(expand(property))
        return [(q.subject, q.object) for q in self.store.quads_for_pattern(None, node, None)]

    def of(self, type: str) -> set[object]:
        """Return the things of a type."""
        wanted = ox.NamedNode(expand(type))
        return {subject for subject, kind in self.pairs("rdf:type") if kind == wanted}

    def texts(self, term: object, property: str) -> dict[str, str]:
        """The texts of a property by language, sorted by it."""
        found = [v for v in self.values(term, property) if isinstance(v, ox.Literal)]
        return {v.language or "": v.value for v in sorted(found, key=lambda v: v.language or "")}

    def above(self, term: object, property: str) -> set[object]:
        """Return the terms above a term, itself included."""
        found, new = {term}, [term]
        while new:
            for value in self.values(new.pop(), property):
                if value not in found:
                    found.add(value)
                    new.append(value)
        return found

    def inside(self, node: object) -> set[object]:
        """Return the parts of an expression."""
        found, new = {node}, [node]
        while new:
            if isinstance(part := new.pop(), ox.BlankNode):
                quads = self.store.quads_for_pattern(part, None, None)
                parts = [quad.object for quad in quads if quad.object not in found]
                found.update(parts)
                new += parts
        return found

    def members(self, node: object, property: str = "owl:members") -> Iterator[object]:
        """The members of a list, or of the list that a property of a node leads to."""
        (rest,) = self.values(node, property) if property else (node,)
        while first := self.values(rest, "rdf:first"):
            yield first[0]
            (rest,) = self.values(rest, "rdf:rest")
