"""What a release is made from: the parts and the claims, as the sources write them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.namespaces import GRAPH, expand

Statements = tuple[ox.Triple, ...]

_DATASET: Final = ox.NamedNode(expand("dcat:Dataset"))
_VOID: Final = ox.NamedNode(expand("void:Dataset"))
_TYPE: Final = ox.NamedNode(expand("rdf:type"))


@dataclass(frozen=True)
class Content:
    """The triples of a snapshot in the order and in the lexical forms of their sources.

    ``parts`` has the five parts, pairwise disjoint, ``claims`` each claim's triples by its IRI
    (of data that is served as it is: each graph's). ``places`` names the file that a subject or
    a claim stands in. ``version`` is the release's. ``queries`` is the folder of the data's
    queries, if it has one.
    """

    parts: Mapping[str, Statements]
    claims: Mapping[str, Statements]
    places: Mapping[str, str]
    version: str
    queries: Path | None = None

    @cached_property
    def triples(self) -> Statements:
        """What the default graph holds: all parts, each triple once."""
        return tuple(triple for triples in self.parts.values() for triple in triples)

    @cached_property
    def dataset(self) -> ox.NamedNode | None:
        """The IRI of the dataset as a whole, where the data says what it is."""
        return next(
            (
                triple.subject
                for triple in self.parts.get("dataset", ())
                if triple.predicate == _TYPE
                and triple.object in (_DATASET, _VOID)
                and isinstance(triple.subject, ox.NamedNode)
                and not triple.subject.value.startswith(GRAPH)
            ),
            None,
        )

    def graphs(self) -> Iterator[tuple[str, Statements]]:
        """The named graphs: the parts that hold something, then the claims."""
        for name, triples in self.parts.items():
            if triples:
                yield GRAPH + name, triples
        yield from self.claims.items()
