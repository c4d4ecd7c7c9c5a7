"""Lists of RDF, read from their cells. https://www.w3.org/TR/rdf-schema/#ch_collectionvocab"""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from jjjkg.rdf.terms import NIL

Node = TypeVar("Node")


class BrokenList(ValueError):
    """A list that is not well formed; the text says what is wrong with it."""


def read_list(
    head: Node, values: Callable[[Node, str], Collection[Node]], nil: Any = NIL
) -> list[Node]:
    """Return the members of the list that begins at a node.

    `values` gives a node's values of "rdf:first" and of "rdf:rest"; nodes may be terms, or numbers
    that stand for them. Raises BrokenList for a list that comes back to itself, and for one with a
    cell that has no, or several, values of one of the two.
    """
    members: list[Node] = []
    seen: set[Node] = set()
    cell = head
    while cell != nil:
        firsts, rests = values(cell, "rdf:first"), values(cell, "rdf:rest")
        problem = (
            ("comes back to itself" if cell in seen else "")
            or ("has a cell with two rdf:first" if len(firsts) > 1 else "")
            or ("has a cell with two rdf:rest" if len(rests) > 1 else "")
            or ("has a cell without rdf:first" if not firsts else "")
            or ("has a cell without rdf:rest" if not rests else "")
        )
        if problem:
            raise BrokenList(problem)
        seen.add(cell)
        members += firsts
        (cell,) = rests
    return members
