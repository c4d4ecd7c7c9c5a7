"""The RDF lists of a graph, read out of rdf:first and rdf:rest."""

from collections.abc import Iterable

import numpy as np

from jjjkg.entailment.relations.joins import Lists
from jjjkg.entailment.relations.tables import BITS, LOW, Relation
from jjjkg.rdf.terms import BrokenList, read_list


def read_lists(
    first: Relation, rest: Relation, nil: int, heads: Iterable[int]
) -> tuple[Lists, dict[int, str]]:
    """The lists that begin at some heads, and for each broken one what is wrong with it.

    A list whose cells lack an rdf:first or rdf:rest, have two of one, or lead back to
    themselves is no list for any rule.
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
    """Return the objects of each subject."""
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
