"""owlrl as a test oracle: each known gap is corrected, and nothing else is changed."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import combinations, product
from typing import Final

import owlrl
import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jjjkg.entailment.checking.datatypes import are_other, are_same, is_in
from jjjkg.entailment.rules import load_rules
from jjjkg.rdf.terms import Statement, Term

RdflibTriple = tuple[Node, Node, Node]

#: By rule: the way in which owlrl 7.6.2 differs from it.
GAPS: Final = {
    "eq-diff2": "overlooks the last member, and one that is listed twice",
    "eq-diff3": "overlooks the last member, and one that is listed twice",
    "prp-adp": "overlooks the last member",
    "prp-key": "never compares the last property of a key",
    "cls-maxc1": "counts any literal that Python finds equal to 0, such as false",
    "cls-maxc2": "counts any literal that Python finds equal to 1, such as true",
    "cls-maxqc1": "counts any literal that Python finds equal to 0, such as false",
    "cls-maxqc2": "counts any literal that Python finds equal to 0, such as false",
    "cls-maxqc3": "counts any literal that Python finds equal to 1, such as true",
    "cls-maxqc4": "counts any literal that Python finds equal to 1, such as true",
    "dt-type1": "has more data types than OWL 2 RL, such as xsd:date",
    "dt-type2": "goes by a literal's data type, not by its value",
    "dt-eq": "is left out",
    "dt-diff": "is left out",
    "dt-not-type": "goes by the lexical form alone",
    "scm-sco": "passes over a circle's way back to the class itself",
    "scm-eqc1": "passes over a class that is equivalent to itself",
    "scm-op": "counts any rdf:Property",
    "scm-dp": "counts any rdf:Property",
    "scm-spo": "passes over a circle's way back to the property itself",
    "scm-eqp1": "passes over a property that is equivalent to itself",
    "scm-eqp2": "passes over a property that is under itself",
}
#: Parts of owlrl's messages on contradictions, each with the rules that it may be about.
_MESSAGES: Final = {
    "'sameAs' and 'differentFrom'": {"eq-diff1"},
    "'sameAs' and 'AllDifferent'": {"eq-diff2", "eq-diff3"},
    "Irreflexive property": {"prp-irp"},
    "Erroneous usage of asymmetric": {"prp-asyp"},
    "Erroneous usage of disjoint": {"prp-pdw"},
    "Disjoint properties in an": {"prp-adp"},
    "Negative (object)": {"prp-npa1"},
    "Negative (datatype)": {"prp-npa2"},
    "Violation of complementarity": {"cls-com"},
    "Erroneous usage of maximum cardinality": {"cls-maxc1"},
    "Erroneous usage of maximum qualified": {"cls-maxqc1", "cls-maxqc2"},
    "Disjoint classes": {"cax-dw", "cax-adc"},
    "is defined of type 'Nothing'": {"cls-nothing2"},
    "dt-not-type": {"dt-not-type"},
}
_DATATYPES: Final = tuple(
    URIRef(atom.subject.value)
    for rule in load_rules()
    if rule.name == "dt-type1"
    for atom in rule.head
    if isinstance(atom.subject, ox.NamedNode)
)
#: The literals that the rules name: cardinalities.
NUMBERS: Final = tuple(Literal(n, datatype=XSD.nonNegativeInteger) for n in "01")
_CARDINALITIES: Final = (OWL.maxCardinality, OWL.maxQualifiedCardinality)


class Oracle(owlrl.OWLRL_Semantics):  # type: ignore[misc]
    """owlrl with its gaps corrected; ``messages`` are those on contradictions."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph, False, False, False)
        self.messages: set[str] = set()

    @property
    def clashes(self) -> set[frozenset[str]]:
        """The sets of ids of rules that each contradiction may be by."""
        return {
            frozenset(rules)
            for message in self.messages
            for part, rules in _MESSAGES.items()
            if part in message
        }

    def add_error(self, message: str) -> None:
        """Keep a message, which owlrl would write into the graph."""
        self.messages.add(message)

    def store_triple(self, t: RdflibTriple) -> None:
        """Store a triple, also a generalised one with a literal as property, as the rules ask."""
        if t not in self.graph:
            self.added_triples.add(t)

    def post_process(self) -> None:
        """Do nothing: owlrl would remove triples with blank nodes as properties."""

    def _one_time_rules_datatypes(self) -> None:
        """Type literals by value; owlrl goes by the datatype's name."""
        for datatype in _DATATYPES:
            self.store_triple((datatype, RDF.type, RDFS.Datatype))
        nodes = {node for s, _, o in self.graph for node in (s, o)}
        literals = {node for node in nodes if isinstance(node, Literal)}
        for literal, datatype in product(literals, nodes.intersection(_DATATYPES)):
            if holds(is_in, literal, datatype):
                self.store_triple((literal, RDF.type, datatype))
        for one, other in product({*literals, *NUMBERS}, repeat=2):
            if one != other and holds(are_same, one, other):
                self.store_triple((one, OWL.sameAs, other))

    def _properties(self, triple: RdflibTriple, cycle_num: int) -> None:
        s, p, o = triple
        if p == OWL.hasKey:
            self._key(s, self._list(o))
            return
        super()._properties(triple, cycle_num)
        if (p, o) == (RDF.type, OWL.AllDisjointProperties):
            for one, other in self._pairs(s, OWL.members):
                if set(self.graph.subject_objects(one)) & set(self.graph.subject_objects(other)):
                    self.add_error("Disjoint properties in an AllDisjointProperties")

    def _key(self, class_: Node, properties: list[Node]) -> None:
        members = list(self.graph.subjects(RDF.type, class_))
        for one, other in combinations(members, 2):
            if properties and all(
                set(self.graph.objects(one, p)) & set(self.graph.objects(other, p))
                for p in properties
            ):
                self.store_triple((one, OWL.sameAs, other))

    def _pairs(self, axiom: Node, property_: URIRef) -> Iterable[tuple[Node, Node]]:
        for members in self.graph.objects(axiom, property_):
            yield from combinations(self._list(members), 2)

    def _equality(self, triple: RdflibTriple, cycle_num: int) -> None:
        super()._equality(triple, cycle_num)
        s, p, o = triple
        if p == OWL.sameAs and holds(are_other, s, o):
            self.add_error("'sameAs' and 'differentFrom'")
        if (p, o) == (RDF.type, OWL.AllDifferent):
            for property_ in (OWL.members, OWL.distinctMembers):
                for pair in self._pairs(s, property_):
                    if (pair[0], OWL.sameAs, pair[1]) in self.graph:
                        self.add_error("'sameAs' and 'AllDifferent'")

    def _classes(self, triple: RdflibTriple, cycle_num: int) -> None:
        s, p, o = triple
        counts = p not in _CARDINALITIES or any(holds(are_same, o, n) for n in NUMBERS)
        if counts:
            super()._classes(triple, cycle_num)
        if p == RDF.type and o in _DATATYPES and holds(_is_not_in, s, o):
            self.add_error("dt-not-type")

    def _schema_vocabulary(self, triple: RdflibTriple, cycle_num: int) -> None:
        s, p, o = triple
        if (p, o) != (RDF.type, RDF.Property):
            super()._schema_vocabulary(triple, cycle_num)
        for under, same in (
            (RDFS.subClassOf, OWL.equivalentClass),
            (RDFS.subPropertyOf, OWL.equivalentProperty),
        ):
            if p == under and (o, under, s) in self.graph:
                self.store_triple((s, under, s))
                self.store_triple((s, same, s))
            if p == same and s == o:
                self.store_triple((s, under, s))


