"""All minimal proofs of a fact: which given facts it rests on, in every way in which it holds.

Labels are propagated as in an assumption-based truth maintenance system
(https://doi.org/10.1016/0004-3702(86)90080-9): each fact is labelled with the least sets of given
facts that it follows from, each set with the shortest proof by it, until no label changes. Since
sets that contain another are dropped, facts that rest on each other in a circle do no harm.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

from jjjkg.entailment.chaining.materialisation import Materialisation
from jjjkg.entailment.chaining.programme import CONDITIONAL, REWRITING
from jjjkg.entailment.proving.facts import ALWAYS, Fact
from jjjkg.entailment.proving.prover import Inference, Prover, order

#: How many facts are looked behind, ways to one of them are followed, sets are kept for it, and
#: combinations of those are tried.
MOST_FACTS: Final = 1_500
MOST_INSTANCES: Final = 200
MOST_SETS: Final = 12
MOST_COMBINATIONS: Final = 50_000

Support = frozenset[Fact]


@dataclass(frozen=True)
class Derivation:
    """A way in which a fact follows: the given facts behind it, and the steps."""

    support: Support
    steps: frozenset[Inference]

    @property
    def rank(self) -> tuple[int, int, tuple[Fact, ...]]:
        return len(self.steps), len(self.support), tuple(sorted(self.support))


class Alternatives:
    """The minimal proofs of one fact; ``complete`` tells whether they are all."""

    def __init__(self, materialisation: Materialisation, prover: Prover, goal: Fact) -> None:
        self._all, self._prover = materialisation, prover
        self.complete = True
        self._labels: defaultdict[Fact, tuple[Derivation, ...]] = defaultdict(tuple)
        self._behind: defaultdict[Fact, list[Inference]] = defaultdict(list)
        self._ahead: defaultdict[Fact, set[Fact]] = defaultdict(set)
        self._explore(goal)
        self._propagate()
        self.derivations = self._labels[goal]

    def _explore(self, goal: Fact) -> None:
        """Finds what the goal may rest on: the instances of rules behind it, and behind those."""
        waiting, seen = deque([goal]), {goal}
        while waiting:
            fact = waiting.popleft()
            if self._prover.facts.is_given(fact):
                self._labels[fact] = (Derivation(frozenset({fact}), frozenset()),)
                continue
            if len(self._behind) == MOST_FACTS:
                self.complete = False
                return
            for inference in self._inferences(fact):
                concluded = inference.conclusion
                assert concluded is not None
                if concluded not in inference.premises:
                    self._behind[concluded].append(inference)
                    for premise in inference.premises:
                        self._ahead[premise].add(concluded)
                        if premise not in seen:
                            seen.add(premise)
                            waiting.append(premise)

    def _inferences(self, fact: Fact) -> Iterator[Inference]:
        """What concludes a fact; of ways over terms that are the same, just one."""
        found = self._prover.facts.find(fact)
        rule = self._all.programme.name(found[1]) if found is not None else None
        if found is None or rule in REWRITING:
            self.complete = False
            yield from self._prover.infer(fact, found, ALWAYS if found is None else found[0])
            return
        if fact[1] == self._all.same_as:
            self.complete = False
        instances = (
            instance
            for name in self._all.programme.concluding
            if name == rule or name not in CONDITIONAL
            for instance in self._prover.matcher.concluding(name, fact)
        )
        for instance in islice(instances, MOST_INSTANCES):
            yield Inference(instance.rule, fact, instance.premises)
        if next(instances, None) is not None:
            self.complete = False

    def _propagate(self) -> None:
        waiting = deque(self._behind)
        queued = set(waiting)
        tried = 0
        while waiting:
            fact = waiting.popleft()
            queued.discard(fact)
            before = self._labels[fact]
            found = list(before)
            for inference in self._behind[fact]:
                for parts in product(*(self._labels[premise] for premise in inference.premises)):
                    tried += 1
                    support = frozenset[Fact]().union(*(part.support for part in parts))
                    steps = frozenset({inference}).union(*(part.steps for part in parts))
                    found.append(Derivation(support, steps))
            if tried > MOST_COMBINATIONS:
                self.complete = False
                return
            after = self._least(found)
            if after != before:
                self._labels[fact] = after
                for following in self._ahead[fact] - queued:
                    queued.add(following)
                    waiting.append(following)

    def _least(self, found: list[Derivation]) -> tuple[Derivation, ...]:
        """The derivations from least sets, the shortest first."""
        kept: list[Derivation] = []
        for derivation in sorted(found, key=lambda d: (len(d.support), d.rank)):
            if not any(other.support <= derivation.support for other in kept):
                kept.append(derivation)
        if len(kept) > MOST_SETS:
            self.complete = False
        return tuple(sorted(kept, key=lambda d: d.rank)[:MOST_SETS])


def order_steps(goal: Fact, derivation: Derivation) -> list[Inference]:
    """The steps of a derivation, premises first, each fact concluded once."""
    known = set(derivation.support)
    steps: dict[Fact, Inference] = {}
    left = sorted(derivation.steps, key=lambda step: (step.rule, step.premises))
    while goal not in known:
        for step in left:
            if step.conclusion not in known and known.issuperset(step.premises):
                assert step.conclusion is not None
                steps[step.conclusion] = step
                known.add(step.conclusion)
    return order((goal,), steps)
