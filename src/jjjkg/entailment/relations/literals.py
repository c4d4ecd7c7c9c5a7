"""What holds of a graph's literals by their values: their datatypes, and which are the same."""

from collections.abc import Collection, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Final, cast

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.datatypes.values import DATATYPES, TEXTUAL, Value, is_ill_typed, value_of
from jjjkg.entailment.relations.tables import Ints, Mask
from jjjkg.entailment.relations.terms import Terms
from jjjkg.rdf.namespaces import expand

Pairs = tuple[Ints, Ints]
_LITERAL: Final = ox.NamedNode(expand("rdfs:Literal"))
_STRING: Final = ox.NamedNode(expand("xsd:string"))


class Literals:
    """The literals of a graph that have a value."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        #: Strings and texts in lower-case languages: no two of them have the same value.
        self._plain: list[int] = []
        self._odd: list[tuple[int, Value]] = []
        #: Those of datatypes that we do not know: of their values only that they are values.
        self._unknown: list[int] = []
        for number, term in enumerate(terms.listed):
            if type(term) is not ox.Literal:
                continue
            language = term.language
            if language.islower() if language else term.datatype == _STRING:
                self._plain.append(number)
            elif value := value_of(term):
                self._odd.append((number, value))
            elif not is_ill_typed(term):
                self._unknown.append(number)

    @cached_property
    def _values(self) -> list[tuple[int, Value]]:
        """All that have a value, by their numbers."""
        listed = self._terms.listed
        plain = ((number, value_of(cast("ox.Literal", listed[number]))) for number in self._plain)
        return sorted(
            [*self._odd, *((number, value) for number, value in plain if value)], key=itemgetter(0)
        )

    def find_datatypes(self, used: Mask, phantoms: Collection[int]) -> Pairs:
        """Literals and their datatypes (dt-type2), of the datatypes that the graph speaks of."""
        pairs: list[tuple[int, int]] = []
        for number, term in enumerate(self._terms.listed[: self._terms.vocabulary]):
            if used[number] and isinstance(term, ox.NamedNode) and term.value in DATATYPES:
                holds = DATATYPES[term.value]
                # The rules' own 0 and 1 are no literals of the graph.
                pairs += (
                    (one, number)
                    for one, value in (self._values if term.value in TEXTUAL else self._odd)
                    if holds(value) and one not in phantoms
                )
                if term == _LITERAL:
                    pairs += ((one, number) for one in self._unknown)
        return _as_columns(pairs)

    def find_equal(self) -> Pairs:
        """Literals that have one value (dt-eq): the first of them, and each other one."""
        first: dict[Value, int] = {}
        # Without others to hold the plain ones against, there is no need to.
        strings = any(primitive in ("string", "text") for _, (primitive, _) in self._odd)
        return _as_columns(
            [
                (one, number)
                for number, value in (self._values if strings else self._odd)
                if (one := first.setdefault(value, number)) != number
            ]
        )


def _as_columns(pairs: Sequence[tuple[int, int]]) -> Pairs:
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
