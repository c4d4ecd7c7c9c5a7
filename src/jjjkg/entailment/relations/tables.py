"""Pairs of terms in sorted numpy arrays: the relations that rules are joined over.

A term is an integer below 2**27 and a pair one integer, subject * 2**27 + object. While pairs
are gathered, the number of the rule that gave each follows in the lowest byte: one sort then
finds the duplicates and keeps the first rule of each.
"""

from collections.abc import Iterable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Column = Ints | int
Mask = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

BITS: Final = 27
MOST_TERMS: Final = 1 << BITS
LOW: Final = MOST_TERMS - 1
RULE_BITS: Final = 8
_NONE: Final = np.empty(0, np.int64)
#: From here on it is faster to sort needles before they are looked for.
_MANY: Final = 5_000
#: A table takes in additions below this share of it without a new sort.
_FEW: Final = 1 / 8


def swap(keys: Ints) -> Ints:
    """The pairs the other way round, unsorted."""
    return (keys & LOW) << BITS | keys >> BITS


def find(keys: Ints, needles: Ints) -> Mask:
    """Which needles are among sorted keys."""
    if len(needles) <= _MANY or len(keys) <= _MANY:
        return find_sorted(keys, needles)
    order = np.argsort(needles)
    found = np.empty(len(needles), np.bool_)
    found[order] = find_sorted(keys, needles[order])
    return found


def find_sorted(keys: Ints, needles: Ints) -> Mask:
    """Which needles are among sorted keys; quick if the needles are sorted too."""
    if not len(keys):
        return np.zeros(len(needles), np.bool_)
    places = np.searchsorted(keys, needles)
    np.minimum(places, len(keys) - 1, out=places)
    present: Mask = keys[places] == needles
    return present


def runs(keys: Ints) -> Mask:
    """Where in sorted keys a new value begins."""
    begins = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    return begins


