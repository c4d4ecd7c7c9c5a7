"""Look-up of the facts of a materialisation by pattern and by the round that derived them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jjjkg.entailment.chaining.materialisation import Materialisation
from jjjkg.entailment.chaining.programme import GIVEN
from jjjkg.entailment.relations.tables import BITS, LOW, Ints, Table

#: A statement as the numbers of its terms: subject, predicate, object.
Fact = tuple[int, int, int]
#: A round later than all others.
ALWAYS = 1 << 62


@dataclass(frozen=True)
class Inference:
    """One rule application over numbers: rule id, conclusion (None for *false*), premises."""

    rule: str
    conclusion: Fact | None
    premises: tuple[Fact, ...]


def order(goals: tuple[Fact, ...], steps: dict[Fact, Inference]) -> list[Inference]:
    """Return the steps that goals rest on in topological order, premises first.

    ``steps`` maps facts to the step that concludes them. The order is depth-first postorder.
    """
    ordered: list[Inference] = []
    done: set[Fact] = set()
    waiting: list[tuple[Fact, bool]] = [(goal, False) for goal in reversed(goals)]
    while waiting:
        fact, closed = waiting.pop()
        if closed:
            ordered.append(steps[fact])
        elif fact in steps and fact not in done:
            done.add(fact)
            waiting.append((fact, True))
            waiting += ((premise, False) for premise in steps[fact].premises)
    return ordered


class Facts:
    """The facts of a materialisation, including those that rewriting has replaced since."""

    def __init__(self, materialisation: Materialisation) -> None:
        self._all = materialisation
        self._successors: dict[tuple[int, int], dict[int, list[tuple[int, int]]]] = {}
        self._first, self._rest = materialisation.id("rdf:first"), materialisation.id("rdf:rest")
        self._nil = materialisation.id("rdf:nil")

    def tables(self, predicate: int) -> Iterator[Table]:
        """Yield the tables of a property: its present facts, and those that were rewritten."""
        if predicate in self._all.tables:
            yield self._all.tables[predicate]
        if predicate in self._all.history:
            yield self._all.history[predicate]

    def find(self, fact: Fact) -> tuple[int, int] | None:
        """Return the round and the rule number that first derived a fact; None if none did."""
        subject, predicate, value = fact
        found: list[tuple[int, int]] = []
        for table in self.tables(predicate):
            place = table.at(subject, value)
            if place is not None:
                found.append((int(table.stamps[place]), int(table.rules[place])))
        if predicate == self._all.same_as:
            place = self._all.equality.edges.at(subject, value)
            if place is not None:
                edges = self._all.equality.edges
                found.append((int(edges.stamps[place]), int(edges.rules[place])))
        return min(found, default=None)

    def is_given(self, fact: Fact) -> bool:
        """Tell if a fact is given."""
        found = self.find(fact)
        return found is not None and found[1] == GIVEN

    def successors(self, predicate: int, rule: int) -> dict[int, list[tuple[int, int]]]:
        """Return objects and rounds by subject, of a property's facts not derived by a rule."""
        if (predicate, rule) not in self._successors:
            by_subject: dict[int, list[tuple[int, int]]] = {}
            for table in self.tables(predicate):
                base = table.rules != rule
                keys, stamps = table.keys[base].tolist(), table.stamps[base].tolist()
                for key, stamp in zip(keys, stamps, strict=True):
                    by_subject.setdefault(key >> BITS, []).append((key & LOW, stamp))
            self._successors[predicate, rule] = by_subject
        return self._successors[predicate, rule]

    def latest(self, predicate: int, subject: int, before: int) -> int | None:
        """Return the object of the youngest fact older than a round: as rewritten by then."""
        found: list[tuple[int, int]] = []
        for table in self.tables(predicate):
            for value in table.one(subject).tolist():
                place = table.at(subject, value)
                if place is not None and table.stamps[place] < before:
                    found.append((int(table.stamps[place]), value))
        return max(found)[1] if found else None

    def stands_for(self, term: int) -> int:
        """Return the representative of a term that a rule names."""
        return self._all.equality.of(term)

    def predicates(self) -> list[int]:
        """Return the properties that have facts."""
        return [*self._all.tables.keys() | self._all.history.keys()]

    def read_lists(self, head: int, before: int) -> Iterator[tuple[Fact, ...]]:
        """Yield the cells of a list as facts older than a round; nothing if it is malformed."""
        cells: list[Fact] = []
        seen: set[int] = set()
        cell = head
        while cell != self._nil:
            first = self.latest(self._first, cell, before)
            rest = self.latest(self._rest, cell, before)
            if first is None or rest is None or cell in seen:
                return
            seen.add(cell)
            cells += ((cell, self._first, first), (cell, self._rest, rest))
            cell = rest
        yield tuple(cells)

    def count(self, predicate: int, subject: int | None, value: int | None) -> int:
        """Return an upper bound on the facts with these terms; None stands for any term."""
        total = 0
        for table in self.tables(predicate):
            if subject is not None and value is not None:
                total += 1
            elif subject is not None:
                total += len(table.one(subject))
            elif value is not None:
                total += len(table.one(value, backward=True))
            else:
                total += len(table)
        return total

    def match(
        self, predicate: int, subject: int | None, value: int | None, before: int
    ) -> Iterator[tuple[int, int]]:
        """Yield subjects and objects of facts older than a round, the oldest of a table first."""
        for table in self.tables(predicate):
            keys = _keys(table, subject, value)
            places = np.searchsorted(table.keys, keys)
            stamps = table.stamps[places] if len(keys) else places
            old = stamps < before
            keys, stamps = keys[old], stamps[old]
            if len(keys) > 1:
                keys = keys[np.argsort(stamps, kind="stable")]
            for key in keys.tolist():
                yield key >> BITS, key & LOW


def _keys(table: Table, subject: int | None, value: int | None) -> Ints:
    if subject is not None and value is not None:
        place = table.at(subject, value)
        return table.keys[:0] if place is None else table.keys[place : place + 1]
    if subject is not None:
        low, high = np.searchsorted(table.keys, (subject << BITS, subject + 1 << BITS))
        return table.keys[low:high]
    if value is not None:
        return table.one(value, backward=True) << BITS | value
    return table.keys
