"""Binary relations over term numbers as sorted numpy arrays, one for each property.

A term is an integer below 2**BITS. A pair is one int64 key, subject << BITS | object, so that
arrays sorted by key are sorted by subject, then object. Gathered pairs, which rules have just
concluded, are int64 as well: key << RULE_BITS | rule, where rule is the number of a rule
(Programme.number). One sort of them finds duplicates and keeps the lowest rule of each pair.
"""

from collections.abc import Iterable
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

#: Term numbers, keys of pairs, or gathered pairs.
Ints = NDArray[np.int64]
#: One term number for each row, or one that all rows share.
Column = Ints | int
Mask = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

#: Bits of a term's number in a key.
BITS: Final = 27
MOST_TERMS: Final = 1 << BITS
#: The mask of a key's object.
LOW: Final = MOST_TERMS - 1
#: Bits of a rule's number in a gathered pair.
RULE_BITS: Final = 8
_NONE: Final = np.empty(0, np.int64)
#: Needles, and keys, above which sorting the needles makes binary search faster, since it misses
#: the cache less often.
_MANY: Final = 5_000
#: Share of a table's length below which additions are merged into the backward keys, which are
#: sorted anew otherwise.
_FEW: Final = 1 / 8


def swap(keys: Ints) -> Ints:
    """Return the keys of the inverse pairs (object << BITS | subject), in the same order."""
    return (keys & LOW) << BITS | keys >> BITS


def find(keys: Ints, needles: Ints) -> Mask:
    """Return a bool array: true for each needle that is among keys sorted ascending."""
    if len(needles) <= _MANY or len(keys) <= _MANY:
        return find_sorted(keys, needles)
    order = np.argsort(needles)
    found = np.empty(len(needles), np.bool_)
    found[order] = find_sorted(keys, needles[order])
    return found


def find_sorted(keys: Ints, needles: Ints) -> Mask:
    """Return the same as `find`, by binary search; fast if the needles are sorted as well."""
    if not len(keys):
        return np.zeros(len(needles), np.bool_)
    places = np.searchsorted(keys, needles)
    np.minimum(places, len(keys) - 1, out=places)
    present: Mask = keys[places] == needles
    return present


def runs(keys: Ints) -> Mask:
    """Return a bool array: true where a value of sorted keys differs from the one before."""
    begins = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    return begins


def distinct(keys: Ints) -> Ints:
    """Return the values sorted, without repeats; np.unique hashes, which is ten times slower."""
    keys = np.sort(keys)
    return keys[runs(keys)]


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the integer ranges from each start, of each length, concatenated.

    ranges([5, 9], [2, 3]) is [5, 6, 9, 10, 11].
    """
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)


class Insertion:
    """The merge of sorted keys into others, to be applied to each column that belongs to them.

    ``places`` are the indices of ``added`` in ``keys`` (np.searchsorted), if known already.
    """

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
    """A set of pairs with an index by subject and, built on demand, one by object.

    ``keys``: int64 keys (subject << BITS | object), sorted ascending, without repeats.
    """

    __slots__ = ("_backward", "keys")

    def __init__(self, keys: Ints = _NONE) -> None:
        self.keys = keys
        self._backward: Ints | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def backward(self) -> Ints:
        """The inverse keys (object << BITS | subject), sorted ascending, without repeats."""
        if self._backward is None:
            self._backward = np.sort(swap(self.keys))
        return self._backward

    def one(self, term: int, *, backward: bool = False) -> Ints:
        """Return the objects of a subject, sorted; if ``backward``, the subjects of an object."""
        keys = self.backward if backward else self.keys
        low, high = np.searchsorted(keys, (term << BITS, term + 1 << BITS))
        found: Ints = keys[low:high] & LOW
        return found

    def many(self, terms: Ints, *, backward: bool = False) -> tuple[Ints, Ints]:
        """Return the pairs of some terms: a term's index in ``terms``, and the other term.

        Both are int64 arrays of one length. ``backward`` is as in `one`.
        """
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
    """A growing relation that keeps the round and the rule that first derived each pair.

    Parallel to ``keys``: ``stamps``, uint32 numbers of rounds, and ``rules``, uint8 numbers of
    rules (programme.GIVEN for given pairs).
    """

    __slots__ = ("_without", "rules", "stamps")

    def __init__(self) -> None:
        super().__init__()
        self.stamps = np.empty(0, np.uint32)
        self.rules = np.empty(0, np.uint8)
        self._without: dict[frozenset[int], Relation] = {}

    def add(self, gathered: Ints, stamp: int) -> "Table":
        """Add gathered pairs under a round's number; return a table of those that are new."""
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
        """Add pairs that are not in the table; ``places`` are their indices in it, if known."""
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
        """Add pairs with the stamps and rules that they have, except those that are here."""
        self.merge(others.select(~find_sorted(self.keys, others.keys)))

    def select(self, rows: Mask) -> "Table":
        """Return a table of the pairs that a bool array selects."""
        selected = Table()
        selected.keys, selected.stamps = self.keys[rows], self.stamps[rows]
        selected.rules = self.rules[rows]
        return selected

    def remove(self, gone: Mask) -> "Table":
        """Remove the pairs that a bool array selects, and return a table of them."""
        removed, left = self.select(gone), self.select(~gone)
        self.keys, self.stamps, self.rules = left.keys, left.stamps, left.rules
        self._forget()
        return removed

    def _forget(self) -> None:
        self._backward = None
        self._without.clear()

    def without(self, rules: frozenset[int]) -> Relation:
        """Return the pairs that were not derived by any of some rules; the result is cached."""
        if not rules:
            return self
        if rules not in self._without:
            kept_rules = np.ones(1 << RULE_BITS, np.bool_)
            kept_rules[list(rules)] = False
            kept = kept_rules[self.rules]
            self._without[rules] = self if kept.all() else Relation(self.keys[kept])
        return self._without[rules]

    def at(self, subject: int, value: int) -> int | None:
        """Return the index of a pair in the arrays; None if it is absent."""
        key = subject << BITS | value
        place = int(np.searchsorted(self.keys, key))
        return place if place < len(self.keys) and self.keys[place] == key else None


def gather(subjects: Column, objects: Column, rule: int) -> Ints:
    """Return gathered pairs (key << RULE_BITS | rule) for a table's `add`.

    A number instead of an array stands for a column of this number.
    """
    return np.atleast_1d((np.int64(1) * subjects << BITS | objects) << RULE_BITS | rule)


def join_chunks(chunks: Iterable[Ints]) -> Ints:
    """Return several arrays concatenated."""
    chunks = tuple(chunks)
    return chunks[0] if len(chunks) == 1 else np.concatenate(chunks or (_NONE,))


def spread(pairs: Ints, group: Ints, nodes: Ints) -> Ints:
    """Return the keys of all pairs of members for pairs of groups (a Cartesian product each).

    ``pairs``: int64 keys of pairs of groups. ``group``: for each node its group's number, which
    is below len(nodes). ``nodes``: the term of each node. The result is unsorted.
    """
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
