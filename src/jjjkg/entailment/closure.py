"""The OWL 2 RL closure of triples, computed by owlrl."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import owlrl
import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jjjkg.entailment.trimming import trim

_RDFLIB_TERMS: Final = logging.getLogger("rdflib.term")


@dataclass(frozen=True)
class Closure:
    """What follows from the input and is not in it.

    ``trimmed`` counts what was left out, by the rules of trimming.py; ``messages`` are what
    the reasoner itself says of contradictions.
    """

    inferred: tuple[ox.Triple, ...]
    trimmed: Mapping[str, int]
    messages: tuple[str, ...]


def close(triples: Iterable[ox.Triple]) -> Closure:
    """The closure under the OWL 2 RL/RDF rules, sorted, without what says nothing."""
    graph = to_rdflib(triples)
    given = set(graph)
    reasoner = owlrl.OWLRL_Semantics(graph, False, False, False)
    reasoner.closure()
    kept, trimmed = trim(triple for triple in graph if triple not in given)
    inferred = sorted((from_rdflib(triple) for triple in kept), key=str)
    messages = tuple(sorted(str(message) for message in reasoner.error_messages))
    return Closure(tuple(inferred), trimmed, messages)


def to_rdflib(triples: Iterable[ox.Triple]) -> Graph:
    """The triples as an rdflib graph, lexical forms untouched."""
    graph = Graph()
    with _untold():
        for triple in triples:
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    return graph


def find_ill_typed(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples whose literal is no value of its data type, such as "soon"^^xsd:date."""
    with _untold():
        return [triple for triple in triples if getattr(_node(triple.object), "ill_typed", False)]


@contextmanager
def _untold() -> Iterator[None]:
    """Keeps rdflib from logging a traceback for each ill-typed literal: we tell of them."""

    def refuse(_: logging.LogRecord) -> bool:
        return False

    _RDFLIB_TERMS.addFilter(refuse)
    try:
        yield
    finally:
        _RDFLIB_TERMS.removeFilter(refuse)


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal() if term.language:
            return Literal(term.value, lang=term.language)
        case ox.Literal():
            return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
        case _:
            raise TypeError(f"{term}: a triple term has no counterpart in rdflib")


def from_rdflib(triple: tuple[Node, Node, Node]) -> ox.Triple:
    """A triple without blank nodes, as pyoxigraph has it."""
    subject, predicate, value = triple
    if isinstance(value, Literal):
        obj: ox.Literal | ox.NamedNode = (
            ox.Literal(str(value), language=value.language)
            if value.language
            else ox.Literal(
                str(value),
                datatype=ox.NamedNode(str(value.datatype)) if value.datatype else None,
            )
        )
    else:
        obj = ox.NamedNode(str(value))
    return ox.Triple(ox.NamedNode(str(subject)), ox.NamedNode(str(predicate)), obj)
