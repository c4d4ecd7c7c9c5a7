"""Minimal supports of a fact: the minimal sets of given facts that it follows from.

These are the labels of an assumption-based truth maintenance system (de Kleer 1986,
https://doi.org/10.1016/0004-3702(86)90080-9), or minimal why-provenance (Buneman, Khanna and Tan
2001, https://doi.org/10.1007/3-540-44503-X_20): each fact is labelled with the minimal sets of
assumptions, here given facts, that it follows from. A given fact is an assumption, and may follow
from others too. The sets are found in the order of their sizes, as in Dijkstra's algorithm, since a
union of sets is not smaller than any of them. So a set is minimal if it has no subset in the label
so far, and the first sets of the goal are its smallest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from jjjkg.entailment.proving.facts import Fact, Inference
from jjjkg.entailment.proving.grounding import Ground, Hypergraph

#: Most facts explored, most rule instances explored for each of them, and most unions of sets.
MOST_FACTS: Final = 20_000
MOST_INSTANCES: Final = 5_000
MOST_UNIONS: Final = 400_000


@dataclass(frozen=True)
class Support:
    """A minimal set of given facts that the goal follows from, and the steps of a proof from it."""

    given: tuple[Fact, ...]
    steps: list[Inference]


class Supports:
    """The minimal supports of a fact, at most ``most``, the smallest first.

    ``complete`` is true if these are all. ``certain`` is true if each is known to be minimal; it is
    false if the exploration was cut short, so that a smaller support may have been missed.
    """

    def __init__(self, ground: Ground, goal: Fact, most: int) -> None:
        self._graph = Hypergraph(ground, goal)
        self._graph.explore(MOST_FACTS, MOST_INSTANCES)
        self._goal, self._most = goal, most
        self._given = sorted(self._graph.given)
        self.complete = self.certain = self._graph.is_whole
        self.found = [self._prove(given) for given in self._label()]

    def _label(self) -> list[int]:
        """Return the goal's label: sets as integers whose bits are indices in ``_given``."""
        goal = self._goal
        labels: dict[Fact, list[int]] = {}
        heap = [(1, 1 << place, fact) for place, fact in enumerate(self._given)]
        heap += ((0, 0, axiom.conclusion) for axiom in self._graph.axioms if axiom.conclusion)
        heapify(heap)
        queued = {(fact, bits) for _, bits, fact in heap}
        left = MOST_UNIONS
        while heap:
            _, bits, fact = heappop(heap)
            label = labels.setdefault(fact, [])
            if _is_covered(bits, label) or _is_covered(bits, labels.get(goal, ())):
                continue
            label.append(bits)
            if fact == goal:
                if len(label) > self._most:
                    self.complete = False
                    break
                continue
            for inference in self._graph.ahead.get(fact, ()):
                concluded = inference.conclusion
                assert concluded is not None
                known, of_goal = labels.get(concluded, ()), labels.get(goal, ())
                for union in _unite(bits, fact, inference, labels):
                    left -= 1
                    if (
                        (concluded, union) not in queued
                        and not _is_covered(union, known)
                        and not _is_covered(union, of_goal)
                    ):
                        queued.add((concluded, union))
                        heappush(heap, (union.bit_count(), union, concluded))
                if left < 0:
                    self.complete = False
                    return labels.get(goal, [])[: self._most]
        return labels.get(goal, [])[: self._most]

    def _prove(self, bits: int) -> Support:
        given = tuple(fact for place, fact in enumerate(self._given) if bits >> place & 1)
        steps = self._graph.derive(given, self._goal)
        assert steps is not None
        return Support(given, steps)


def _is_covered(bits: int, label: list[int] | tuple[()]) -> bool:
    """Tell if a set has a subset in a label (subsumption)."""
    return any(each & bits == each for each in label)


def _unite(
    bits: int, fact: Fact, inference: Inference, labels: dict[Fact, list[int]]
) -> Iterator[int]:
    """Yield the unions of a set of one premise with one set of each other premise."""
    unions = {bits}
    for premise in set(inference.premises):
        if premise != fact:
            label = labels.get(premise)
            if not label:
                return
            unions = {union | other for union in unions for other in label}
    yield from unions
