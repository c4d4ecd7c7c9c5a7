"""Explanations of statements: their proofs, and the evidence for what these start from."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from jjjkg.dataset.claims import Claims
from jjjkg.dataset.loading import Dataset, load
from jjjkg.entailment.datatypes.values import value_of
from jjjkg.entailment.proof import Proof
from jjjkg.errors import InputError
from jjjkg.explanation.names import Names, read_term, write_term
from jjjkg.explanation.verbalisation.verbaliser import Evidence, Verbaliser
from jjjkg.rdf.namespaces import INTEGERS, expand
from jjjkg.rdf.terms import Statement, statement_of

if TYPE_CHECKING:
    from jjjkg.entailment.closure import Closure

_NUMERIC: Final = INTEGERS | {expand(f"xsd:{name}") for name in ("decimal", "double", "float")}


@dataclass(frozen=True)
class Explanation:
    """The reasons for a statement or, where the goal is None, for a contradiction.

    ``proofs`` are one or more, the shortest first; ``complete`` says whether there are no others.
    ``evidence`` is that for each given statement of theirs.
    """

    goal: Statement | None
    proofs: tuple[Proof, ...]
    complete: bool
    evidence: Mapping[Statement, Evidence]


class Explainer:
    """Explains what follows from a dataset, and what it asserts.

    Several threads may use an explainer at once if they share a `lock`: the closure sorts tables
    when they are first needed for a proof. `names` are those of the dataset, if they are known.
    """

    def __init__(
        self,
        dataset: Dataset,
        closure: "Closure",
        lock: AbstractContextManager[object] | None = None,
        names: Names | None = None,
    ) -> None:
        self.names = names or Names.of(dataset)
        self.verbaliser = Verbaliser(self.names, dataset)
        self.claims = Claims(dataset)
        self._parts = {
            statement_of(triple): part
            for part in ("provenance", "asserted", "ontology")
            for triple in getattr(dataset, part)
        }
        self._closure = closure
        self._lock = lock or nullcontext()

    def read(self, subject: str, property: str, value: str) -> Statement:
        """Return the statement of three terms as people write them (read_term).

        Raises InputError for a subject or a property that is not in the dataset.
        """
        subject_term = read_term(subject, self.names)
        predicate = read_term(property, self.names, property=True)
        for term in (subject_term, predicate):
            if term not in self.names.terms:
                raise InputError("explanation.names.not_in_data", term=write_term(term))
        return subject_term, predicate, read_term(value, self.names)

    def explain(self, statement: Statement, most: int = 1) -> Explanation | None:
        """Return at most so many proofs of a statement; None if it neither is given nor follows.

        A literal stands for its value: where the statement does not hold as it is written, the
        goal has another literal of the same value with which it does.
        """
        with self._lock:
            if (goal := self._find_goal(statement)) is None:
                return None
            if most == 1:
                proof = self._closure.prove(goal)
                # Only a search for several proofs can tell that there are no others.
                return self._make(goal, (proof,), False) if proof else None
            found = self._closure.proofs(goal, most)
        return self._make(goal, found.proofs, found.complete)

    def contradictions(self) -> tuple[Explanation, ...]:
        """Return the contradictions of the dataset; empty if it is consistent."""
        with self._lock:
            clashes = self._closure.clashes
        return tuple(self._make(None, (clash,), True) for clash in clashes)

    def _find_goal(self, statement: Statement) -> Statement | None:
        if self._closure.holds(statement):
            return statement
        subject, predicate, value = statement
        if not isinstance(value, ox.Literal):
            return None
        literals = (term for term in self.names.terms if isinstance(term, ox.Literal))
        spelled = ((subject, predicate, term) for term in literals if _are_equal(term, value))
        goals = [goal for goal in spelled if self._closure.holds(goal)]
        # A given statement is a better goal than one that follows by the equality of literals.
        return min(goals, key=lambda goal: not self._find_evidence(goal).part, default=None)

    def _make(
        self, goal: Statement | None, proofs: tuple[Proof, ...], complete: bool
    ) -> Explanation:
        given = {statement for proof in proofs for statement in proof.given}
        evidence = {statement: self._find_evidence(statement) for statement in given}
        return Explanation(goal, proofs, complete, evidence)

    def _find_evidence(self, statement: Statement) -> Evidence:
        """Return the evidence for a given statement."""
        claims = tuple(self.claims[iri] for iri in self.claims.stating(statement))
        return Evidence(self._parts.get(statement, ""), claims)


class LazyExplainer:
    """The explainer of a dataset in N-Quads, which is read and closed on first use.

    Quads that are not from a snapshot of ours are not `trusted`: see jjjkg.rdf.reading.
    """

    def __init__(self, quads: Path, trusted: bool = True) -> None:
        self._quads, self._trusted = quads, trusted
        self._lock = RLock()

    @property
    def names(self) -> Names:
        """The names of the dataset's things; the first use reads it."""
        with self._lock:
            return self._names

    def get(self) -> Explainer:
        """Return the explainer; the first call closes the dataset."""
        with self._lock:
            return self._explainer

    @cached_property
    def _dataset(self) -> Dataset:
        return load([self._quads], self._trusted)

    @cached_property
    def _names(self) -> Names:
        return Names.of(self._dataset)

    @cached_property
    def _explainer(self) -> Explainer:
        # The engine takes longer to import than a server should take to start.
        from jjjkg.entailment.closure import close

        closure = close((*self._dataset.ontology, *self._dataset.asserted))
        return Explainer(self._dataset, closure, self._lock, self._names)


def _are_equal(one: ox.Literal, other: ox.Literal) -> bool:
    """Tell if two literals have one value; numbers are compared as SPARQL does, whatever the type.

    https://www.w3.org/TR/sparql11-query/#OperatorMapping
    """
    if one.datatype.value in _NUMERIC and other.datatype.value in _NUMERIC:
        try:
            return Decimal(one.value) == Decimal(other.value)
        except InvalidOperation:
            return False
    value = value_of(one)
    return value is not None and value == value_of(other)
