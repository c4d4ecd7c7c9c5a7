"""Graph homomorphism: a mapping of blank nodes that finds patterns among facts.

This is simple entailment of RDF, https://www.w3.org/TR/rdf11-mt/#simple-entailment, by a
backtracking search.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import count

from jjjkg.rdf.terms import Statement, Term


def is_found(
    patterns: Collection[Statement], unknowns: Collection[Term], facts: Iterable[Statement]
) -> bool:
    """Tell if unknowns can be mapped to terms so that all patterns are among the facts.

    Properties are never unknown. Two unknowns may be mapped to one term.
    """
    index = _Index(facts, {predicate for _, predicate, _ in patterns})
    order = _arrange(patterns, unknowns, index)
    chosen: dict[Term, Term] = {}
    trail: list[tuple[Iterator[tuple[Term, Term]], list[Term]]] = []
    while len(trail) < len(order):
        trail.append((index.find(order[len(trail)], chosen, unknowns), []))
        while trail:
            options, newly = trail[-1]
            for unknown in newly:
                del chosen[unknown]
            newly.clear()
            subject, _, value = order[len(trail) - 1]
            found = next((s_o for s_o in options if subject != value or s_o[0] == s_o[1]), None)
            if found is not None:
                newly += dict.fromkeys(
                    t for t in (subject, value) if t in unknowns and t not in chosen
                )
                chosen |= {
                    t: term for t, term in zip((subject, value), found, strict=True) if t in newly
                }
                break
            trail.pop()
        else:
            return False
    return True


class _Index:
    """Indices of facts: by property, by property and subject, by property and object."""

    def __init__(self, facts: Iterable[Statement], predicates: Collection[Term]) -> None:
        self.pairs: defaultdict[Term, dict[tuple[Term, Term], None]] = defaultdict(dict)
        self._objects: defaultdict[tuple[Term, Term], list[Term]] = defaultdict(list)
        self._subjects: defaultdict[tuple[Term, Term], list[Term]] = defaultdict(list)
        for subject, predicate, value in facts:
            if predicate in predicates and (subject, value) not in self.pairs[predicate]:
                self.pairs[predicate][subject, value] = None
                self._objects[predicate, subject].append(value)
                self._subjects[predicate, value].append(subject)

    def find(
        self, pattern: Statement, chosen: Mapping[Term, Term], unknowns: Collection[Term]
    ) -> Iterator[tuple[Term, Term]]:
        """Return the subjects and objects of facts that match a pattern, given chosen terms."""
        subject, predicate, value = pattern
        one = chosen.get(subject) if subject in unknowns else subject
        other = chosen.get(value) if value in unknowns else value
        if one is not None and other is not None:
            return iter([(one, other)] if (one, other) in self.pairs[predicate] else [])
        if one is not None:
            return ((one, each) for each in self._objects.get((predicate, one), ()))
        if other is not None:
            return ((each, other) for each in self._subjects.get((predicate, other), ()))
        return iter(self.pairs[predicate])


def _arrange(
    patterns: Collection[Statement], unknowns: Collection[Term], index: _Index
) -> list[Statement]:
    """Return the patterns in greedy order: fewest unbound unknowns, then fewest facts, first."""
    left = dict.fromkeys(patterns)
    about: defaultdict[Term, list[Statement]] = defaultdict(list)
    for pattern in left:
        for term in {pattern[0], pattern[2]}.intersection(unknowns):
            about[term].append(pattern)
    places = count()

    def rank(pattern: Statement) -> tuple[int, int, int, Statement]:
        open_ = sum(term in about for term in {pattern[0], pattern[2]})
        return open_, len(index.pairs[pattern[1]]), next(places), pattern

    queue = [rank(pattern) for pattern in left]
    heapify(queue)
    order: list[Statement] = []
    while queue:
        *_, pattern = heappop(queue)
        if pattern in left:
            del left[pattern]
            order.append(pattern)
            for term in (pattern[0], pattern[2]):
                for other in about.pop(term, ()):
                    heappush(queue, rank(other))
    return order
