"""The functions by which the engine sorts in our order, and takes the least and the greatest.

A query is rewritten to call them (jjjkg.evaluation.ordering.rewriting). No text of a user can:
their names are other ones in each process.
"""

from collections.abc import Callable
from typing import Final
from uuid import uuid4

from pyoxigraph import BlankNode, Literal, NamedNode

from jjjkg.evaluation.ordering.order import Term, sort_key

KEY: Final = NamedNode(f"urn:uuid:{uuid4()}")
LEAST: Final = NamedNode(f"urn:uuid:{uuid4()}")
GREATEST: Final = NamedNode(f"urn:uuid:{uuid4()}")


class Sorting:
    """The functions for one query.

    ``exhausted`` is set when one of them found no memory: the engine takes whatever a function
    raises for "no value", and the answer would be wrong.
    """

    def __init__(self) -> None:
        self.exhausted = False
        self.functions: dict[NamedNode, Callable[[Term], Term]] = {KEY: self._key}
        self.aggregates: dict[NamedNode, Callable[[], _Extreme]] = {
            LEAST: lambda: _Extreme(self, greatest=False),
            GREATEST: lambda: _Extreme(self, greatest=True),
        }

    def _key(self, term: Term) -> Term:
        """Return the term that the engine sorts in the place of a term.

        Other terms than literals are their own: the engine, too, has blank nodes before IRIs and
        both before all literals.
        """
        if isinstance(term, NamedNode | BlankNode):
            return term
        return Literal(self.rank(term))

    def rank(self, term: Term) -> str:
        """Return the string by which a term is sorted. Raises MemoryError, and notes it."""
        try:
            return sort_key(term)
        except MemoryError:
            self.exhausted = True
            raise


class _Extreme:
    """The least or the greatest of some terms; of equals, the first."""

    def __init__(self, sorting: Sorting, greatest: bool) -> None:
        self._sorting, self._greatest = sorting, greatest
        self._best: Term | None = None
        self._key = ""

    def accumulate(self, term: Term) -> None:
        """Take a term into account."""
        key = self._sorting.rank(term)
        better = key > self._key if self._greatest else key < self._key
        if self._best is None or better:
            self._best, self._key = term, key

    def finish(self) -> Term | None:
        """Return the term, or None where there was none."""
        return self._best
