"""The RDF lists of a graph, read out of rdf:first and rdf:rest."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from jjjkg.entailment.relations.joins import Lists
from jjjkg.entailment.relations.tables import BITS, LOW, Relation


def read_lists(
    first: Relation, rest: Relation, nil: int, heads: Iterable[int]
) -> tuple[Lists, dict[int, str]]:
    """The lists that begin at some heads, and for each broken one what is wrong with it.

    A list whose cells lack an rdf:first or rdf:rest, have two of one, or lead back to
    themselves is no list for any rule.
    """
    items, twice_first = _as_mapping(first)
    tails, twice_rest = _as_mapping(rest)
    read: dict[int, list[int]] = {}
    broken: dict[int, str] = {}
    for head in heads:
        if head not in items and head not in tails:
            continue
        members: list[int] = []
        seen: set[int] = set()
        cell = head
        while cell != nil:
            problem = (
                ("comes back to itself" if cell in seen else "")
                or ("has a cell with two rdf:first" if cell in twice_first else "")
                or ("has a cell with two rdf:rest" if cell in twice_rest else "")
                or ("has a cell without rdf:first" if cell not in items else "")
                or ("has a cell without rdf:rest" if cell not in tails else "")
            )
            if problem:
                broken[head] = problem
                break
            seen.add(cell)
            members.append(items[cell])
            cell = tails[cell]
        else:
            read[head] = members
    return _as_columns(read), broken


def _as_mapping(relation: Relation) -> tuple[dict[int, int], set[int]]:
    subjects, objects = (relation.keys >> BITS).tolist(), (relation.keys & LOW).tolist()
    twice = {one for one, two in pairwise(subjects) if one == two}
    return dict(zip(subjects, objects, strict=True)), twice


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
