"""owl:sameAs by rewriting: equal terms share one representative, and mergers are recorded.

For k equal terms, eq-sym, eq-trans and eq-rep-* would derive k * k owl:sameAs and k copies of each
triple. Instead, facts are stored of one representative of each class (Motik, Nenov, Piro and
Horrocks 2015, https://doi.org/10.1609/aaai.v29i1.9187). Replaced facts and the statements that
merged terms are kept, so that proofs can go back over them.
"""

from dataclasses import dataclass

import numpy as np

from jjjkg.entailment.relations.tables import BITS, LOW, Ints, Mask, Table, distinct, join_chunks


@dataclass(frozen=True)
class Rewriting:
    """The facts of one property that some mergers replaced.

    ``became``, ``before``: parallel int64 keys, sorted by ``became``: the pair after the mergers,
    and the pair of ``predicate`` that it replaced.
    """

    became: Ints
    predicate: int
    before: Ints

    def of(self, key: int) -> list[int]:
        """Return the keys of the pairs that a pair replaced."""
        low, high = np.searchsorted(self.became, (key, key + 1))
        before: list[int] = self.before[low:high].tolist()
        return before


class Equality:
    """The classes of equal terms (disjoint sets), and the owl:sameAs statements that merged them.

    ``representative``: int64 array by term number, the least term of each term's class. ``edges``
    are the statements; with their rounds they form a proof graph of the equality.
    """

    def __init__(self, count: int) -> None:
        self.representative: Ints = np.arange(count)
        self.edges = Table()
        self._pending: list[Ints] = []
        self._members: dict[int, list[int]] | None = None
        self._walks: dict[int, list[tuple[int, int, bool]]] | None = None

    def add(self, gathered: Ints, stamp: int) -> None:
        """Add gathered pairs of owl:sameAs.

        Pairs of terms that are equal already are dropped, except in round 0, that of given facts.
        """
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
        """Merge the classes that added pairs connect; return the terms that this moves.

        The result is a bool array by term number, true for a new representative; None if no class
        changed. Connected components are found by hooking to the least label and pointer jumping,
        all pairs at once (Shiloach and Vishkin 1982,
        https://doi.org/10.1016/0196-6774(82)90008-6).
        """
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
        """Return the representative of a term."""
        return int(self.representative[term])

    def members(self, representative: int) -> list[int]:
        """Return all terms of a representative's class."""
        return self.classes.get(representative, [representative])

    @property
    def classes(self) -> dict[int, list[int]]:
        """The members of each class of two or more terms, by its representative, which is first."""
        if self._members is None:
            moved = np.flatnonzero(self.representative != np.arange(len(self.representative)))
            classes: dict[int, list[int]] = {}
            for term in moved.tolist():
                head = self.of(term)
                classes.setdefault(head, [head]).append(term)
            self._members = classes
        return self._members

    def path(self, start: int, end: int, stamp: int) -> list[tuple[int, int, bool]] | None:
        """Return a shortest path from a term to another along statements older than a round.

        Each step is the subject and the object of a statement of owl:sameAs, and true if it is
        walked from object to subject. None if there is no path. It is a breadth-first search.
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
        """The neighbours of each term in the graph of statements: term, round, backward."""
        if self._walks is None:
            self._walks = {}
            pairs = zip(self.edges.keys.tolist(), self.edges.stamps.tolist(), strict=True)
            for key, stamp in pairs:
                one, two = key >> BITS, key & LOW
                self._walks.setdefault(one, []).append((two, stamp, False))
                self._walks.setdefault(two, []).append((one, stamp, True))
        return self._walks
