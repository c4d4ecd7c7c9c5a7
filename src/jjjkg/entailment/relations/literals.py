"""Facts about a graph's literals that depend on their values: dt-type2 and dt-eq (table 8).

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

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

#: Subjects and objects as term numbers, in two arrays of one length.
Pairs = tuple[Ints, Ints]
_LITERAL: Final = ox.NamedNode(expand("rdfs:Literal"))
_STRING: Final = ox.NamedNode(expand("xsd:string"))


class Literals:
    """The well-typed literals of a graph."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        #: Strings and texts with lower-case language tags: no two of them have equal values.
        self._plain: list[int] = []
        #: All other literals of known datatypes, with their values.
        self._odd: list[tuple[int, Value]] = []
        #: The literals of unknown datatypes: they are in rdfs:Literal, and nothing else is known.
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
        """The numbers and values of all literals of known datatypes, sorted by number."""
        listed = self._terms.listed
        plain = ((number, value_of(cast("ox.Literal", listed[number]))) for number in self._plain)
        return sorted(
            [*self._odd, *((number, value) for number, value in plain if value)], key=itemgetter(0)
        )

    def find_datatypes(self, used: Mask, phantoms: Collection[int]) -> Pairs:
        """Return the pairs of dt-type2: literals, and datatypes whose value spaces have them.

        Both are int64 arrays of term numbers, of one length. ``used`` is a bool array by term
        number: only datatypes that are the subject or object of a triple count. ``phantoms`` are
        literals to leave out.
        """
        pairs: list[tuple[int, int]] = []
        for number, term in enumerate(self._terms.listed[: self._terms.vocabulary]):
            if used[number] and isinstance(term, ox.NamedNode) and term.value in DATATYPES:
                holds = DATATYPES[term.value]
                # The 0 and 1 that only the rules name are not literals of the graph.
                pairs += (
                    (one, number)
                    for one, value in (self._values if term.value in TEXTUAL else self._odd)
                    if holds(value) and one not in phantoms
                )
                if term == _LITERAL:
                    pairs += ((one, number) for one in self._unknown)
        return _as_columns(pairs)

    def find_equal(self) -> Pairs:
        """Return the pairs of dt-eq: the first literal of each value, and each further one.

        Both are int64 arrays of term numbers, of one length.
        """
        first: dict[Value, int] = {}
        # Plain literals need comparing only if other literals have strings or texts as values.
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
