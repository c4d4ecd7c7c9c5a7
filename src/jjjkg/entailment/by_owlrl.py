"""The closure as owlrl computes it, trimmed like our own: slow, used as a test oracle.

https://owl-rl.readthedocs.io/
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import owlrl
import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jjjkg.entailment.relations.tables import BITS
from jjjkg.entailment.relations.terms import Terms
from jjjkg.entailment.trimming import STRUCTURE, STRUCTURES, TRUE_OF_ANY, TYPE, Trimming
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement, Term

_DISJOINT: Final = ox.NamedNode(expand("owl:disjointWith"))
_RDFLIB_TERMS: Final = logging.getLogger("rdflib.term")


@dataclass(frozen=True)
class OwlrlClosure:
    """The triples that owlrl infers and that are not in the input.

    ``inferred`` and ``trimmed`` are as in closure.Closure; ``messages`` are owlrl's own on
    contradictions, sorted.
    """

    inferred: tuple[ox.Triple, ...]
    trimmed: Mapping[str, int]
    messages: tuple[str, ...]


def close_by_owlrl(triples: Iterable[ox.Triple]) -> OwlrlClosure:
    """Return the closure under the OWL 2 RL/RDF rules, without trivial inferences."""
    graph = to_rdflib(triples)
    given = set(graph)
    reasoner = owlrl.OWLRL_Semantics(graph, False, False, False)
    reasoner.closure()
    added = [from_rdflib(triple) for triple in graph if triple not in given]
    told = [statement for statement in added if not _is_axiom(statement)]
    inferred, counted = trim(told, map(from_rdflib, given))
    trimmed = {**counted, TRUE_OF_ANY: counted[TRUE_OF_ANY] + len(added) - len(told)}
    messages = tuple(sorted(str(message) for message in reasoner.error_messages))
    return OwlrlClosure(inferred, trimmed, messages)


def _is_axiom(statement: Statement) -> bool:
    """Tell if owlrl concludes a statement without premises; it has more axioms than the rules.

    These are the statements that it adds to an empty graph, and disjointness of any two data
    types that occur in the graph.
    """
    subject, predicate, value = statement
    disjoint = predicate == _DISJOINT and {subject, value} <= _close_nothing().keys()
    return disjoint or statement in _close_nothing().get(subject, ())


@cache
def _close_nothing() -> Mapping[Term, frozenset[Statement]]:
    """Return the closure of the empty graph by owlrl, by subject."""
    graph = Graph()
    owlrl.OWLRL_Semantics(graph, False, False, False).closure()
    concluded: dict[Term, frozenset[Statement]] = defaultdict(frozenset)
    for statement in map(from_rdflib, graph):
        concluded[statement[0]] |= {statement}
    return dict(concluded)


def trim(
    statements: Iterable[Statement], given: Iterable[Statement] = ()
) -> tuple[tuple[ox.Triple, ...], Mapping[str, int]]:
    """Return the statements that no rule of trimming leaves out, sorted, and each rule's count.

    ``given`` are the statements that they were inferred from; both show which blank nodes encode
    OWL's syntax.
    """
    terms = Terms()
    pairs: dict[int, list[int]] = defaultdict(list)
    rows = terms.number_triples(statements).tolist()
    for subject, predicate, value in rows:
        pairs[predicate].append(subject << BITS | value)
    structure, structures, type_ = (
        {terms.numbers[term] for term in STRUCTURE},
        {terms.numbers[term] for term in STRUCTURES},
        terms.numbers[TYPE],
    )
    rows += terms.number_triples(given).tolist()
    structural = np.zeros(len(terms), np.bool_)
    for subject, predicate, value in rows:
        structural[subject] |= predicate in structure or (
            predicate == type_ and value in structures
        )
    trimming = Trimming(terms, structural)
    return trimming.trim((p, np.array(keys, np.int64)) for p, keys in pairs.items())


def to_rdflib(triples: Iterable[ox.Triple]) -> Graph:
    """Return the triples as an rdflib graph, with lexical forms as they are."""
    graph = Graph()
    with _untold():
        for triple in triples:
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    return graph


def from_rdflib(triple: tuple[Node, Node, Node]) -> Statement:
    """Return a triple of rdflib's as a statement of pyoxigraph's terms."""
    subject, predicate, value = triple
    return _term(subject), _term(predicate), _term(value)


@contextmanager
def _untold() -> Iterator[None]:
    """Keep rdflib from logging a traceback for each ill-typed literal; we report them."""

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
