"""The roles of a graph's terms: classes, properties, or any terms."""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.concluding.expressions import name_of
from jjjkg.entailment.datatypes.values import DATATYPES
from jjjkg.rdf.namespaces import PREFIXES, expand
from jjjkg.rdf.terms import Statement, Term

_CLASS_TYPES: Final = {
    "owl:Class",
    "rdfs:Class",
    "owl:Restriction",
    "rdfs:Datatype",
    "owl:DeprecatedClass",
}
_PROPERTY_TYPES: Final = {
    f"owl:{kind}Property"
    for kind in (
        "Object Datatype Annotation Ontology Deprecated Functional InverseFunctional Transitive "
        "Symmetric Asymmetric Reflexive Irreflexive"
    ).split()
} | {"rdf:Property"}
_SORTS: Final = ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
_OF_CLASS: Final = {
    "rdfs:subClassOf",
    "owl:equivalentClass",
    "owl:disjointWith",
    "owl:complementOf",
    "owl:unionOf",
    "owl:intersectionOf",
    "owl:oneOf",
    "owl:hasKey",
    "owl:disjointUnionOf",
    "owl:onProperty",
}
_TO_CLASS: Final = {
    "rdf:type",
    "rdfs:domain",
    "rdfs:range",
    "rdfs:subClassOf",
    "owl:equivalentClass",
    "owl:disjointWith",
    "owl:complementOf",
    "owl:someValuesFrom",
    "owl:allValuesFrom",
    "owl:onClass",
    "owl:onDataRange",
}
_OF_PROPERTY: Final = {
    "rdfs:subPropertyOf",
    "owl:equivalentProperty",
    "owl:inverseOf",
    "owl:propertyDisjointWith",
    "owl:propertyChainAxiom",
    "rdfs:domain",
    "rdfs:range",
}
_TO_PROPERTY: Final = {
    "rdfs:subPropertyOf",
    "owl:equivalentProperty",
    "owl:inverseOf",
    "owl:propertyDisjointWith",
    "owl:onProperty",
    "owl:assertionProperty",
}
_LANGUAGE: Final = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))
#: The declarations, each with the role of a term for which it adds nothing. The sort of a property
#: adds nothing if the premises state no sort of it.
_DECLARATIONS: Final = {
    **dict.fromkeys(("owl:Class", "rdfs:Class"), "class"),
    "rdf:Property": "property",
    **dict.fromkeys(_SORTS, "sort"),
    "owl:NamedIndividual": "term",
    **dict.fromkeys(("owl:Thing", "rdfs:Resource"), "anything"),
}


class Roles:
    """The classes, the properties and all terms of a graph."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.classes: set[Term] = {
            ox.NamedNode(iri)
            for iri in (
                *DATATYPES,
                expand("owl:Thing"),
                expand("owl:Nothing"),
                expand("rdfs:Resource"),
            )
        }
        self.properties: set[Term] = set()
        self.terms: set[Term] = set()
        self._sorted: set[Term] = set()
        for subject, predicate, value in statements:
            name = name_of(predicate)
            self.terms |= {subject, value}
            self.properties.add(predicate)
            kind = name_of(value) if name == "rdf:type" else ""
            if kind in _SORTS:
                self._sorted.add(subject)
            if kind in _CLASS_TYPES or name in _OF_CLASS:
                self.classes.add(subject)
            if name in _TO_CLASS:
                self.classes.add(value)
            if kind in _PROPERTY_TYPES or name in _OF_PROPERTY:
                self.properties.add(subject)
            if name in _TO_PROPERTY:
                self.properties.add(value)

    def declare(self, term: Term, kind: str) -> bool:
        """Tell if declaring a term of a kind, such as "owl:Class", adds nothing to the premises.

        A term that does not occur in the premises is not known to be a class or a property.
        """
        match _DECLARATIONS.get(kind):
            case "class":
                return term in self.classes
            case "property":
                return term in self.properties
            case "sort":
                return term in self.properties and term not in self._sorted
            case "term":
                return term in self.terms or term in self.properties
            case "anything":
                return True
        return False

    def fit(self, statement: Statement) -> bool:
        """Tell if a statement's property, or the class of an rdf:type, is known as such."""
        _, predicate, value = statement
        if name_of(predicate) == "rdf:type":
            return value in self.classes
        language = isinstance(predicate, ox.NamedNode) and predicate.value.startswith(_LANGUAGE)
        return language or predicate in self.properties
