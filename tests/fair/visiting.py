"""What a client finds at our addresses, and how the tests read it."""

import http.client
from dataclasses import dataclass

import pyoxigraph as ox

from jjjkg.namespaces import BASE, expand


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
            if response.status not in (301, 302, 303, 307):
                media_type = response.headers.get_content_type()
                return response.status, media_type, body
            path = response.headers["Location"]
        raise AssertionError(f"{iri} leads round in circles")


class Reader:
    """What an ontology says, by prefixed names."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def values(self, subject: object, property: str) -> list[object]:
        node = ox.NamedNode(expand(property))
        return [q.object for q in self.store.quads_for_pattern(subject, node, None)]  # type: ignore[arg-type]

    def pairs(self, property: str) -> list[tuple[object, object]]:
        node = ox.NamedNode(expand(property))
        return [(q.subject, q.object) for q in self.store.quads_for_pattern(None, node, None)]

    def of(self, type: str) -> set[object]:
        """What is of a type."""
        wanted = ox.NamedNode(expand(type))
        return {subject for subject, kind in self.pairs("rdf:type") if kind == wanted}
