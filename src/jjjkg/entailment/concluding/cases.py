"""What suppositions come down to, where classes are made of others: the cases to go through."""

from itertools import chain, product
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.concluding.expressions import TYPE, Expressions
from jjjkg.entailment.concluding.implication import SAME_AS
from jjjkg.rdf.terms import Statement, Term

Case = tuple[Statement, ...]

#: More cases than these are not gone through one by one.
_MOST_CASES: Final = 64
#: Once as many classes are taken apart, those that they are made of are not.
_MOST_UNFOLDED: Final = 32


def split_cases(suppositions: Case, expressions: Expressions) -> list[Case]:
    """The cases of suppositions, one of which must be so, each with more statements to suppose.

    A thing of a union is of one of its members, one of an owl:someValuesFrom has a value, which
    is made up.
    """
    return _combine(
        [
            _unfold(s, o, expressions, frozenset()) if p == TYPE else [((s, p, o),)]
            for s, p, o in suppositions
        ]
    )


def _combine(parts: list[list[Case]]) -> list[Case]:
    """One case of each part, in every way; of a part too many, only what all its cases share."""
    cases: list[Case] = [()]
    for options in parts:
        if len(cases) * len(options) > _MOST_CASES:
            options = [tuple(s for s in options[0] if all(s in other for other in options))]
        cases = [tuple(chain(case, option)) for case, option in product(cases, options)]
    return cases


def _unfold(
    thing: Term, cls: Term, expressions: Expressions, unfolded: frozenset[Term]
) -> list[Case]:
    """The cases of a thing being of a class, each class taken apart once on the way down."""
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
