"""The closure as owlrl computes it, trimmed like our own: slow, and an oracle for the other."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
import owlrl
import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jjjkg.entailment.relations.tables import BITS
from jjjkg.entailment.relations.terms import Terms
from jjjkg.entailment.trimming import Trimming
from jjjkg.rdf.terms import Statement, Term

_RDFLIB_TERMS: Final = logging.getLogger("rdflib.term")


@dataclass(frozen=True)
class OwlrlClosure:
    """What follows from the input and is not in it.

    ``inferred`` and ``trimmed`` are as in jjjkg.entailment.closure; ``messages`` are what
    owlrl says of contradictions.
    """

    inferred: tuple[ox.Triple, ...]
    trimmed: Mapping[str, int]
    messages: tuple[str, ...]


def close_by_owlrl(triples: Iterable[ox.Triple]) -> OwlrlClosure:
    """The closure under the OWL 2 RL/RDF rules, sorted, without what says nothing."""
    graph = to_rdflib(triples)
    given = set(graph)
    reasoner = owlrl.OWLRL_Semantics(graph, False, False, False)
    reasoner.closure()
    inferred, trimmed = trim(from_rdflib(triple) for triple in graph if triple not in given)
    messages = tuple(sorted(str(message) for message in reasoner.error_messages))
    return OwlrlClosure(inferred, trimmed, messages)


def trim(statements: Iterable[Statement]) -> tuple[tuple[ox.Triple, ...], Mapping[str, int]]:
    """The statements that say something, sorted, and how many each rule leaves out."""
    terms = Terms()
    pairs: dict[int, list[int]] = defaultdict(list)
    for subject, predicate, value in terms.number_triples(statements).tolist():
        pairs[predicate].append(subject << BITS | value)
    return Trimming(terms).trim((p, np.array(keys, np.int64)) for p, keys in pairs.items())


def to_rdflib(triples: Iterable[ox.Triple]) -> Graph:
    """The triples as an rdflib graph, lexical forms untouched."""
    graph = Graph()
    with _untold():
        for triple in triples:
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    return graph


def from_rdflib(triple: tuple[Node, Node, Node]) -> Statement:
    """A statement of rdflib's, as pyoxigraph has its terms."""
    subject, predicate, value = triple
    return _term(subject), _term(predicate), _term(value)


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


def _term(node: Node) -> Term:
    match node:
        case Literal() if node.language:
            return ox.Literal(str(node), language=node.language)
        case Literal():
            datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
            return ox.Literal(str(node), datatype=datatype)
        case BNode():
            return ox.BlankNode(str(node))
        case _:
            return ox.NamedNode(str(node))
