"""A release's content as queries are asked about it: literals keep the form that their source has.

A store writes some its own way, 34.90 as 34.9, but for those of a datatype that it does not know.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Final

import pyoxigraph as ox

from jjjkg.evaluation import Evaluator, Limits
from jjjkg.evaluation.files import open_quads
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.release.content import Content, Object

_STRING: Final = PREFIXES["xsd"] + "string"
#: What a datatype is called while queries are asked.
_KEPT: Final = "urn:x-jjjkg:lexical:"


def open_content(content: Content, limits: Limits) -> AbstractContextManager[Evaluator]:
    """An evaluator of the content's graphs; find_datatype says what its literals are."""
    return open_quads(_read_quads(content), limits)


def find_datatype(literal: ox.Literal) -> str:
    """The IRI of the datatype that a literal of an answer has in the content."""
    return literal.datatype.value.removeprefix(_KEPT)


def _read_quads(content: Content) -> Iterator[ox.Quad]:
    for graph, triples in content.graphs():
        name = ox.NamedNode(graph)
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, _keep(triple.object), name)


def _keep(term: Object) -> Object:
    if not isinstance(term, ox.Literal) or term.language or term.datatype.value == _STRING:
        return term
    return ox.Literal(term.value, datatype=ox.NamedNode(_KEPT + term.datatype.value))
