"""Ill-typed literals: not in the lexical space of their datatype, such as "soon"^^xsd:date."""

from collections.abc import Iterable

import pyoxigraph as ox

from jjjkg.entailment.datatypes.times import is_no_time
from jjjkg.entailment.datatypes.values import is_ill_typed


def find_ill_typed(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples whose object is an ill-typed literal of a known datatype.

    Known are the datatypes of OWL 2 RL and the dates, times and durations of times.py.
    https://www.w3.org/TR/xmlschema11-2/
    """
    return [
        triple
        for triple in triples
        if isinstance(triple.object, ox.Literal)
        and (is_ill_typed(triple.object) or is_no_time(triple.object))
    ]
