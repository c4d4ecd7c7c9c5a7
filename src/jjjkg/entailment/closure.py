"""The OWL 2 RL closure of triples: inferred statements, proofs and contradictions.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.chaining.materialisation import Materialisation
from jjjkg.entailment.checking.check import ProofError, check
from jjjkg.entailment.datatypes.times import is_no_time
from jjjkg.entailment.datatypes.values import is_ill_typed
from jjjkg.entailment.derived import Derived
from jjjkg.entailment.proof import Proof, Proofs, Step
from jjjkg.entailment.proving.contradictions import MOST, find_contradictions
from jjjkg.entailment.proving.facts import Fact, Inference
from jjjkg.entailment.proving.prover import Prover
from jjjkg.entailment.proving.supports import Supports
from jjjkg.entailment.relations.tables import BITS, LOW
from jjjkg.rdf.terms import Statement


def close(
    triples: Iterable[ox.Triple | ox.Quad | Statement],
    *,
    rules: Collection[str] | None = None,
    values: Iterable[ox.Literal] = (),
) -> "Closure":
    """Return the closure of triples under the OWL 2 RL/RDF rules.

    ``rules`` restricts the rules to those with these ids. ``values`` are literals that need not
    occur in the triples and are to be compared with the literals that do (dt-eq, dt-type2).
    Raises InputError for more distinct terms than the engine can number.
    """
    return Closure(Materialisation(triples, rules, values))


class Closure:
    """The closure of given triples, with proofs on demand.

    Internally, terms that are owl:sameAs each other share one representative; statements here are
    expanded to all members of a class. The owl:sameAs of each term with itself (eq-ref), true of
    any term, is not enumerated, but holds and is proved when asked for.
    """

    def __init__(self, materialisation: Materialisation) -> None:
        self._all = materialisation
        self._prover = Prover(materialisation)
        #: The inferred facts as arrays of numbers, for callers to whom term objects are too slow.
        self.derived = Derived(materialisation, self._prover.facts)

    @cached_property
    def _trimmed(self) -> tuple[tuple[ox.Triple, ...], Mapping[str, int]]:
        return self.derived.trimming().trim(self.derived.pairs())

    @property
    def inferred(self) -> tuple[ox.Triple, ...]:
        """The inferred triples that are not given and not trivial (trimming.py), sorted."""
        return self._trimmed[0]

    @property
    def trimmed(self) -> Mapping[str, int]:
        """The number of triples left out of ``inferred``, by the name of a rule of trimming.py."""
        return self._trimmed[1]

    def entailed(self) -> Iterator[Statement]:
        """Yield all inferred statements that are not given, trivial ones too, except eq-ref's."""
        listed = self._all.terms.listed
        for predicate, keys in self.derived.pairs():
            name = listed[predicate]
            for key in keys.tolist():
                yield listed[key >> BITS], name, listed[key & LOW]

    @cached_property
    def size(self) -> int:
        """The number of triples in the closure: given and inferred, for all members of classes."""
        representative = self._all.equality.representative
        sizes = np.bincount(
            np.delete(representative, self._all.phantoms), minlength=len(representative)
        )
        same = self._all.equality.of(self._all.same_as)
        edges = self._all.equality.edges.keys
        equal: int = sum(n * (n - 1) for n in sizes[sizes > 1].tolist())
        total: int = equal + int(np.count_nonzero(edges >> BITS == edges & LOW))
        total += (int(sizes[same]) - 1) * (equal + len(self.derived.used))
        for predicate, table in self._all.tables.items():
            if predicate != same or not self._all.programme.rewrites:
                each = sizes[table.keys >> BITS] * sizes[table.keys & LOW]
                total += int(each.sum()) * int(sizes[predicate])
        return total

    @cached_property
    def clashes(self) -> tuple[Proof, ...]:
        """Proofs of contradictions, at most MOST for each rule; empty if there is none."""
        return self.find_clashes(MOST)

    def find_clashes(self, most: int) -> tuple[Proof, ...]:
        """Return proofs of contradictions, at most ``most`` for each rule."""
        found = find_contradictions(self._all, self._prover, most)
        return tuple(self._proof(None, steps) for steps in found)

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Sentences on malformed lists, each with its fault; no rule reads such a list."""
        broken = sorted(self._all.broken.items())
        return tuple(f"the list {self._all.terms.listed[n]} {why}" for n, why in broken)

    @cached_property
    def ill_typed(self) -> tuple[ox.Literal, ...]:
        """The ill-typed literals: their lexical form is not in the lexical space of their datatype.

        Such a literal is not a contradiction by itself: dt-not-type needs a type of it.
        """
        return tuple(
            term
            for term in self._all.terms.listed
            if isinstance(term, ox.Literal) and (is_ill_typed(term) or is_no_time(term))
        )

    @property
    def given(self) -> Container[Statement]:
        """The given statements, as a container for ``in``."""
        return _Given(self)

    def gives(self, statement: Statement) -> bool:
        """Tell if a statement is given."""
        fact = self._fact(statement)
        return fact is not None and self._prover.facts.is_given(fact)

    def holds(self, statement: Statement) -> bool:
        """Tell if a statement is given or inferred."""
        fact = self._fact(statement)
        return fact is not None and self._holds(fact)

    def prove(self, statement: Statement) -> Proof | None:
        """Return a short proof of a statement, by backward chaining; None if it does not hold."""
        fact = self._fact(statement)
        if fact is None or not self._holds(fact):
            return None
        if not self._all.is_bent and not self._is_itself(fact):
            return self._proof(statement, self._prover.prove(fact))
        with suppress(AssertionError, ProofError):
            proof = self._proof(statement, self._prover.prove(fact))
            check(proof, self.given)
            return proof
        return self._proof(statement, self._prover.search(fact))

    def proofs(self, statement: Statement, most: int = 10) -> Proofs:
        """Return at most ``most`` proofs from minimal supports, the smallest supports first.

        A support is a set of given statements that the statement follows from; it is minimal if
        no statement of it can be left out (why-provenance; see proving/supports.py). Each has one
        short proof, which the independent checker has accepted. A given statement is a support
        of itself, and may have others. ``complete`` is true if there are no further supports.
        A statement that does not hold has no proof.
        """
        fact = self._fact(statement)
        if fact is None or not self._holds(fact):
            return Proofs((), True)
        found = Supports(self._prover.ground, fact, most)
        proofs = [self._proof(statement, support.steps) for support in found.found]
        for proof in proofs:
            check(proof, self.given)
        proofs.sort(key=lambda proof: (len(proof.given), len(proof.steps)))
        return Proofs(tuple(proofs), found.complete)

    def _holds(self, fact: Fact) -> bool:
        subject, predicate, value = map(self._all.equality.of, fact)
        if predicate == self._all.equality.of(self._all.same_as) and subject == value:
            if fact[0] == fact[2] and fact[1] == self._all.same_as:
                place = int(np.searchsorted(self.derived.used, fact[0]))
                is_used = self.derived.used[place : place + 1] == fact[0]
                return self._all.programme.rewrites and (bool(is_used) or self._is_itself(fact))
            return self._all.programme.rewrites or self._prover.facts.find(fact) is not None
        table = self._all.tables.get(predicate)
        if table is not None and table.at(subject, value) is not None:
            return True
        return self._prover.find_different(fact) is not None

    def _is_itself(self, fact: Fact) -> bool:
        """Tell if a fact is the reflexive owl:sameAs of a term that need not occur in any fact.

        These terms are owl:sameAs itself, which occurs in the conclusions of eq-ref, and the
        literals 0 and 1 that the rules name, which are equal to themselves in value (dt-eq).
        """
        one, predicate, other = fact
        unsaid = (self._all.same_as, *self._all.phantoms)
        return predicate == self._all.same_as and one == other and one in unsaid

    def _fact(self, statement: Statement) -> Fact | None:
        subject, predicate, value = map(self._all.terms.number, statement)
        if subject is None or predicate is None or value is None:
            return None
        return subject, predicate, value

    def _statement(self, fact: Fact) -> Statement:
        listed = self._all.terms.listed
        return listed[fact[0]], listed[fact[1]], listed[fact[2]]

    def _proof(self, goal: Statement | None, inferences: list[Inference]) -> Proof:
        steps = tuple(
            Step(
                inference.rule,
                None if inference.conclusion is None else self._statement(inference.conclusion),
                tuple(map(self._statement, inference.premises)),
            )
            for inference in inferences
        )
        concluded = {step.conclusion for step in steps}
        needed = (premise for step in steps for premise in step.premises)
        given = tuple(dict.fromkeys(p for p in needed if p not in concluded))
        return Proof(goal, steps, given or ((goal,) if goal and not steps else ()))


@dataclass(frozen=True)
class _Given:
    closure: Closure

    def __contains__(self, statement: object) -> bool:
        return self.closure.gives(statement)  # type: ignore[arg-type]
