"""The RDF lists of a graph, read from rdf:first and rdf:rest.

https://www.w3.org/TR/rdf-schema/#ch_collectionvocab
"""

from collections.abc import Iterable

import numpy as np

from jjjkg.entailment.relations.joins import Lists
from jjjkg.entailment.relations.tables import BITS, LOW, Relation
from jjjkg.rdf.terms import BrokenList, read_list


def read_lists(
    first: Relation, rest: Relation, nil: int, heads: Iterable[int]
) -> tuple[Lists, dict[int, str]]:
    """Return the well-formed lists at some heads, and the fault of each malformed one by head.

    ``first``, ``rest`` are the relations of rdf:first and rdf:rest, ``nil`` is the number of
    rdf:nil. A list is malformed if a cell lacks rdf:first or rdf:rest, has two of one, or leads
    back to itself; no rule reads it.
    """
    cells = {"rdf:first": _as_mapping(first), "rdf:rest": _as_mapping(rest)}
    read: dict[int, list[int]] = {}
    broken: dict[int, str] = {}

    def values(cell: int, property: str) -> list[int]:
        return cells[property].get(cell, [])

    for head in heads:
        if any(head in mapping for mapping in cells.values()):
            try:
                read[head] = read_list(head, values, nil)
            except BrokenList as error:
                broken[head] = str(error)
        elif head != nil:
            broken[head] = "is no list: it has neither rdf:first nor rdf:rest"
    return _as_columns(read), broken


def _as_mapping(relation: Relation) -> dict[int, list[int]]:
    """Return the objects by subject."""
    mapping: dict[int, list[int]] = {}
    subjects, objects = (relation.keys >> BITS).tolist(), (relation.keys & LOW).tolist()
    for subject, value in zip(subjects, objects, strict=True):
        mapping.setdefault(subject, []).append(value)
    return mapping


def _as_columns(read: dict[int, list[int]]) -> Lists:
    rows = [
        (head, place, member)
        for head, members in sorted(read.items())
        for place, member in enumerate(members)
    ]
    lists, places, items = np.array(rows, np.int64).reshape(-1, 3).T
    by_length: dict[int, list[list[int]]] = {}
    for head, members in sorted(read.items()):
        by_length.setdefault(len(members), []).append([head, *members])
    whole = {length: np.array(table, np.int64) for length, table in by_length.items()}
    return Lists(lists, places, items, whole)
