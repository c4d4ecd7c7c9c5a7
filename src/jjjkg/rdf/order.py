"""An order of triples, and names of blank nodes, that depend on nothing but what is said.

A store gives triples in any order, and blank nodes other names each time; two servers of the same
data are to give the same bytes. The nodes are told apart by colour refinement, as graphs are
compared (https://en.wikipedia.org/wiki/Colour_refinement_algorithm): unlike a canonical form, it
takes little time whatever the graph, and only nodes that are alike all around stay interchangeable.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand

_TYPE: Final = expand("rdf:type")
#: How far around a node is looked, in steps.
_ROUNDS: Final = 16


def settle(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples, each once: by subject, type first, with blank nodes numbered and at the end."""
    given = list(dict.fromkeys(triples))
    colours = _tell_apart(given)
    ranked = sorted(colours, key=lambda node: colours[node])
    width = len(str(len(ranked)))
    names = {node: ox.BlankNode(f"b{number:0{width}}") for number, node in enumerate(ranked, 1)}

    def place(triple: ox.Triple) -> tuple[bool, str, bool, str, str]:
        subject, property = triple.subject, triple.predicate.value
        unnamed = isinstance(subject, ox.BlankNode)
        return unnamed, str(subject), property != _TYPE, property, str(triple.object)

    renamed = (
        ox.Triple(names.get(t.subject, t.subject), t.predicate, names.get(t.object, t.object))
        for t in given
    )
    return sorted(renamed, key=place)


def _tell_apart(triples: list[ox.Triple]) -> Mapping[object, str]:
    """A text for each blank node that says what is said of it, and of its neighbours."""
    around: dict[object, list[tuple[str, object]]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode):
            around.setdefault(triple.subject, []).append((f">{triple.predicate}", triple.object))
        if isinstance(triple.object, ox.BlankNode):
            around.setdefault(triple.object, []).append((f"<{triple.predicate}", triple.subject))
    colours: dict[object, str] = dict.fromkeys(around, "")
    classes = 0
    for _ in range(_ROUNDS):
        colours = {node: _look(node, near, colours) for node, near in around.items()}
        if len(set(colours.values())) == classes:
            break
        classes = len(set(colours.values()))
    return colours


def _look(node: object, near: list[tuple[str, object]], colours: Mapping[object, str]) -> str:
    seen = sorted(
        f"{way} {'itself' if other == node else colours.get(other, other)}" for way, other in near
    )
    return hashlib.sha256("\n".join([colours[node], *seen]).encode()).hexdigest()
