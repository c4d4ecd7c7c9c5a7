"""The filter of trivial inferences: named rules, each with a count of what it leaves out.

The OWL 2 RL/RDF rules conclude many statements that are true of any data
(https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules), and many
about blank nodes that only encode OWL's syntax in RDF
(https://www.w3.org/TR/owl2-mapping-to-rdf/). All others are kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.relations.tables import BITS, LOW, Ints, Mask
from jjjkg.entailment.relations.terms import Terms
from jjjkg.entailment.rules import load_rules
from jjjkg.rdf.namespaces import expand

#: The properties whose subject, if a blank node, encodes OWL's syntax: a class or property
#: expression, a data range, a list cell or an axiom.
STRUCTURE: Final = tuple(
    ox.NamedNode(expand(name))
    for name in (
        *("rdf:first", "rdf:rest", "owl:unionOf", "owl:intersectionOf", "owl:oneOf"),
        *("owl:complementOf", "owl:onProperty", "owl:onProperties", "owl:someValuesFrom"),
        *("owl:allValuesFrom", "owl:hasValue", "owl:hasSelf", "owl:onClass", "owl:onDataRange"),
        *("owl:cardinality", "owl:minCardinality", "owl:maxCardinality"),
        *("owl:qualifiedCardinality", "owl:minQualifiedCardinality"),
        *("owl:maxQualifiedCardinality", "owl:inverseOf", "owl:datatypeComplementOf"),
        *("owl:onDatatype", "owl:withRestrictions", "owl:members", "owl:distinctMembers"),
        *("owl:sourceIndividual", "owl:assertionProperty", "owl:annotatedSource"),
    )
)
#: The classes of such nodes, by which those without a property of STRUCTURE are recognised.
STRUCTURES: Final = tuple(
    ox.NamedNode(expand(name))
    for name in (
        *("owl:Class", "owl:Restriction", "owl:DataRange", "rdfs:Datatype", "rdf:List"),
        *("owl:AllDifferent", "owl:AllDisjointClasses", "owl:AllDisjointProperties"),
        *("owl:NegativePropertyAssertion", "owl:Axiom", "owl:Annotation"),
    )
)
#: The name of the rule that leaves out the conclusions of rules without premises.
TRUE_OF_ANY: Final = "true of any data"
TYPE: Final = ox.NamedNode(expand("rdf:type"))


class Trimming:
    """The rules of trimming, applied to statements over numbered terms.

    ``structural`` is a bool array by term number: true for the subject of a property of STRUCTURE
    and for an instance of a class of STRUCTURES. Only blank nodes among them are filtered.
    """

    def __init__(self, terms: Terms, structural: Mask) -> None:
        self._terms = terms
        self._literal, self._blank, _ = terms.kinds()
        self._structural = structural & self._blank
        self._type = self._number("rdf:type")
        self._everything = self._numbers("owl:Thing", "rdfs:Resource")
        self._upward = self._numbers("rdf:type", "rdfs:subClassOf", "rdfs:domain", "rdfs:range")
        self._below, self._nothing = self._number("rdfs:subClassOf"), self._number("owl:Nothing")
        self._reflexive = self._numbers(
            *("rdfs:subClassOf", "owl:equivalentClass", "rdfs:subPropertyOf"),
            *("owl:equivalentProperty", "owl:sameAs"),
        )
        self._axioms = {
            predicate: np.array(sorted(keys), np.int64)
            for predicate, keys in _number_axioms(terms).items()
        }

    def _number(self, name: str) -> int:
        number = self._terms.number(ox.NamedNode(expand(name)))
        return -1 if number is None else number

    def _numbers(self, *names: str) -> tuple[int, ...]:
        return tuple(map(self._number, names))

    def trim(
        self, pairs: Iterable[tuple[int, Ints]]
    ) -> tuple[tuple[ox.Triple, ...], Mapping[str, int]]:
        """Return the statements that no rule leaves out, sorted, and the count of each rule.

        ``pairs`` yields properties, each with int64 keys of its pairs (relations/tables.py).
        """
        listed = self._terms.listed
        kept: list[ox.Triple] = []
        counted: Counter[str] = Counter({name: 0 for name, _ in RULES})
        for predicate, keys in pairs:
            kinds = self._sort(predicate, keys)
            self._count(kinds, counted)
            for key in keys[kinds == len(RULES)].tolist():
                kept.append(ox.Triple(listed[key >> BITS], listed[predicate], listed[key & LOW]))  # type: ignore[arg-type]
        return tuple(sorted(kept, key=str)), counted

    def keeps(self, predicate: int, keys: Ints, counted: Counter[str]) -> Mask:
        """Return a bool array: true for the pairs of a property that no rule leaves out.

        The others are added to ``counted`` by the name of their rule.
        """
        kinds = self._sort(predicate, keys)
        self._count(kinds, counted)
        mask: Mask = kinds == len(RULES)
        return mask

    def _count(self, kinds: Ints, counted: Counter[str]) -> None:
        for kind, count in enumerate(np.bincount(kinds, minlength=len(RULES) + 1)[:-1].tolist()):
            counted[RULES[kind][0]] += count

    def _sort(self, predicate: int, keys: Ints) -> Ints:
        """Return the index in RULES of the first rule that holds, by pair; len(RULES) if none."""
        subjects, objects = keys >> BITS, keys & LOW
        kinds = np.full(len(keys), len(RULES), np.int64)
        for place in reversed(range(len(RULES))):
            _, holds = RULES[place]
            kinds[holds(self, subjects, predicate, objects)] = place
        return kinds

    def _is_no_triple(self, subjects: Ints, predicate: int, _: Ints) -> Mask:
        no_property = bool(self._literal[predicate] | self._blank[predicate])
        mask: Mask = self._literal[subjects] | no_property
        return mask

    def _is_structure(self, subjects: Ints, predicate: int, objects: Ints) -> Mask:
        mask: Mask = self._structural[subjects] | self._structural[objects]
        return mask

    def _is_reflexive(self, subjects: Ints, predicate: int, objects: Ints) -> Mask:
        mask: Mask = (subjects == objects) & (predicate in self._reflexive)
        return mask

    def _is_axiom(self, subjects: Ints, predicate: int, objects: Ints) -> Mask:
        mask: Mask = np.isin(
            subjects << BITS | objects, self._axioms.get(predicate, np.empty(0, np.int64))
        )
        if predicate == self._below:
            mask |= subjects == self._nothing
        return mask

    def _is_of_everything(self, _: Ints, predicate: int, objects: Ints) -> Mask:
        mask: Mask = np.isin(objects, self._everything) & (predicate in self._upward)
        return mask


#: The rules by name, each with its test; a statement is counted under the first that holds.
RULES: Final[tuple[tuple[str, Callable[[Trimming, Ints, int, Ints], Mask]], ...]] = (
    ("a literal as subject or property, or a blank node as property", Trimming._is_no_triple),
    ("about a class expression, list or axiom without a name", Trimming._is_structure),
    ("a class, property or thing related to itself", Trimming._is_reflexive),
    (TRUE_OF_ANY, Trimming._is_axiom),
    ("of or under the class of everything", Trimming._is_of_everything),
)


def _number_axioms(terms: Terms) -> Mapping[int, set[int]]:
    """Return the conclusions of the rules without premises: by property the keys of its pairs."""
    axioms: dict[int, set[int]] = {}
    for rule in load_rules():
        for atom in rule.head if not rule.body else ():
            subject, predicate, value = (
                None if isinstance(part, str) else terms.number(part)
                for part in (atom.subject, atom.predicate, atom.object)
            )
            if subject is not None and predicate is not None and value is not None:
                axioms.setdefault(predicate, set()).add(subject << BITS | value)
    return axioms
