"""Explanations of statements: their proofs, and what the given statements of these rest on."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.proof import Proof, Statement, Term
from jjjkg.errors import InputError
from jjjkg.explanation.evidence import Evidence, Records
from jjjkg.explanation.names import Names
from jjjkg.explanation.narrator import Narrator
from jjjkg.explanation.phrases import Phrases
from jjjkg.explanation.reasons import Reasons
from jjjkg.explanation.terms import read_term, write_term

if TYPE_CHECKING:
    from jjjkg.entailment.closure import Closure


@dataclass(frozen=True)
class Explanation:
    """Why a statement holds or, where the goal is None, a contradiction.

    ``proofs`` are one or more, the shortest first; ``complete`` says whether there are no others.
    ``evidence`` is what each given statement of theirs rests on.
    """

    goal: Statement | None
    proofs: tuple[Proof, ...]
    complete: bool
    evidence: Mapping[Statement, Evidence]


class Explainer:
    """Explains what follows from a dataset, and what it asserts."""

    def __init__(
        self,
        dataset: Dataset,
        closure: "Closure",
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        parts = (dataset.ontology, dataset.asserted, dataset.provenance, dataset.dataset)
        triples = [triple for part in parts for triple in part]
        self.names = Names(triples)
        self.narrator = Narrator(Phrases(self.names, triples))
        self._records = Records(dataset)
        self._closure = closure
        self._lock = lock or nullcontext()

    def knows(self, term: Term) -> bool:
        """Whether a term occurs in the dataset."""
        return term in self.names.terms

    def read(self, subject: str, property: str, value: str) -> Statement:
        """The statement of three terms as people write them (read_term).

        Raises InputError for a subject or a property that is not in the dataset.
        """
        subject_term = read_term(subject, self.names)
        predicate = read_term(property, self.names, property=True)
        for term in (subject_term, predicate):
            if not self.knows(term):
                raise InputError(
                    f"{write_term(term)} is not in the data; look at what it is called"
                )
        return subject_term, predicate, read_term(value, self.names)

    def explain(self, statement: Statement, most: int = 1) -> Explanation | None:
        """At most so many proofs of a statement; None if it neither is given nor follows."""
        with self._lock:
            if most == 1:
                proof = self._closure.prove(statement)
                # Others are only looked for when they are asked for.
                return self._make(statement, (proof,), False) if proof else None
            found = self._closure.proofs(statement, most)
        return self._make(statement, found.proofs, found.complete) if found.proofs else None

    def contradictions(self) -> tuple[Explanation, ...]:
        """The contradictions of the dataset; none where it is consistent."""
        with self._lock:
            clashes = self._closure.clashes
        return tuple(self._make(None, (clash,), True) for clash in clashes)

    def _make(
        self, goal: Statement | None, proofs: tuple[Proof, ...], complete: bool
    ) -> Explanation:
        given = {statement for proof in proofs for statement in proof.given}
        evidence = {statement: self._records.find(statement) for statement in given}
        return Explanation(goal, proofs, complete, evidence)


class LazyExplainer:
    """An explainer of a snapshot, made when it is first asked for, and kept."""

    def __init__(self, reasons: Reasons) -> None:
        self._reasons = reasons
        self._explainer: Explainer | None = None

    def get(self) -> Explainer:
        """The explainer; the first call reads the dataset and closes it."""
        with self._reasons.lock:
            if self._explainer is None:
                reasons = self._reasons
                self._explainer = Explainer(reasons.dataset, reasons.closure, reasons.lock)
            return self._explainer
