"""The store here: a query's result in our order, on its dataset, with its columns as it says."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

from jjjkg.evaluation.ordering.rewriting import (
    Edit,
    apply,
    escape_dots,
    find_star,
    lower_booleans,
    mend_order,
    name_columns,
    order_columns,
)
from jjjkg.evaluation.ordering.sorting import Sorting
from jjjkg.evaluation.sparql.clauses import OWN_DEFAULT, Dataset, merge_defaults
from jjjkg.evaluation.sparql.lexer import Token

Result = QuerySolutions | QueryBoolean | QueryTriples

_NOTHING: Final = Store()


class Question:
    """A query as the engine reads it: its text, its terminals, and the base of its IRIs or ""."""

    def __init__(self, text: str, tokens: Sequence[Token], base: str) -> None:
        self.text, self.tokens = text, tokens
        self._plain = [*escape_dots(tokens), *lower_booleans(tokens)]
        self._order = mend_order(text, tokens)
        self._sorting = Sorting()
        self._options: dict[str, Any] = {"base_iri": base or None}
        if self._order:
            self._options["custom_functions"] = self._sorting.functions
            self._options["custom_aggregate_functions"] = self._sorting.aggregates

    @property
    def plain(self) -> str:
        """The text that any engine reads alike."""
        return apply(self.text, self._plain)

    def ask(self, store: Store, dataset: Dataset) -> Result:
        """Evaluate it in a store. Raises SyntaxError, and others where the engine does."""
        options = self._options
        if len(dataset.defaults) > 1:
            store = merge_defaults(store, dataset)
            options = {**options, "default_graph": OWN_DEFAULT, "named_graphs": dataset.named}
        elif any(dataset):
            options = {**options, "default_graph": dataset.defaults, "named_graphs": dataset.named}
        # Of a syntax error, the engine is to say where it is in the user's own text.
        with suppress(SyntaxError):
            if edits := [*self._order, *self._name_columns()]:
                return store.query(apply(self.text, [*self._plain, *edits]), **options)
        return store.query(self.plain, **options)

    def _name_columns(self) -> list[Edit]:
        if find_star(self.tokens) is None:
            return []
        return name_columns(self.tokens, self._find_columns())

    def _find_columns(self) -> list[str]:
        """The engine's columns, in its order; none where it gives no table."""
        text = apply(self.text, [*self._plain, *self._order])
        found = _NOTHING.query(text, **self._options)
        if not isinstance(found, QuerySolutions):
            return []
        return [variable.value for variable in found.variables]

    def find_columns(self) -> list[str]:
        """Return the columns of its table, in the order in which its text has those of a star.

        None are known where this engine can't answer what another may. Raises SyntaxError.
        """
        try:
            columns = self._find_columns()
        except SyntaxError:
            _NOTHING.query(self.plain, base_iri=self._options["base_iri"])
            return []
        except (RuntimeError, ValueError, OSError):
            return []
        return order_columns(self.tokens, columns) if find_star(self.tokens) else columns

    def check_memory(self) -> None:
        """Raises MemoryError if there was none for sorting, which the engine doesn't tell."""
        if self._sorting.exhausted:
            raise MemoryError
