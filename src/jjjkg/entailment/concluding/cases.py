"""Case distinction on hypotheses about class expressions, like the expansion of a tableau.

Baader and Sattler 2001, https://doi.org/10.1023/A:1013882326814
"""

from itertools import chain, product
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.concluding.expressions import TYPE, Expressions
from jjjkg.entailment.concluding.implication import SAME_AS
from jjjkg.rdf.terms import Statement, Term

#: Statements that are supposed together.
Case = tuple[Statement, ...]

#: Most cases in a combination; more are replaced by what they have in common.
_MOST_CASES: Final = 64
#: Most classes unfolded on one way down; their parts are then left as they are.
_MOST_UNFOLDED: Final = 32


def split_cases(suppositions: Case, expressions: Expressions) -> list[Case]:
    """Return cases of which at least one holds if the suppositions do.

    A case is a tuple of statements. An instance of a union is an instance of one of its members;
    an instance of an owl:someValuesFrom has a value, for which a new blank node is made.
    """
    return _combine(
        [
            _unfold(s, o, expressions, frozenset()) if p == TYPE else [((s, p, o),)]
            for s, p, o in suppositions
        ]
    )


def _combine(parts: list[list[Case]]) -> list[Case]:
    """Return all combinations of one case of each part.

    A part that would make too many is replaced by the statements that all its cases share.
    """
    cases: list[Case] = [()]
    for options in parts:
        if len(cases) * len(options) > _MOST_CASES:
            options = [tuple(s for s in options[0] if all(s in other for other in options))]
        cases = [tuple(chain(case, option)) for case, option in product(cases, options)]
    return cases


def _unfold(
    thing: Term, cls: Term, expressions: Expressions, unfolded: frozenset[Term]
) -> list[Case]:
    """Return the cases of a thing being an instance of a class.

    Each class is unfolded at most once on the way down from it.
    """
    plain: Case = ((thing, TYPE, cls),)
    if cls in unfolded or len(unfolded) > _MOST_UNFOLDED:
        return [plain]
    above = [each for each in expressions.find_needed(cls) if each not in unfolded]
    inner = unfolded.union(above)

    def unfold(part: Term, member: Term = thing) -> list[Case]:
        return _unfold(member, part, expressions, inner)

    parts: list[list[Case]] = [[plain]]
    for each in above:
        if members := expressions.members(each, "owl:unionOf"):
            parts.append([case for member in members for case in unfold(member)])
        if members := expressions.members(each, "owl:intersectionOf"):
            parts += map(unfold, members)
        if members := expressions.members(each, "owl:oneOf"):
            parts.append([((thing, SAME_AS, member),) for member in members])
        if (prop := expressions.part(each, "owl:onProperty")) is not None:
            value, some = ox.BlankNode(), expressions.part(each, "owl:someValuesFrom")
            low, _, of = expressions.read_cardinality(each)
            if some is not None or low > 0:
                kind = of if some is None else some
                parts.append([((thing, prop, value),)])
                parts += [] if kind is None else [unfold(kind, value)]
    return _combine(parts)
