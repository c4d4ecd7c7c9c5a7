"""Equality by rewriting: one term stands for all that are the same, and each merger is kept.

Of k terms that are the same, the rules would write down k * k owl:sameAs and k copies of each
triple. Here facts are about one representative; what was rewritten stays on record, so that a
proof can go back over it.
"""

from dataclasses import dataclass

import numpy as np

from jjjkg.entailment.relations.tables import BITS, LOW, Ints, Mask, Table, distinct, join_chunks


@dataclass(frozen=True)
class Rewriting:
    """What the facts of one property were before some mergers: pairs by what they became."""

    became: Ints
    predicate: int
    before: Ints

    def of(self, key: int) -> list[int]:
        """The pairs that became this one."""
        low, high = np.searchsorted(self.became, (key, key + 1))
        before: list[int] = self.before[low:high].tolist()
        return before


class Equality:
    """Which terms are the same, and the statements of owl:sameAs that made them so."""

    def __init__(self, count: int) -> None:
        self.representative: Ints = np.arange(count)
        self.edges = Table()
        self._pending: list[Ints] = []
        self._members: dict[int, list[int]] | None = None
        self._walks: dict[int, list[tuple[int, int, bool]]] | None = None

    def add(self, gathered: Ints, stamp: int) -> None:
        """Takes in pairs of owl:sameAs with their rules; those of round 0 are all kept."""
        keys = gathered >> 8
        if stamp:
            gathered = gathered[self._apart(keys)]
        added = self.edges.add(gathered, stamp)
        if len(added):
            self._pending.append(added.keys)
            self._walks = None

    def _apart(self, keys: Ints) -> Mask:
        apart: Mask = self.representative[keys >> BITS] != self.representative[keys & LOW]
        return apart

    def merge(self) -> Mask | None:
        """Makes one of what was added; which terms have a new representative, None if none."""
        keys = join_chunks(self._pending)
        self._pending = []
        keys = keys[self._apart(keys)]
        if not len(keys):
            return None
        before = self.representative
        ends = np.stack([before[keys >> BITS], before[keys & LOW]])
        nodes = distinct(ends.ravel())
        one, two = np.searchsorted(nodes, ends)
        label = np.arange(len(nodes))
        while True:
            least = np.minimum(label[one], label[two])
            if (label[one] == least).all() and (label[two] == least).all():
                break
            for end in (label[one], label[two], one, two):
                np.minimum.at(label, end, least)
            while (label[label] != label).any():
                label = label[label]
        after = np.arange(len(before))
        after[nodes] = nodes[label]
        self.representative = after[before]
        self._members = None
        moved: Mask = after[before] != before
        return moved

    def of(self, term: int) -> int:
        """The representative of a term."""
        return int(self.representative[term])

    def members(self, representative: int) -> list[int]:
        """All terms that a representative stands for."""
        return self.classes.get(representative, [representative])

    @property
    def classes(self) -> dict[int, list[int]]:
        """The members of each class of more than one term, by its representative."""
        if self._members is None:
            moved = np.flatnonzero(self.representative != np.arange(len(self.representative)))
            classes: dict[int, list[int]] = {}
            for term in moved.tolist():
                head = self.of(term)
                classes.setdefault(head, [head]).append(term)
            self._members = classes
        return self._members

    def path(self, start: int, end: int, stamp: int) -> list[tuple[int, int, bool]] | None:
        """The shortest way from a term to another over statements older than a round.

        Each step is a statement's subject and object, and whether it is walked backwards.
        """
        came: dict[int, tuple[int, int, bool] | None] = {start: None}
        front = [start]
        while front and end not in came:
            ahead: list[int] = []
            for node in front:
                for following, since, backward in self._steps.get(node, ()):
                    if since < stamp and following not in came:
                        pair = (following, node) if backward else (node, following)
                        came[following] = (*pair, backward)
                        ahead.append(following)
            front = ahead
        if end not in came:
            return None
        steps: list[tuple[int, int, bool]] = []
        walked = came[end]
        while walked is not None:
            steps.append(walked)
            walked = came[walked[1] if walked[2] else walked[0]]
        return steps[::-1]

    @property
    def _steps(self) -> dict[int, list[tuple[int, int, bool]]]:
        """From each term the terms that it was said to be the same as, either way round."""
        if self._walks is None:
            self._walks = {}
            pairs = zip(self.edges.keys.tolist(), self.edges.stamps.tolist(), strict=True)
            for key, stamp in pairs:
                one, two = key >> BITS, key & LOW
                self._walks.setdefault(one, []).append((two, stamp, False))
                self._walks.setdefault(two, []).append((one, stamp, True))
        return self._walks
