"""Proofs by backward chaining, guided by the round and the rule that derived each fact.

Each fact was derived by a rule from facts of earlier rounds, so the search backwards terminates
and seldom branches. Three kinds of facts were not derived by joins, and have proofs of several
steps: the transitive closure (a path), facts rewritten for equal terms, and equality itself (a path
of owl:sameAs statements, as in the proof forest of a union-find structure: Nieuwenhuis and
Oliveras 2005, https://doi.org/10.1007/978-3-540-32033-3_33).
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.chaining.materialisation import Materialisation
from jjjkg.entailment.chaining.programme import GIVEN, REWRITING, TRANSITIVE
from jjjkg.entailment.datatypes.values import Value, value_of
from jjjkg.entailment.proving.facts import ALWAYS, Fact, Facts, Inference, order
from jjjkg.entailment.proving.grounding import Ground, Hypergraph
from jjjkg.entailment.proving.matching import Matcher
from jjjkg.entailment.relations.tables import BITS, LOW
from jjjkg.rdf.namespaces import expand

#: Most instances of rules explored behind each fact at first; doubled until a proof is found.
_FIRST_INSTANCES: Final = 8


class Prover:
    """The search for one short proof of a fact."""

    def __init__(self, materialisation: Materialisation) -> None:
        self._all = materialisation
        self.facts = Facts(materialisation)
        self.matcher = Matcher(materialisation.terms.numbers, self.facts)
        self._same = materialisation.same_as
        self._different = materialisation.terms.numbers[ox.NamedNode(expand("owl:differentFrom"))]
        programme = materialisation.programme
        self._rewriting = {programme.number(name) for name in REWRITING}
        self._transitive = {programme.number(name) for name in TRANSITIVE}

    def prove(self, *goals: Fact) -> list[Inference]:
        """Return the steps to some facts that hold, premises first; given facts have no step.

        Raises AssertionError if the recorded rounds do not lead to a derivation, which may happen
        if a term of the vocabulary equals another (Materialisation.is_bent): use `search` then.
        """
        steps: dict[Fact, Inference] = {}
        levels: dict[Fact, int] = {}
        waiting = [(goal, ALWAYS) for goal in goals]
        while waiting:
            fact, before = waiting.pop()
            found = self.facts.find(fact)
            if found is not None and found[1] == GIVEN:
                continue
            level = found[0] if found is not None else before
            if levels.get(fact, ALWAYS + 1) <= level:
                continue
            # A step of an earlier round replaces a later one, which may rest on this very fact.
            for inference in self.infer(fact, found, level):
                concluded = inference.conclusion
                assert concluded is not None
                if levels.get(concluded, ALWAYS + 1) > level and not self.facts.is_given(concluded):
                    steps[concluded], levels[concluded] = inference, level
                waiting += ((premise, level) for premise in inference.premises)
        return order(goals, steps)

    @cached_property
    def ground(self) -> Ground:
        """The instances of all rules, those of equality included."""
        return Ground(self._all, self.facts)

    def search(self, *goals: Fact) -> list[Inference]:
        """Return the steps to some facts, found by exploring ever more instances of rules."""
        most = _FIRST_INSTANCES
        while True:
            graph = Hypergraph(self.ground, *goals)
            graph.explore(32 * most, most)
            steps = graph.derive(graph.given, *goals)
            if steps is not None:
                return steps
            if graph.is_whole:
                raise AssertionError(f"no instances of rules lead to {goals}")
            most *= 2

    def infer(self, fact: Fact, found: tuple[int, int] | None, level: int) -> Iterator[Inference]:
        """Yield the last steps to a fact, from facts of rounds before a level.

        ``found`` is the round and the rule that derived it; None if it is only implied by equality.
        """
        if found is None:
            yield from self._by_equality(fact, level)
        elif found[1] in self._rewriting:
            yield from self._by_rewriting(fact, level)
        elif found[1] in self._transitive:
            yield from self._along_path(fact, found[1], level)
        else:
            name = self._all.programme.name(found[1])
            instance = next(self.matcher.concluding(name, fact, level), None)
            if instance is None:
                raise AssertionError(f"no instance of {name} concludes {fact} before {level}")
            yield Inference(name, fact, instance.premises)

    def _by_equality(self, fact: Fact, level: int) -> Iterator[Inference]:
        """Yield the steps to a fact that is stored only of the representatives of its terms."""
        subject, predicate, value = fact
        of = self._all.equality.of
        if predicate == self._same:
            yield from self._same_terms(subject, value, level)
            return
        different = self.find_different(fact)
        if different is None:
            yield from self._replace((of(subject), of(predicate), of(value)), fact)
            return
        yield Inference("dt-diff", different, ())
        yield from self._replace(different, fact)

    def find_different(self, fact: Fact) -> Fact | None:
        """Return owl:differentFrom of two literals that differ in value and equal a fact's terms.

        Such facts (dt-diff) are not stored. None if the fact is not of this kind.
        """
        if fact[1] != self._different or "dt-diff" not in self._all.programme.active:
            return None
        for one, value in self._literals_of(fact[0]):
            for two, other in self._literals_of(fact[2]):
                if value != other:
                    return one, self._different, two
        return None

    def _literals_of(self, term: int) -> Iterator[tuple[int, Value]]:
        """Yield the literals that equal a term, each with its data value."""
        equality = self._all.equality
        for member in equality.members(equality.of(term)):
            literal = self._all.terms.listed[member]
            if isinstance(literal, ox.Literal) and (value := value_of(literal)):
                yield member, value

    def _replace(self, fact: Fact, goal: Fact) -> Iterator[Inference]:
        """Yield the steps (eq-rep-*) from a fact to one of equal terms, replaced one by one."""
        for place, rule in enumerate(("eq-rep-s", "eq-rep-p", "eq-rep-o")):
            if fact[place] != goal[place]:
                same = fact[place], self._same, goal[place]
                after = (*fact[:place], goal[place], *fact[place + 1 :])
                yield Inference(rule, (after[0], after[1], after[2]), (same, fact))
                fact = after[0], after[1], after[2]

    def _by_rewriting(self, fact: Fact, level: int) -> Iterator[Inference]:
        """Yield the steps to a fact that replaced another when two terms were merged."""
        subject, predicate, value = fact
        key = subject << BITS | value
        if predicate == self._same and not self._all.rewritings.get(predicate):
            yield from self._same_terms(subject, value, level)
            return
        for rewriting in self._all.rewritings[predicate]:
            for before in rewriting.of(key):
                old = before >> BITS, rewriting.predicate, before & LOW
                found = self.facts.find(old)
                if found is not None and found[0] < level:
                    yield from self._replace(old, fact)
                    return
        if predicate == self._same:
            yield from self._same_terms(subject, value, level)
            return
        raise AssertionError(f"{fact} was rewritten from nothing")

    def _same_terms(self, subject: int, value: int, level: int) -> Iterator[Inference]:
        """Yield the steps to owl:sameAs of two terms, along the statements that merged them."""
        if subject == value:
            yield Inference(
                "eq-ref", (subject, self._same, value), (self._mention(subject, level),)
            )
            return
        path = self._all.equality.path(subject, value, level)
        if path is None:
            raise AssertionError(f"nothing makes {subject} and {value} the same before {level}")
        links: list[Fact] = []
        for one, two, backward in path:
            if backward:
                yield Inference("eq-sym", (two, self._same, one), ((one, self._same, two),))
            links.append((two, self._same, one) if backward else (one, self._same, two))
        yield from self._chain("eq-trans", links)

    def _chain(self, rule: str, links: list[Fact]) -> Iterator[Inference]:
        """Yield the steps that join the links of a path to one of its ends, from the end back."""
        behind = links[-1]
        for link in reversed(links[:-1]):
            joined = link[0], link[1], behind[2]
            yield Inference(rule, joined, (link, behind))
            behind = joined

    def _mention(self, term: int, level: int) -> Fact:
        """Return a fact older than a level in which a term occurs, as the premise of eq-ref."""
        for predicate in self._all.tables.keys() | self._all.history.keys():
            for subject, value in ((term, None), (None, term)):
                for one, two in self.facts.match(predicate, subject, value, level):
                    return one, predicate, two
            if predicate == term:
                for one, two in self.facts.match(predicate, None, None, level):
                    return one, predicate, two
        for backward in (False, True):
            for other in self._all.equality.edges.one(term, backward=backward).tolist():
                return (other, self._same, term) if backward else (term, self._same, other)
        raise AssertionError(f"nothing is said of {term} before {level}")

    def _along_path(self, fact: Fact, rule: int, level: int) -> Iterator[Inference]:
        """Yield the steps along a shortest path between two terms (breadth-first search).

        Its links are facts of the property that were derived by other rules.
        """
        start, predicate, end = fact
        name = self._all.programme.name(rule)
        successors = self.facts.successors(predicate, rule)
        came: dict[int, int] = {}
        front = [start]
        while end not in came:
            if not front:
                raise AssertionError(f"no path of {name} leads to {fact} before {level}")
            ahead: list[int] = []
            for node in front:
                following = [n for n, stamp in successors.get(node, ()) if stamp < level]
                # At a fork, only follow successors from which the closure reaches the end.
                fork = len(following) > 1
                for further in following:
                    if further == end:
                        came[end] = node
                    elif further in came or further == start:
                        continue
                    elif not fork or self.facts.find((further, predicate, end)):
                        came[further] = node
                        ahead.append(further)
            front = ahead
        nodes = [end]
        while len(nodes) == 1 or nodes[-1] != start:
            nodes.append(came[nodes[-1]])
        nodes.reverse()
        links = [(a, predicate, b) for a, b in pairwise(nodes)]
        axiom: tuple[Fact, ...] = ()
        if name == "prp-trp":
            axiom = ((predicate, self._all.id("rdf:type"), self._all.id("owl:TransitiveProperty")),)
        for inference in self._chain(name, links):
            yield Inference(name, inference.conclusion, (*axiom, *inference.premises))
