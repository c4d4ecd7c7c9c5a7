"""Bindings of variables as columns of terms, and what can be done to all rows at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jjjkg.entailment.relations.tables import Column, Ints, Mask, ranges, runs


@dataclass(frozen=True)
class Rows:
    """Bindings of variables: columns of one length, and numbers where all rows have the same."""

    columns: dict[str, Column]
    length: int | None = None

    def __len__(self) -> int:
        return 1 if self.length is None else self.length

    def column(self, name: str) -> Ints:
        value = self.columns[name]
        return np.full(len(self), value, np.int64) if isinstance(value, int) else value

    def take(self, rows: Ints | Mask, **more: Column) -> "Rows":
        """Some of the rows, maybe more than once, with further columns beside them."""
        columns = {n: c if isinstance(c, int) else c[rows] for n, c in self.columns.items()}
        length = int(np.count_nonzero(rows)) if rows.dtype == np.bool_ else len(rows)
        return Rows({**columns, **more}, length)

    def cross(self, **more: Ints) -> "Rows":
        """Each row beside each row of further columns."""
        count = len(next(iter(more.values())))
        if self.length is None:
            return Rows({**self.columns, **more}, count)
        repeated = np.repeat(np.arange(self.length), count)
        return self.take(repeated, **{n: np.tile(c, self.length) for n, c in more.items()})

    def only(self, names: frozenset[str]) -> "Rows":
        return Rows({n: c for n, c in self.columns.items() if n in names}, self.length)

    def ordered(self, *names: str) -> "Rows":
        """The rows sorted by some columns, the first of them first, each row once."""
        columns = [self.column(name) for name in names]
        order = np.lexsort(columns[::-1])
        changed = np.zeros(len(self), np.bool_)
        for column in columns:
            changed |= runs(column[order])
        return self.only(frozenset(names)).take(order[changed])

    def groups(self, name: str) -> Iterator[tuple[int, "Rows"]]:
        """The rows of each value of a column."""
        column = self.columns[name]
        if isinstance(column, int):
            yield column, self
            return
        order = np.argsort(column, kind="stable")
        starts = np.flatnonzero(runs(column[order]))
        values = column[order[starts]].tolist()
        for value, part in zip(values, np.split(order, starts[1:]), strict=True):
            if len(part) == 1:
                row = int(part[0])
                single = {
                    n: c if isinstance(c, int) else int(c[row]) for n, c in self.columns.items()
                }
                yield value, Rows({**single, name: value})
            else:
                yield value, self.take(part, **{name: value})


def join_columns(rows: Rows, columns: dict[str, Ints]) -> Rows:
    """Rows joined with some columns on all the names that they share."""
    shared = [name for name in columns if name in rows.columns]
    if not shared:
        return rows.cross(**columns)
    order = np.argsort(columns[shared[0]], kind="stable")
    keys, known = columns[shared[0]][order], rows.column(shared[0])
    low = np.searchsorted(keys, known)
    lengths = np.searchsorted(keys, known, side="right") - low
    places = order[ranges(low, lengths)]
    joined = rows.take(np.repeat(np.arange(len(known)), lengths))
    same = np.ones(len(places), np.bool_)
    for name in shared[1:]:
        same &= joined.column(name) == columns[name][places]
    fresh = {name: c[places][same] for name, c in columns.items() if name not in shared}
    return joined.take(same, **fresh)
