"""What answers about reasons work on: a dataset and its closure, read when first asked for."""

from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from jjjkg.dataset.loading import Dataset, load

if TYPE_CHECKING:
    from jjjkg.entailment.closure import Closure


class Reasons:
    """The dataset in a snapshot's N-Quads and its closure, each made once, on first use.

    Whoever uses the closure from several threads holds ``lock`` meanwhile: it sorts the tables
    that it finds proofs with when they are first needed. Quads that are no snapshot of ours are
    not `trusted`: see jjjkg.rdf.reading.
    """

    def __init__(self, quads: Path, trusted: bool = True) -> None:
        self._quads, self._trusted = quads, trusted
        self._dataset: Dataset | None = None
        self._closure: Closure | None = None
        self.lock = RLock()

    @property
    def dataset(self) -> Dataset:
        """What was asserted, with its claims and their records; nothing inferred."""
        with self.lock:
            if self._dataset is None:
                self._dataset = load([self._quads], self._trusted)
            return self._dataset

    @property
    def closure(self) -> "Closure":
        """The closure of the ontology and of what was asserted."""
        # The engine takes longer to import than a server should take to start.
        from jjjkg.entailment.closure import close

        with self.lock:
            if self._closure is None:
                self._closure = close((*self.dataset.ontology, *self.dataset.asserted))
            return self._closure
