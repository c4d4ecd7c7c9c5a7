"""Joins of a rule's body: all bindings under which its atoms hold, as columns of terms.

The order is greedy, the atom with the smallest estimated result first. Each join is an index join:
binary search in sorted keys, for all rows at once (Graefe 1993,
https://doi.org/10.1145/152610.152611).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from jjjkg.entailment.relations.rows import Rows, join_columns
from jjjkg.entailment.relations.tables import (
    BITS,
    LOW,
    Column,
    Ints,
    Relation,
    distinct,
    find,
    runs,
)
from jjjkg.entailment.rules import ITEM, LIST

#: Most rows for which the size of a join's result is counted; for more it is guessed.
_COUNTED: Final = 4_096
_NEVER: Final = float("inf")

#: A term's number, or the name of a variable.
Slot = int | str
#: The variables of the indices of two members of one list, the first before the second.
PLACES: Final = ("?place[i]", "?place[j]")


@dataclass(frozen=True)
class Pattern:
    """An atom over term numbers; ``predicate`` is LIST or ITEM for atoms about lists.

    ``members`` are the variables of the members of a LIST, or the variable of the index of an
    ITEM; empty for a triple pattern.
    """

    subject: Slot
    predicate: Slot
    object: Slot
    members: tuple[str, ...] = ()

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of the variables; an ITEM counts as having both variables of indices."""
        slots = (self.subject, self.predicate, self.object, *self.members)
        names = frozenset(s for s in slots if isinstance(s, str) and s.startswith("?"))
        return names.union(PLACES) if self.predicate == ITEM else names


@dataclass
class Lists:
    """The well-formed lists of a graph, as int64 arrays of term numbers.

    ``lists``, ``places``, ``members``: parallel, a row for each member: the list's head, the
    member's index from 0, the member; sorted by head, then index. ``by_length`` maps a length n to
    an array of shape (lists, n + 1): head, members.
    """

    lists: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    places: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    members: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    by_length: dict[int, Ints] = field(default_factory=dict)

    def equals(self, other: "Lists") -> bool:
        """Tell if two instances have the same lists with the same members."""
        pairs = (
            (self.lists, other.lists),
            (self.places, other.places),
            (self.members, other.members),
        )
        return all(np.array_equal(mine, theirs) for mine, theirs in pairs)


#: A function from a pattern's number in the rule and a property to the relation to match.
Source = Callable[[int, int], Relation | None]


def solve(
    patterns: Sequence[tuple[int, Pattern]],
    source: Source,
    lists: Lists,
    kept: frozenset[str],
    rows: Rows | None = None,
    unlike: tuple[str, str] | None = None,
) -> Iterator[Rows]:
    """Yield the bindings of the variables in ``kept`` under which all patterns hold.

    Rows may repeat. Each pattern comes with its number in the rule, which ``source`` is called
    with. ``rows`` are bindings to extend. ``unlike`` names two variables: rows where they are
    equal are dropped.
    """
    join = _Join(source, lists, kept, unlike)
    yield from join.extend(tuple(patterns), Rows({}) if rows is None else rows)


