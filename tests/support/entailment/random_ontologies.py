"""Strategies of hypothesis for random small ontologies that use every construct of the rules."""

from collections.abc import Callable
from typing import Any, Final

import pyoxigraph as ox
from hypothesis import strategies as st

from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Term
from support.entailment.examples import EXAMPLE

Triples = tuple[ox.Triple, ...]
Draw = Callable[[st.SearchStrategy[Any]], Any]


def name(curie: str) -> ox.NamedNode:
    """Return a term of the vocabulary by its prefixed name."""
    return ox.NamedNode(expand(curie))


def _names(letters: str) -> tuple[ox.NamedNode, ...]:
    return tuple(ox.NamedNode(EXAMPLE + letter) for letter in letters)


def _literal(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=name(datatype))


THINGS: Final = _names("abcd")
CLASSES: Final = _names("CDE")
PROPERTIES: Final = _names("pqr")
LITERALS: Final = (
    _literal("7", "xsd:integer"),
    _literal("07", "xsd:integer"),
    _literal("7.0", "xsd:decimal"),
    _literal("8", "xsd:byte"),
    _literal("1", "xsd:integer"),
    _literal("seven", "xsd:integer"),
    ox.Literal("7"),
    ox.Literal("seven", language="en"),
    _literal("2024-03-07", "xsd:date"),
)
CARDINALITIES: Final = (
    _literal("0", "xsd:nonNegativeInteger"),
    _literal("1", "xsd:nonNegativeInteger"),
    _literal("1", "xsd:integer"),
    _literal("2", "xsd:nonNegativeInteger"),
)
DATATYPES: Final = tuple(map(name, ("xsd:integer", "xsd:byte", "xsd:string", "rdfs:Literal")))

_thing: Final = st.sampled_from(THINGS)
_class: Final = st.sampled_from(CLASSES)
_property: Final = st.sampled_from(PROPERTIES)
_literal_value: Final = st.sampled_from(LITERALS)
_value: Final = st.one_of(_thing, _thing, _literal_value)
_fresh: Final = st.uuids(version=4).map(lambda uuid: ox.BlankNode(uuid.hex))
_expression: Final = st.one_of(_class, _class, _fresh)


def _triple(
    subject: st.SearchStrategy[Term], predicate: str, value: st.SearchStrategy[Term]
) -> st.SearchStrategy[Triples]:
    return st.builds(lambda s, o: (ox.Triple(s, name(predicate), o),), subject, value)


def _typed(subject: st.SearchStrategy[Term], *types: str) -> st.SearchStrategy[Triples]:
    return _triple(subject, "rdf:type", st.sampled_from([name(type_) for type_ in types]))


@st.composite
def _with_list(
    draw: Draw,
    subject: st.SearchStrategy[Term],
    predicate: str,
    member: st.SearchStrategy[Term],
    type_: str = "",
) -> Triples:
    """Draw an axiom with a list of one to three members."""
    head = draw(subject)
    triples = [ox.Triple(head, name("rdf:type"), name(type_))] if type_ else []
    predicate_ = name(predicate)
    for _ in range(draw(st.integers(1, 3))):
        cell = draw(_fresh)
        triples.append(ox.Triple(head, predicate_, cell))
        triples.append(ox.Triple(cell, name("rdf:first"), draw(member)))
        head, predicate_ = cell, name("rdf:rest")
    return (*triples, ox.Triple(head, predicate_, name("rdf:nil")))


@st.composite
def _restriction(draw: Draw, kind: str) -> Triples:
    """Draw a restriction, and either a subclass of it or an instance that has the property."""
    head = draw(_expression)
    triples = [ox.Triple(head, name("owl:onProperty"), draw(_property))]
    filler = {
        "owl:someValuesFrom": st.one_of(_class, st.just(name("owl:Thing"))),
        "owl:allValuesFrom": st.one_of(_class, st.sampled_from(DATATYPES)),
        "owl:hasValue": _value,
    }.get(kind, st.sampled_from(CARDINALITIES))
    triples.append(ox.Triple(head, name(kind), draw(filler)))
    on = None
    if kind == "owl:maxQualifiedCardinality":
        on = draw(st.one_of(_class, st.just(name("owl:Thing"))))
        triples.append(ox.Triple(head, name("owl:onClass"), on))
    if draw(st.booleans()):
        triples.append(ox.Triple(draw(_class), name("rdfs:subClassOf"), head))
    else:
        member = draw(_thing)
        triples.append(ox.Triple(member, name("rdf:type"), head))
        for _ in range(2):
            value = draw(_value)
            triples.append(ox.Triple(member, triples[0].object, value))
            if on is not None and not isinstance(value, ox.Literal):
                triples.append(ox.Triple(value, name("rdf:type"), on))
    return tuple(triples)


