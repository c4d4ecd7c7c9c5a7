"""Axioms as implications: suppositions about new individuals, and the goal that must follow.

https://www.w3.org/TR/owl2-rdf-based-semantics/#Semantic_Conditions
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise

import pyoxigraph as ox

from jjjkg.entailment.concluding.expressions import TYPE, Expressions, name_of
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement, Term

SAME_AS = ox.NamedNode(expand("owl:sameAs"))


@dataclass(frozen=True)
class Implication:
    """Suppositions about new individuals (blank nodes), and the goal that must follow.

    If the goal is None, a contradiction must follow.
    """

    suppositions: tuple[Statement, ...]
    goal: Statement | None


def read_axiom(statement: Statement, expressions: Expressions) -> tuple[Implication, ...]:
    """Return the implications that an axiom of one statement stands for; none if it is not one."""
    s, predicate, o = statement
    x, y = ox.BlankNode(), ox.BlankNode()
    match name_of(predicate):
        case "rdf:type":
            return _read_characteristic(s, name_of(o))
        case "owl:differentFrom":
            return (Implication(((s, SAME_AS, o),), None),)
        case "rdfs:subClassOf":
            return (_subclass(s, o),)
        case "owl:equivalentClass":
            return _subclass(s, o), _subclass(o, s)
        case "owl:disjointWith":
            return _disjoint_classes((s, o))
        case "rdfs:subPropertyOf":
            return (Implication(((x, s, y),), (x, o, y)),)
        case "owl:equivalentProperty":
            return Implication(((x, s, y),), (x, o, y)), Implication(((x, o, y),), (x, s, y))
        case "owl:inverseOf":
            return Implication(((x, s, y),), (y, o, x)), Implication(((x, o, y),), (y, s, x))
        case "owl:propertyDisjointWith":
            return _disjoint_properties((s, o))
        case "rdfs:domain":
            return (Implication(((x, s, y),), (x, TYPE, o)),)
        case "rdfs:range":
            return (Implication(((x, s, y),), (y, TYPE, o)),)
        case "owl:propertyChainAxiom":
            links = expressions.read_list(o) or ()
            ends = [ox.BlankNode() for _ in range(len(links) + 1)]
            chain = tuple((a, p, b) for (a, b), p in zip(pairwise(ends), links, strict=True))
            return (Implication(chain, (ends[0], s, ends[-1])),) if chain else ()
        case "owl:hasKey":
            keys = [(p, ox.BlankNode()) for p in expressions.read_list(o) or ()]
            alike = tuple((thing, p, value) for p, value in keys for thing in (x, y))
            both = ((x, TYPE, s), (y, TYPE, s), *alike)
            return (Implication(both, (x, SAME_AS, y)),) if keys else ()
    return ()


def read_node(node: Term, kind: str, expressions: Expressions) -> tuple[Implication, ...]:
    """Return the implications of an axiom that is a blank node, such as an owl:AllDifferent."""
    if kind == "owl:NegativePropertyAssertion":
        source, predicate, individual, value = (
            expressions.part(node, f"owl:{name}")
            for name in ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")
        )
        target = individual or value
        if source is None or predicate is None or target is None or (individual and value):
            return ()
        return (Implication(((source, predicate, target),), None),)
    lists = (expressions.members(node, f"owl:{name}") for name in ("members", "distinctMembers"))
    members = next((found for found in lists if found is not None), ())
    if kind == "owl:AllDisjointClasses":
        return _disjoint_classes(members)
    if kind == "owl:AllDisjointProperties":
        return _disjoint_properties(members)
    return tuple(Implication(((a, SAME_AS, b),), None) for a, b in combinations(members, 2))


def _subclass(one: Term, other: Term) -> Implication:
    x = ox.BlankNode()
    return Implication(((x, TYPE, one),), (x, TYPE, other))


def _disjoint_classes(classes: Iterable[Term]) -> tuple[Implication, ...]:
    x = ox.BlankNode()
    return tuple(
        Implication(((x, TYPE, a), (x, TYPE, b)), None) for a, b in combinations(classes, 2)
    )


def _disjoint_properties(properties: Iterable[Term]) -> tuple[Implication, ...]:
    x, y = ox.BlankNode(), ox.BlankNode()
    return tuple(Implication(((x, a, y), (x, b, y)), None) for a, b in combinations(properties, 2))


def _read_characteristic(p: Term, kind: str) -> tuple[Implication, ...]:
    x, y, z = ox.BlankNode(), ox.BlankNode(), ox.BlankNode()
    match kind:
        case "owl:TransitiveProperty":
            return (Implication(((x, p, y), (y, p, z)), (x, p, z)),)
        case "owl:SymmetricProperty":
            return (Implication(((x, p, y),), (y, p, x)),)
        case "owl:FunctionalProperty":
            return (Implication(((x, p, y), (x, p, z)), (y, SAME_AS, z)),)
        case "owl:InverseFunctionalProperty":
            return (Implication(((x, p, z), (y, p, z)), (x, SAME_AS, y)),)
        case "owl:IrreflexiveProperty":
            return (Implication(((x, p, x),), None),)
        case "owl:AsymmetricProperty":
            return (Implication(((x, p, y), (y, p, x)), None),)
    return ()
