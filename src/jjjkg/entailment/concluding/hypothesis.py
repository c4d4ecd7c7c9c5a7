"""Hypothetical reasoning: refutation, and axioms tested on new individuals.

An axiom "for all x: body implies head" follows if supposing its body of new individuals (blank
nodes) entails its head: the chase test of implication (Maier, Mendelzon and Sagiv 1979,
https://doi.org/10.1145/320107.320115).
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.closure import close
from jjjkg.entailment.concluding.cases import split_cases
from jjjkg.entailment.concluding.expressions import TYPE, Expressions, name_of
from jjjkg.entailment.concluding.implication import SAME_AS, Implication, read_axiom
from jjjkg.entailment.concluding.roles import Roles
from jjjkg.entailment.datatypes.dataranges import includes
from jjjkg.entailment.datatypes.values import DATATYPES
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement, Term

_EQUIVALENT: Final = ox.NamedNode(expand("owl:equivalentClass"))
_REFLEXIVE: Final = ox.NamedNode(expand("owl:ReflexiveProperty"))
#: The properties that define a class, whose values a named class may have too.
_DEFINING: Final = {"owl:unionOf", "owl:intersectionOf", "owl:oneOf", "owl:complementOf"}


class Theory:
    """A graph with its closure and the roles of its terms, to be asked what it entails."""

    def __init__(self, statements: Iterable[Statement], values: Iterable[ox.Literal] = ()) -> None:
        """Close statements; ``values`` are literals that the theory will be asked about."""
        self._given = tuple(statements)
        self._values = tuple(values)
        self._closure = close(self._given, values=self._values)
        self.is_inconsistent = bool(self._closure.clashes)

    @cached_property
    def expressions(self) -> Expressions:
        """The class expressions of the given statements."""
        return Expressions(self._given)

    @cached_property
    def roles(self) -> Roles:
        """The terms that the given statements use as classes or properties."""
        return Roles(self._given)

    @cached_property
    def _reflexive(self) -> list[Term]:
        if not any(_REFLEXIVE in statement for statement in self._given):
            return []
        return [s for s, p, o in self.statements() if p == TYPE and o == _REFLEXIVE]

    def statements(self) -> Iterator[Statement]:
        """Yield the given statements, then those that the rules infer."""
        return chain(self._given, self._closure.entailed())

    def add(self, statements: Iterable[Statement], terms: Iterable[Term] = ()) -> "Theory":
        """Return the theory of further statements, and of reflexive properties of some terms.

        An owl:ReflexiveProperty relates each thing to itself, for which OWL 2 RL has no rule; it is
        added for ``terms`` and the terms of the statements.
        """
        added = tuple(statements)
        named = {*terms, *(t for s, _, o in added for t in (s, o))}
        loops = [
            (term, p, term)
            for p in self._reflexive
            for term in named
            if not isinstance(term, ox.Literal)
        ]
        if not added and not loops:
            return self
        return Theory((*self._given, *added, *loops), self._values)

    def implies(self, statement: Statement) -> bool:
        """Tell if a statement follows: by the rules, in any graph, or as an axiom by hypothesis."""
        if self._has(statement):
            return True
        subject, predicate, value = statement
        if name_of(predicate) in _DEFINING:
            made = ox.BlankNode()
            return subject in self.roles.classes and self.add([(made, predicate, value)]).implies(
                (subject, _EQUIVALENT, made)
            )
        if self._is_typed(statement):
            return True
        axiom = read_axiom(statement, self.expressions)
        return bool(axiom) and all(map(self.bears, axiom))

    def bears(self, implication: Implication) -> bool:
        """Tell if an implication holds: its goal follows in each case of its suppositions."""
        goal = implication.goal
        wanted = implication.suppositions if goal is None else (*implication.suppositions, goal)
        if not all(self.roles.fit(statement) for statement in wanted):
            return False
        for case in split_cases(implication.suppositions, self.expressions):
            supposed = self.add(case)
            if not supposed.is_inconsistent and not (
                goal and (supposed._has(goal) or supposed._is_typed(goal))
            ):
                return False
        return True

    def _has(self, statement: Statement) -> bool:
        """Tell if a statement is in the closure, or true because of the roles of its terms."""
        subject, predicate, value = statement
        if self.is_inconsistent or self._closure.holds(statement):
            return True
        match name_of(predicate):
            case "rdf:type":
                return self.roles.declare(subject, name_of(value))
            case "owl:sameAs":
                return subject == value
            case "rdfs:subClassOf" | "owl:equivalentClass" as name:
                beside = (name_of(subject), name_of(value))
                top = name == "rdfs:subClassOf" and (
                    beside[0] == "owl:Nothing" or beside[1] in ("owl:Thing", "rdfs:Resource")
                )
                return (subject == value or top) and {subject, value} <= self.roles.classes
            case "rdfs:subPropertyOf" | "owl:equivalentProperty":
                return subject == value and subject in self.roles.properties
        return False

    def _is_typed(self, statement: Statement) -> bool:
        """Tell if a statement is an rdf:type that holds by the definition of the class."""
        thing, predicate, cls = statement
        return predicate == TYPE and self._is_member(thing, cls)

    def _is_member(self, thing: Term, cls: Term, unfolded: frozenset[Term] = frozenset()) -> bool:
        """Tell if a thing is an instance of a class by the class's definition.

        Each class is unfolded once on the way down, so that cyclic definitions terminate.
        """
        if self._has((thing, TYPE, cls)):
            return True
        if isinstance(cls, ox.NamedNode) and cls.value in DATATYPES:
            known = [d for d in DATATYPES if self._has((thing, TYPE, ox.NamedNode(d)))]
            return bool(known) and includes(cls.value, known)
        if cls in unfolded:
            return False
        unfolded |= {cls}
        made_of = self.expressions

        def among(part: Term) -> bool:
            return self._is_member(thing, part, unfolded)

        if (parts := made_of.members(cls, "owl:intersectionOf")) is not None:
            return all(map(among, parts))
        if (parts := made_of.members(cls, "owl:unionOf")) is not None:
            return any(map(among, parts))
        if (other := made_of.part(cls, "owl:complementOf")) is not None:
            return self.bears(Implication(((thing, TYPE, other),), None))
        prop = made_of.part(cls, "owl:onProperty")
        if prop is not None:
            return self._is_restricted(thing, cls, prop, unfolded)
        return any(map(among, made_of.find_enough(cls)))

    def _is_restricted(self, thing: Term, cls: Term, prop: Term, unfolded: frozenset[Term]) -> bool:
        """Tell if a thing satisfies a restriction on a property."""
        filler = self.expressions.part(cls, "owl:allValuesFrom")
        one, two = ox.BlankNode(), ox.BlankNode()
        if filler is not None:
            return self.add([(thing, prop, one)])._is_member(one, filler, unfolded)
        low, high, of = self.expressions.read_cardinality(cls)
        kinds: list[Statement] = [] if of is None else [(value, TYPE, of) for value in (one, two)]
        if low == 1 and not self._has_value(thing, prop, of):
            return False
        if low > 1 or high not in (0, 1, None):
            return False
        if high is None:
            return low >= 0
        values: list[Statement] = [(thing, prop, one), (thing, prop, two)]
        supposed = self.add(values + kinds if high else values[:1] + kinds[:1])
        return supposed.is_inconsistent or (high == 1 and supposed._has((one, SAME_AS, two)))

    def _has_value(self, thing: Term, prop: Term, of: Term | None) -> bool:
        """Tell if a thing has a value of a property, and of a class if one is given."""
        return any(
            s == thing and p == prop and (of is None or self._has((o, TYPE, of)))
            for s, p, o in self.statements()
        )
