"""Inferred triples as arrays of numbered terms, with equal terms expanded again."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from jjjkg.entailment.chaining.materialisation import Materialisation
from jjjkg.entailment.chaining.programme import GIVEN
from jjjkg.entailment.proving.facts import Facts
from jjjkg.entailment.relations.tables import BITS, LOW, Ints, find, spread
from jjjkg.entailment.trimming import STRUCTURE, STRUCTURES, TYPE, Trimming


class Derived:
    """The inferred facts of a materialisation, for each member of each owl:sameAs class.

    The materialisation keeps facts of one representative of each class; here they are expanded to
    all members. Facts are grouped by property: its number, and an int64 array of keys
    (subject << BITS | object; see relations/tables.py), sorted ascending. ``terms`` maps the
    numbers to terms.
    """

    def __init__(self, materialisation: Materialisation, facts: Facts) -> None:
        self._all = materialisation
        self._facts = facts
        self.terms = materialisation.terms

    def pairs(self) -> Iterator[tuple[int, Ints]]:
        """Yield each property with the sorted keys of its inferred pairs, without given ones.

        The pairs of `reflexive` are left out.
        """
        equality, same = self._all.equality, self._all.equality.of(self._all.same_as)
        everything = np.arange(len(equality.representative))
        for representative, table in sorted(self._all.tables.items()):
            if representative == same and self._all.programme.rewrites:
                continue
            keys = table.keys
            if equality.classes:
                keys = self._real(np.sort(spread(keys, equality.representative, everything)))
            for predicate in equality.members(representative):
                yield predicate, self._without_given(predicate, keys)
        if equality.classes:
            merged = np.array(list(equality.classes), np.int64)
            pairs = spread(merged << BITS | merged, equality.representative, everything)
            pairs = self._real(np.sort(pairs[pairs >> BITS != pairs & LOW]))
            for predicate in equality.members(same):
                if predicate == self._all.same_as:
                    yield predicate, self._without_given(predicate, pairs)
                else:
                    both = np.sort(np.concatenate([pairs, self.used << BITS | self.used]))
                    yield predicate, self._without_given(predicate, both)

    @cached_property
    def used(self) -> Ints:
        """The numbers of the terms that occur in some fact, as properties too, sorted ascending."""
        used = np.zeros(len(self.terms), np.bool_)
        used[self.terms.vocabulary :] = True
        equality = self._all.equality
        for predicate, table in self._all.tables.items():
            used[predicate] |= len(table) > 0
            used[table.keys >> BITS] = True
            used[table.keys & LOW] = True
        for head, members in equality.classes.items():
            used[[head, *members]] = True
        used[self._all.phantoms] = False
        used[self._all.same_as] |= len(equality.edges) > 0
        return np.flatnonzero(used & ~self._all.is_foreign)

    def reflexive(self) -> tuple[int, Ints]:
        """Return owl:sameAs and the keys of each term paired with itself (eq-ref), if not given."""
        same = self._all.same_as
        return same, self._without_given(same, self.used << BITS | self.used)

    def _without_given(self, predicate: int, keys: Ints) -> Ints:
        given = self._given(predicate)
        return keys[~find(given, keys)] if len(given) else keys

    def trimming(self) -> Trimming:
        """Return the filter of trivial inferences for the terms of this materialisation."""
        of, number = self._all.equality.of, self.terms.number
        structural = np.zeros(len(self.terms), np.bool_)
        for predicate in map(number, STRUCTURE):
            if predicate is not None and of(predicate) in self._all.tables:
                structural[self._all.tables[of(predicate)].keys >> BITS] = True
        type_ = number(TYPE)
        types = None if type_ is None else self._all.tables.get(of(type_))
        for cls in map(number, STRUCTURES):
            if cls is not None and types is not None:
                structural[types.one(of(cls), backward=True)] = True
        return Trimming(self.terms, structural[self._all.equality.representative])

    def _real(self, keys: Ints) -> Ints:
        """Drop the pairs of literals that only the rules name (Materialisation.phantoms)."""
        for phantom in self._all.phantoms:
            keys = keys[(keys >> BITS != phantom) & (keys & LOW != phantom)]
        return keys

    def _given(self, predicate: int) -> Ints:
        """Return the keys of the given pairs of a property, sorted, maybe repeated."""
        tables = [*self._facts.tables(predicate)]
        if predicate == self._all.same_as:
            tables.append(self._all.equality.edges)
        given = [table.keys[table.rules == GIVEN] for table in tables]
        return np.sort(np.concatenate(given)) if given else np.empty(0, np.int64)