def distinct(keys: Ints) -> Ints:
    """The values, sorted and each once; np.unique hashes, which takes ten times as long."""
    keys = np.sort(keys)
    return keys[runs(keys)]


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """starts[0], starts[0] + 1, ... for lengths[0] numbers, then those from starts[1] on, ..."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)


class Insertion:
    """How a sorted array is merged into another, for all the columns that go with them."""

    def __init__(self, keys: Ints, added: Ints, places: Ints | None = None) -> None:
        places = np.searchsorted(keys, added) if places is None else places
        self.places = places + np.arange(len(added))
        self.stay = np.ones(len(keys) + len(added), np.bool_)
        self.stay[self.places] = False

    def __call__(self, column: NDArray[T], added: NDArray[T]) -> NDArray[T]:
        merged = np.empty(len(self.stay), column.dtype)
        merged[self.places] = added
        merged[self.stay] = column
        return merged


class Relation:
    """A set of pairs, sorted by subject and, once that is asked for, by object."""

    __slots__ = ("_backward", "keys")

    def __init__(self, keys: Ints = _NONE) -> None:
        self.keys = keys
        self._backward: Ints | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def backward(self) -> Ints:
        """The pairs the other way round, sorted."""
        if self._backward is None:
            self._backward = np.sort(swap(self.keys))
        return self._backward

    def one(self, term: int, *, backward: bool = False) -> Ints:
        """The objects of a subject; the subjects of an object if backward."""
        keys = self.backward if backward else self.keys
        low, high = np.searchsorted(keys, (term << BITS, term + 1 << BITS))
        found: Ints = keys[low:high] & LOW
        return found

    def many(self, terms: Ints, *, backward: bool = False) -> tuple[Ints, Ints]:
        """As one() for each of some terms: which of the terms, and the other half of the pair."""
        keys = self.backward if backward else self.keys
        order = None
        if len(terms) > _MANY and len(keys) > _MANY:
            order = np.argsort(terms)
            terms = terms[order]
        low = np.searchsorted(keys, terms << BITS)
        lengths = np.searchsorted(keys, terms + 1 << BITS) - low
        rows = np.repeat(np.arange(len(terms)), lengths)
        return (rows if order is None else order[rows]), keys[ranges(low, lengths)] & LOW


class Table(Relation):
    """A relation that grows, with the round and the rule that each pair came by."""

    __slots__ = ("_without", "rules", "stamps")

    def __init__(self) -> None:
        super().__init__()
        self.stamps = np.empty(0, np.uint32)
        self.rules = np.empty(0, np.uint8)
        self._without: dict[frozenset[int], Relation] = {}

    def add(self, gathered: Ints, stamp: int) -> "Table":
        """Takes in pairs with their rules, as they were gathered; gives those that are new."""
        gathered = np.sort(gathered)
        keys = gathered >> RULE_BITS
        fresh = runs(keys)
        keys, rules = keys[fresh], (gathered[fresh] & 0xFF).astype(np.uint8)
        added, places = Table(), None
        if len(self):
            places = np.searchsorted(self.keys, keys)
            new = self.keys[np.minimum(places, len(self) - 1)] != keys
            keys, rules, places = keys[new], rules[new], places[new]
        added.keys, added.rules = keys, rules
        added.stamps = np.full(len(added.keys), stamp, np.uint32)
        if len(added):
            self.merge(added, places)
        return added

    def merge(self, added: "Table", places: Ints | None = None) -> None:
        """Takes in pairs that are not here yet; their places among the others may be known."""
        before = self._backward
        if not len(self):
            self.keys, self.stamps, self.rules = added.keys, added.stamps, added.rules
        else:
            insert = Insertion(self.keys, added.keys, places)
            self.keys = insert(self.keys, added.keys)
            self.stamps = insert(self.stamps, added.stamps)
            self.rules = insert(self.rules, added.rules)
        self._forget()
        if before is not None and len(added) < _FEW * len(before):
            self._backward = Insertion(before, added.backward)(before, added.backward)

    def keep(self, others: "Table") -> None:
        """Takes in pairs of earlier times, but for those that are here from still earlier."""
        self.merge(others.select(~find_sorted(self.keys, others.keys)))

    def select(self, rows: Mask) -> "Table":
        """A table of some of the pairs."""
        selected = Table()
        selected.keys, selected.stamps = self.keys[rows], self.stamps[rows]
        selected.rules = self.rules[rows]
        return selected

    def remove(self, gone: Mask) -> "Table":
        """Takes pairs out; gives them."""
        removed, left = self.select(gone), self.select(~gone)
        self.keys, self.stamps, self.rules = left.keys, left.stamps, left.rules
        self._forget()
        return removed

    def _forget(self) -> None:
        self._backward = None
        self._without.clear()

    def without(self, rules: frozenset[int]) -> Relation:
        """The pairs that did not come by some rules."""
        if not rules:
            return self
        if rules not in self._without:
            kept_rules = np.ones(1 << RULE_BITS, np.bool_)
            kept_rules[list(rules)] = False
            kept = kept_rules[self.rules]
            self._without[rules] = self if kept.all() else Relation(self.keys[kept])
        return self._without[rules]

    def at(self, subject: int, value: int) -> int | None:
        """Where a pair is in the arrays."""
        key = subject << BITS | value
        place = int(np.searchsorted(self.keys, key))
        return place if place < len(self.keys) and self.keys[place] == key else None


def gather(subjects: Column, objects: Column, rule: int) -> Ints:
    """Pairs with their rule, to be added to a table; a number stands for a column of it."""
    return np.atleast_1d((np.int64(1) * subjects << BITS | objects) << RULE_BITS | rule)


def join_chunks(chunks: Iterable[Ints]) -> Ints:
    """One array of several."""
    chunks = tuple(chunks)
    return chunks[0] if len(chunks) == 1 else np.concatenate(chunks or (_NONE,))


def spread(pairs: Ints, group: Ints, nodes: Ints) -> Ints:
    """Pairs of groups as the pairs of their members; the group of each node is given."""
    order = np.argsort(group, kind="stable")
    members, sizes = nodes[order], np.bincount(group, minlength=len(nodes))
    starts = np.cumsum(sizes) - sizes
    one, two = pairs >> BITS, pairs & LOW
    if len(pairs) and sizes.max() > 1:
        places = np.repeat(np.arange(len(pairs)), sizes[one])
        left = members[ranges(starts[one], sizes[one])]
        again = sizes[two[places]]
        return np.repeat(left, again) << BITS | members[ranges(starts[two[places]], again)]
    ends: Ints = members[starts[one]] << BITS | members[starts[two]]
    return ends
