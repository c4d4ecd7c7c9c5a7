"""What a release is made from: the parts and the claims, as the sources write them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import GRAPH, expand

Statements = tuple[ox.Triple, ...]
Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_WORDED: Final = (ox.Literal, ox.NamedNode)
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
        """The IRI of the dataset as a whole, where the data says what it is.

        It must be one on the web: the lasting addresses of files stand beside it.
        """
        return next(
            (
                triple.subject
                for triple in self.parts.get("dataset", ())
                if triple.predicate == _TYPE
                and triple.object in (_DATASET, _VOID)
                and isinstance(triple.subject, ox.NamedNode)
                and not triple.subject.value.startswith(GRAPH)
                and find_href(triple.subject.value)
            ),
            None,
        )

    def values(self, subject: object, property: str) -> Sequence[Object]:
        """The values of a property, given by its prefixed name, in the order of the sources."""
        return self._values.get((subject, expand(property)), ())

    def say(self, subject: object, property: str, language: str = "en") -> str:
        """The text of a value, in a language where there is a choice; empty without any value."""
        values = self.values(subject, property)
        fitting = [v for v in values if isinstance(v, ox.Literal) and v.language == language]
        plain = [v for v in values if not (isinstance(v, ox.Literal) and v.language)]
        chosen = next(iter([*fitting, *plain, *values]), None)
        return " ".join(chosen.value.split()) if isinstance(chosen, _WORDED) else ""

    @cached_property
    def _values(self) -> Mapping[tuple[object, str], Sequence[Object]]:
        found: dict[tuple[object, str], list[Object]] = {}
        for triple in self.triples:
            found.setdefault((triple.subject, triple.predicate.value), []).append(triple.object)
        return found

    def graphs(self) -> Iterator[tuple[str, Statements]]:
        """The named graphs: the parts that hold something, then the claims."""
        for name, triples in self.parts.items():
            if triples:
                yield GRAPH + name, triples
        yield from self.claims.items()
