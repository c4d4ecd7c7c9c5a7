"""The OWL 2 RL closure of triples: what follows from them, and why."""

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
    """Closes triples under the OWL 2 RL/RDF rules, or under those that are named.

    ``values`` are further literals to hold those of the triples against (dt-eq, dt-type2).
    https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """
    return Closure(Materialisation(triples, rules, values))


class Closure:
    """What follows from given triples, and the proofs of it.

    Terms that are the same are kept as one and spelled out here, but for the owl:sameAs of each
    term with itself (eq-ref), which is true of any.
    """

    def __init__(self, materialisation: Materialisation) -> None:
        self._all = materialisation
        self._prover = Prover(materialisation)
        #: What follows and is not given, as numbers: for what millions of terms would be slow.
        self.derived = Derived(materialisation, self._prover.facts)

    @cached_property
    def _trimmed(self) -> tuple[tuple[ox.Triple, ...], Mapping[str, int]]:
        return self.derived.trimming().trim(self.derived.pairs())

    @property
    def inferred(self) -> tuple[ox.Triple, ...]:
        """What follows and is not given, sorted, without what says nothing."""
        return self._trimmed[0]

    @property
    def trimmed(self) -> Mapping[str, int]:
        """How much was left out of ``inferred``, by the rules of trimming.py."""
        return self._trimmed[1]

    def entailed(self) -> Iterator[Statement]:
        """All that follows and is not given."""
        listed = self._all.terms.listed
        for predicate, keys in self.derived.pairs():
            name = listed[predicate]
            for key in keys.tolist():
                yield listed[key >> BITS], name, listed[key & LOW]

    @cached_property
    def size(self) -> int:
        """How many triples there are in all, the given ones included."""
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
        """Proofs of contradictions, at most MOST of each rule; none where there is none."""
        return self.find_clashes(MOST)

    def find_clashes(self, most: int) -> tuple[Proof, ...]:
        """Proofs of contradictions, at most so many of each rule."""
        found = find_contradictions(self._all, self._prover, most)
        return tuple(self._proof(None, steps) for steps in found)

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """The lists that are none, and why; no rule reads them."""
        broken = sorted(self._all.broken.items())
        return tuple(f"the list {self._all.terms.listed[n]} {why}" for n, why in broken)

    @cached_property
    def ill_typed(self) -> tuple[ox.Literal, ...]:
        """The literals that are no value of their own data type, which contradicts nothing yet."""
        return tuple(
            term
            for term in self._all.terms.listed
            if isinstance(term, ox.Literal) and (is_ill_typed(term) or is_no_time(term))
        )

    @property
    def given(self) -> Container[Statement]:
        """The given statements, to be asked whether they have one."""
        return _Given(self)

    def gives(self, statement: Statement) -> bool:
        """Tell if a statement is given."""
        fact = self._fact(statement)
        return fact is not None and self._prover.facts.is_given(fact)

    def holds(self, statement: Statement) -> bool:
        """Whether a statement is given or follows."""
        fact = self._fact(statement)
        return fact is not None and self._holds(fact)

    def prove(self, statement: Statement) -> Proof | None:
        """A short proof of a statement; None if it does not hold."""
        fact = self._fact(statement)
        if fact is None or not self._holds(fact):
            return None
        if not self._all.is_bent:
            return self._proof(statement, self._prover.prove(fact))
        with suppress(AssertionError, ProofError):
            proof = self._proof(statement, self._prover.prove(fact))
            check(proof, self.given)
            return proof
        return self._proof(statement, self._prover.search(fact))

    def proofs(self, statement: Statement, most: int = 10) -> Proofs:
        """Return proofs from the minimal sets of given statements, the smallest sets first.

        None of a set can be left out, and each set has one short proof, which the independent
        checker has accepted. A given statement is a set by itself, and those that it follows
        from without itself are further ones. ``complete`` says that there are no others. There
        are none where the statement does not hold.
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
                return self._all.programme.rewrites and bool(is_used)
            return self._all.programme.rewrites or self._prover.facts.find(fact) is not None
        table = self._all.tables.get(predicate)
        if table is not None and table.at(subject, value) is not None:
            return True
        return self._prover.find_different(fact) is not None

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