_RESTRICTIONS: Final = (
    *("owl:someValuesFrom", "owl:allValuesFrom", "owl:hasValue"),
    *("owl:maxCardinality", "owl:maxQualifiedCardinality"),
)


@st.composite
def _denial(draw: Draw) -> Triples:
    """Draw a negative property assertion, perhaps with the statement that it denies."""
    denial, value = draw(_fresh), draw(_value)
    subject, property_ = draw(_thing), draw(_property)
    target = "owl:targetValue" if isinstance(value, ox.Literal) else "owl:targetIndividual"
    return (
        ox.Triple(denial, name("owl:sourceIndividual"), subject),
        ox.Triple(denial, name("owl:assertionProperty"), property_),
        ox.Triple(denial, name(target), value),
        *([ox.Triple(subject, property_, value)] if draw(st.booleans()) else []),
    )


_fact: Final = st.builds(lambda s, p, o: (ox.Triple(s, p, o),), _thing, _property, _value)
_type: Final = _triple(_thing, "rdf:type", _class)
_CHARACTERISTICS: Final = (
    *(
        "Object",
        "Datatype",
        "Functional",
        "InverseFunctional",
        "Transitive",
        "Symmetric",
        "Asymmetric",
        "Irreflexive",
    ),
)
#: The parts of an ontology; each line is a kind, and all kinds are drawn equally often.
_DATA: Final = (
    _fact,
    _fact,
    _type,
    _triple(_thing, "owl:sameAs", _thing),
)
_AXIOMS: Final = (
    _triple(_class, "rdfs:subClassOf", _class),
    _triple(_class, "owl:equivalentClass", _class),
    _triple(_class, "owl:disjointWith", _class),
    _triple(_class, "owl:complementOf", _class),
    _triple(_property, "rdfs:subPropertyOf", _property),
    _triple(_property, "owl:equivalentProperty", _property),
    _triple(_property, "owl:propertyDisjointWith", _property),
    _triple(_property, "owl:inverseOf", _property),
    _triple(_property, "rdfs:domain", _class),
    _triple(_property, "rdfs:range", st.one_of(_class, st.sampled_from(DATATYPES))),
    *(_typed(_property, f"owl:{kind}Property") for kind in _CHARACTERISTICS),
    _typed(_class, "owl:Class"),
    _typed(_thing, "owl:Nothing", "owl:Thing"),
    _triple(_thing, "owl:differentFrom", _thing),
    _triple(_class, "owl:sameAs", _class),
    _triple(_property, "owl:sameAs", _property),
    _with_list(_expression, "owl:intersectionOf", _class),
    _with_list(_expression, "owl:unionOf", _class),
    _with_list(_expression, "owl:oneOf", _value),
    _with_list(_class, "owl:hasKey", _property),
    _with_list(_property, "owl:propertyChainAxiom", _property),
    _with_list(_fresh, "owl:members", _thing, "owl:AllDifferent"),
    _with_list(_fresh, "owl:distinctMembers", _thing, "owl:AllDifferent"),
    _with_list(_fresh, "owl:members", _class, "owl:AllDisjointClasses"),
    _with_list(_fresh, "owl:members", _property, "owl:AllDisjointProperties"),
    *(_restriction(kind) for kind in _RESTRICTIONS for _ in range(2)),
    _denial(),
)


@st.composite
def ontologies(draw: Draw) -> Triples:
    """Draw some facts and some axioms, each axiom of another kind, without repeated triples."""
    facts = draw(st.lists(st.one_of(*_DATA), min_size=4, max_size=12))
    kinds = draw(st.lists(st.integers(0, len(_AXIOMS) - 1), min_size=3, max_size=12, unique=True))
    axioms = [draw(_AXIOMS[kind]) for kind in kinds]
    return tuple(dict.fromkeys(triple for part in (*facts, *axioms) for triple in part))