@dataclass(frozen=True)
class _Join:
    source: Source
    lists: Lists
    kept: frozenset[str]
    unlike: tuple[str, str] | None

    def extend(self, patterns: tuple[tuple[int, Pattern], ...], rows: Rows) -> Iterator[Rows]:
        if not patterns:
            yield rows
            return
        chosen = min(patterns, key=lambda numbered: self._cost(numbered, rows))
        rest = tuple(numbered for numbered in patterns if numbered is not chosen)
        needed = self.kept.union(*(pattern.variables for _, pattern in rest))
        if self.unlike and not needed.isdisjoint(self.unlike):
            needed = needed.union(self.unlike)
        for extended in self._match(*chosen, rows, needed):
            narrowed = self._drop_alike(extended, chosen[1]) if self.unlike else extended
            if len(narrowed):
                yield from self.extend(rest, narrowed.only(needed))

    def _drop_alike(self, rows: Rows, pattern: Pattern) -> Rows:
        one, two = self.unlike or ("", "")
        bound = one in rows.columns and two in rows.columns
        if not bound or pattern.variables.isdisjoint((one, two)):
            return rows
        return rows.take(rows.column(one) != rows.column(two))

    def _cost(self, numbered: tuple[int, Pattern], rows: Rows) -> float:
        """Return an estimate of the number of rows after joining a pattern."""
        number, pattern = numbered
        if pattern.predicate in (LIST, ITEM):
            bound = not pattern.variables.isdisjoint(rows.columns)
            return len(rows) * (1 if bound else len(self.lists.members))
        predicate = pattern.predicate
        if isinstance(predicate, str):
            if predicate not in rows.columns:
                return _NEVER
            value = rows.columns[predicate]
            if not isinstance(value, int):
                if rows.columns.keys() & {pattern.subject, pattern.object}:
                    return 2 * len(rows)
                return sum(len(self.source(number, p) or ()) for p in distinct(value).tolist())
            predicate = value
        relation = self.source(number, predicate)
        if not relation:
            return 0
        subject, target = self._bound(pattern.subject, rows), self._bound(pattern.object, rows)
        if subject is not None and target is not None:
            return len(rows) / 2
        known = target if subject is None else subject
        if known is None:
            return len(relation) * len(rows)
        if not isinstance(known, int) and len(rows) > _COUNTED:
            return 2 * len(rows)
        keys = relation.keys if target is None else relation.backward
        low, high = (np.searchsorted(keys, edge << BITS) for edge in (known, known + 1))
        return float(np.sum(high - low)) * (len(rows) if isinstance(known, int) else 1)

    def _bound(self, slot: Slot, rows: Rows) -> Column | None:
        return rows.columns.get(slot) if isinstance(slot, str) else slot

    def _match(
        self, number: int, pattern: Pattern, rows: Rows, needed: frozenset[str]
    ) -> Iterator[Rows]:
        if pattern.predicate == LIST:
            yield self._match_list(pattern, rows)
        elif pattern.predicate == ITEM:
            yield self._match_item(pattern, rows)
        elif isinstance(pattern.predicate, str):
            for predicate, group in rows.groups(pattern.predicate):
                relation = self.source(number, predicate)
                if relation:
                    yield self._match_pairs(pattern, relation, group, needed)
        else:
            relation = self.source(number, pattern.predicate)
            if relation:
                yield self._match_pairs(pattern, relation, rows, needed)

    def _match_pairs(
        self, pattern: Pattern, relation: Relation, rows: Rows, needed: frozenset[str]
    ) -> Rows:
        s, o = pattern.subject, pattern.object
        subject, value = self._bound(s, rows), self._bound(o, rows)
        if subject is not None and value is not None:
            keys = np.atleast_1d(np.int64(1) * subject << BITS | value)
            found = find(relation.keys, keys)
            if len(keys) == 1:
                return rows if found[0] else Rows({}, 0)
            return rows.take(found)
        if subject is None and value is None:
            if s == o:
                same = relation.keys >> BITS == relation.keys & LOW
                return rows.cross(**{str(s): relation.keys[same] & LOW})
            if o not in needed:
                return rows.cross(**{str(s): _firsts(relation.keys)})
            if s not in needed:
                return rows.cross(**{str(o): _firsts(relation.backward)})
            return rows.cross(**{str(s): relation.keys >> BITS, str(o): relation.keys & LOW})
        backward = subject is None
        known, name = (value, str(s)) if backward else (subject, str(o))
        if isinstance(known, int):
            return rows.cross(**{name: relation.one(known, backward=backward)})
        assert known is not None
        taken, found_terms = relation.many(known, backward=backward)
        return rows.take(taken, **{name: found_terms})

    def _match_list(self, pattern: Pattern, rows: Rows) -> Rows:
        """Return the join with whole lists of the pattern's length."""
        table = self.lists.by_length.get(len(pattern.members))
        if table is None:
            return Rows({}, 0)
        names = (str(pattern.subject), *pattern.members)
        return join_columns(rows, dict(zip(names, table.T, strict=True)))

    def _match_item(self, pattern: Pattern, rows: Rows) -> Rows:
        """Return the join with single members of lists; the index of [i] is below that of [j]."""
        columns = {
            str(pattern.subject): self.lists.lists,
            str(pattern.object): self.lists.members,
            pattern.members[0]: self.lists.places,
        }
        joined = join_columns(rows, columns)
        if joined.columns.keys() >= set(PLACES):
            joined = joined.take(joined.column(PLACES[0]) < joined.column(PLACES[1]))
        return joined


def _firsts(keys: Ints) -> Ints:
    """Return the first terms of sorted keys, without repeats."""
    halves = keys >> BITS
    firsts: Ints = halves[runs(halves)]
    return firsts