def _is_not_in(literal: ox.Literal, datatype: ox.NamedNode) -> bool:
    return not is_in(literal, datatype)


def holds(relation: Callable[..., bool], one: Node, other: Node) -> bool:
    """Tell if a relation of literals holds; False if nothing is known of their datatypes."""
    if not isinstance(one, Literal):
        return False
    try:
        return relation(_term(one), _term(other))
    except (LookupError, AttributeError):
        return False


def run(
    triples: Iterable[ox.Triple], reasoner: type[Oracle] = Oracle
) -> tuple[set[Statement], Oracle]:
    """Return all statements of the closure, given ones included, and the oracle."""
    graph = Graph()
    with _untold():
        for triple in triples:
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
        oracle = reasoner(graph)
        oracle.closure()
        return {(_term(s), _term(p), _term(o)) for s, p, o in graph}, oracle


@contextmanager
def _untold() -> Iterator[None]:
    """Keep rdflib from logging a traceback for each ill-typed literal."""

    def refuse(_: logging.LogRecord) -> bool:
        return False

    logger = logging.getLogger("rdflib.term")
    logger.addFilter(refuse)
    try:
        yield
    finally:
        logger.removeFilter(refuse)


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _term(node: Node) -> Term:
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, Literal)
    if node.language:
        return ox.Literal(str(node), language=node.language)
    datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
    return ox.Literal(str(node), datatype=datatype)
