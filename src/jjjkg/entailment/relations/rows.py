"""Solutions of joins, stored by column: for each variable an array of term numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jjjkg.entailment.relations.tables import Column, Ints, Mask, ranges, runs


@dataclass(frozen=True)
class Rows:
    """Bindings of variables, one row each.

    ``columns`` maps a variable to an int64 array of term numbers, all of length ``length``, or to
    a number that all rows share. ``length`` None means one row.
    """

    columns: dict[str, Column]
    length: int | None = None

    def __len__(self) -> int:
        return 1 if self.length is None else self.length

    def column(self, name: str) -> Ints:
        """Return a column as an array, also if all rows share a number."""
        value = self.columns[name]
        return np.full(len(self), value, np.int64) if isinstance(value, int) else value

    def take(self, rows: Ints | Mask, **more: Column) -> "Rows":
        """Return the rows that indices or a bool array select, with further columns.

        Indices may repeat rows. Further columns are as long as the result.
        """
        columns = {n: c if isinstance(c, int) else c[rows] for n, c in self.columns.items()}
        length = int(np.count_nonzero(rows)) if rows.dtype == np.bool_ else len(rows)
        return Rows({**columns, **more}, length)

    def cross(self, **more: Ints) -> "Rows":
        """Return the Cartesian product with further columns, which have one length."""
        count = len(next(iter(more.values())))
        if self.length is None:
            return Rows({**self.columns, **more}, count)
        repeated = np.repeat(np.arange(self.length), count)
        return self.take(repeated, **{n: np.tile(c, self.length) for n, c in more.items()})

    def only(self, names: frozenset[str]) -> "Rows":
        """Return the rows with only some of the columns (a projection that keeps repeats)."""
        return Rows({n: c for n, c in self.columns.items() if n in names}, self.length)

    def ordered(self, *names: str) -> "Rows":
        """Return only some columns, sorted by them, the first first, without repeated rows."""
        columns = [self.column(name) for name in names]
        order = np.lexsort(columns[::-1])
        changed = np.zeros(len(self), np.bool_)
        for column in columns:
            changed |= runs(column[order])
        return self.only(frozenset(names)).take(order[changed])

    def groups(self, name: str) -> Iterator[tuple[int, "Rows"]]:
        """Yield each value of a column, ascending, with its rows."""
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
    """Return the natural join of rows with columns of one length.

    The columns are sorted by the first shared variable, matches found by binary search, and
    filtered by the other shared variables. Without a shared variable the result is the Cartesian
    product.
    """
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
