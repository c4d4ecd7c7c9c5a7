"""The content of a release: a snapshot's triples as their sources write them, and asked about."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.evaluation import Evaluator, Limits
from jjjkg.evaluation.files import open_quads
from jjjkg.metadata.facts import Facts
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import GRAPH, PREFIXES
from jjjkg.rdf.quads import make_quads
from jjjkg.rdf.terms import Object, find_instances, named

Statements = tuple[ox.Triple, ...]

_DATASETS: Final = (named("dcat:Dataset"), named("void:Dataset"))
_STRING: Final = PREFIXES["xsd"] + "string"
#: The beginning of a datatype's name while queries are asked.
_KEPT: Final = "urn:x-jjjkg:lexical:"


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
        """The default graph: all parts, each triple once."""
        return tuple(triple for triples in self.parts.values() for triple in triples)

    @cached_property
    def facts(self) -> Facts:
        """The values of every property in the default graph."""
        return Facts(self.triples)

    @cached_property
    def dataset(self) -> ox.NamedNode | None:
        """The IRI of the dataset as a whole, where the data says what it is.

        It must be one on the web: the lasting addresses of files stand beside it.
        """
        found = (node.value for node in find_instances(self.parts.get("dataset", ()), *_DATASETS))
        own = (iri for iri in found if find_href(iri) and not iri.startswith(GRAPH))
        return next(map(ox.NamedNode, own), None)

    def graphs(self) -> Iterator[tuple[str, Statements]]:
        """Yield the named graphs: the parts that hold something, then the claims."""
        for name, triples in self.parts.items():
            if triples:
                yield GRAPH + name, triples
        yield from self.claims.items()


def open_content(content: Content, limits: Limits) -> AbstractContextManager[Evaluator]:
    """Return an evaluator of the content's graphs, in which literals keep their lexical forms.

    A store rewrites some, such as 34.90 to 34.9, but none of a datatype that it does not know. So
    each literal has such a datatype; find_datatype returns its own.
    """
    graphs = {
        iri: [ox.Triple(t.subject, t.predicate, _keep(t.object)) for t in triples]
        for iri, triples in content.graphs()
    }
    return open_quads(make_quads(graphs), limits)


def find_datatype(literal: ox.Literal) -> str:
    """Return the IRI of the datatype that a literal of an answer has in the content."""
    return literal.datatype.value.removeprefix(_KEPT)


def _keep(term: Object) -> Object:
    if not isinstance(term, ox.Literal) or term.language or term.datatype.value == _STRING:
        return term
    return ox.Literal(term.value, datatype=ox.NamedNode(_KEPT + term.datatype.value))
