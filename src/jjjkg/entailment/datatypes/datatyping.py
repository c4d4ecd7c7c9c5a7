"""Literals that are no value of their own data type, such as "soon"^^xsd:date."""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset import own_folder
from jjjkg.entailment.datatypes.values import is_ill_typed

#: Finds what is ill typed of the dates, times and durations that OWL 2 RL does not have.
_QUERY: Final = own_folder() / "queries" / "consistency" / "ill_typed.rq"


def find_ill_typed(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples whose literal is of a known data type and is no value of it.

    These are the data types of OWL 2 RL and the further ones of SPARQL's functions.
    https://www.w3.org/TR/xmlschema11-2/
    """
    with_literal = [triple for triple in triples if isinstance(triple.object, ox.Literal)]
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in with_literal)
    solutions = store.query(_QUERY.read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    found = [ox.Triple(row["s"], row["p"], row["o"]) for row in solutions]
    return [t for t in with_literal if is_ill_typed(t.object)] + found  # type: ignore[arg-type]
