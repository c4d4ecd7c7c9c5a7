"""Literals that are no value of their own data type, such as "soon"^^xsd:date."""

from collections.abc import Iterable

import pyoxigraph as ox

from jjjkg.entailment.datatypes.times import is_no_time
from jjjkg.entailment.datatypes.values import is_ill_typed


def find_ill_typed(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples whose literal is of a known data type and is no value of it.

    These are the data types of OWL 2 RL and the further ones of SPARQL's functions.
    https://www.w3.org/TR/xmlschema11-2/
    """
    return [
        triple
        for triple in triples
        if isinstance(triple.object, ox.Literal)
        and (is_ill_typed(triple.object) or is_no_time(triple.object))
    ]
