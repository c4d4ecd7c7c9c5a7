"""All minimal supports of a fact: the least sets of given facts that it follows from.

The labels of an assumption-based truth maintenance system (de Kleer 1986,
https://doi.org/10.1016/0004-3702(86)90080-9): each fact is labelled with the least sets of
assumptions, here given facts, that it follows from. A given fact is an assumption, and may follow
from others too. The sets are found in the order of their sizes, as in Dijkstra's algorithm: a set
that is united of others is not smaller than they are. So a set that holds none found before of the
same fact is minimal, and the first sets of the goal are its smallest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from jjjkg.entailment.proving.facts import Fact, Inference
from jjjkg.entailment.proving.grounding import Ground, Hypergraph

#: How many facts are looked behind, how many ways to one of them are followed, and how many sets
#: are united.
MOST_FACTS: Final = 20_000
MOST_INSTANCES: Final = 5_000
MOST_UNIONS: Final = 400_000


@dataclass(frozen=True)
class Support:
    """A minimal set of given facts that the goal follows from, and the steps of a proof."""

    given: tuple[Fact, ...]
    steps: list[Inference]


class Supports:
    """The minimal supports of a fact, at most so many, the smallest first.

    ``complete`` tells if these are all. ``certain`` tells if each is known to be minimal: where
    more is behind the goal than was explored, a smaller one may have been passed over.
    """

    def __init__(self, ground: Ground, goal: Fact, most: int) -> None:
        self._graph = Hypergraph(ground, goal)
        self._graph.explore(MOST_FACTS, MOST_INSTANCES)
        self._goal, self._most = goal, most
        self._given = sorted(self._graph.given)
        self.complete = self.certain = self._graph.is_whole
        self.found = [self._prove(given) for given in self._label()]

    def _label(self) -> list[int]:
        """Return the sets of the goal, each as a number whose bits are places in ``_given``."""
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
    """Tell if a set holds one of a label."""
    return any(each & bits == each for each in label)


def _unite(
    bits: int, fact: Fact, inference: Inference, labels: dict[Fact, list[int]]
) -> Iterator[int]:
    """Yield the unions of a set of one premise with a set of each other premise."""
    unions = {bits}
    for premise in set(inference.premises):
        if premise != fact:
            label = labels.get(premise)
            if not label:
                return
            unions = {union | other for union in unions for other in label}
    yield from unions
