"""Which premises of a step stand for which atom of its rule."""

import pyoxigraph as ox

from jjjkg.entailment.proof import Step
from jjjkg.entailment.rules import CONDITIONS, ITEM, LIST, load_rules
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement

_REST = ox.NamedNode(expand("rdf:rest"))
_NIL = ox.NamedNode(expand("rdf:nil"))


def group_premises(step: Step) -> list[tuple[Statement, ...]]:
    """For each atom of a step's rule its premises: all the cells of a list, or all of an "each".

    None for a condition, nor for a list again. Raises ValueError for a rule that there is not.
    """
    rule = next((rule for rule in load_rules() if rule.name == step.rule), None)
    if rule is None:
        raise ValueError(f"{step.rule!r} is no rule of OWL 2 RL")
    groups: list[tuple[Statement, ...]] = []
    lists: dict[object, int] = {}
    place = 0
    for atom in rule.body:
        count = 1
        if atom.predicate in CONDITIONS:
            count = 0
        elif atom.predicate in (LIST, ITEM):
            known = atom.subject in lists
            count = 0 if known else _count_cells(step.premises[place:])
            lists.setdefault(atom.subject, count // 2)
        elif atom.each:
            count = next(iter(lists.values()), 0)
        groups.append(step.premises[place : place + count])
        place += count
    return groups


def _count_cells(premises: tuple[Statement, ...]) -> int:
    """How many premises at the start are the cells of one list."""
    for place, (_, predicate, value) in enumerate(premises):
        if place % 2 and (predicate != _REST or value == _NIL):
            return place + 1 if predicate == _REST else 0
    return 0
