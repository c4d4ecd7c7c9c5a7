"""Class expressions in words that people read: Manchester syntax with prefixed names.

https://www.w3.org/TR/owl2-manchester-syntax/#Expressions
"""

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand, shorten
from jjjkg.release.content import Content, Object

_NIL: Final = expand("rdf:nil")
#: What joins the members of a list, by the property that has it.
_JOINED: Final = {"owl:intersectionOf": " and ", "owl:unionOf": " or "}
#: The word of a restriction, by the property that has its value.
_RESTRICTIONS: Final = {
    "owl:someValuesFrom": "some",
    "owl:allValuesFrom": "only",
    "owl:hasValue": "value",
    "owl:hasSelf": "Self",
    "owl:minCardinality": "min",
    "owl:maxCardinality": "max",
    "owl:cardinality": "exactly",
    "owl:minQualifiedCardinality": "min",
    "owl:maxQualifiedCardinality": "max",
    "owl:qualifiedCardinality": "exactly",
}


def write_expression(content: Content, term: Object) -> str:
    """A class, a property or an individual; an expression where it has no name."""
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if not isinstance(term, ox.BlankNode):
        return str(term.value) if isinstance(term, ox.Literal) else str(term)
    for property, word in _JOINED.items():
        for value in content.values(term, property):
            parts = [write_expression(content, member) for member in read_list(content, value)]
            return f"({word.join(parts)})"
    for value in content.values(term, "owl:oneOf"):
        members = [write_expression(content, member) for member in read_list(content, value)]
        return f"{{{', '.join(members)}}}"
    for value in content.values(term, "owl:complementOf"):
        return f"not {write_expression(content, value)}"
    for value in content.values(term, "owl:inverseOf"):
        return f"inverse {write_expression(content, value)}"
    return _write_restriction(content, term)


def read_list(content: Content, node: Object) -> Iterator[Object]:
    """The members of a list."""
    while isinstance(node, ox.BlankNode):
        yield from content.values(node, "rdf:first")
        node = next(iter(content.values(node, "rdf:rest")), ox.NamedNode(_NIL))


def _write_restriction(content: Content, term: ox.BlankNode) -> str:
    on = " ".join(write_expression(content, p) for p in content.values(term, "owl:onProperty"))
    for property, word in _RESTRICTIONS.items():
        for value in content.values(term, property):
            of = content.values(term, "owl:onClass") or content.values(term, "owl:onDataRange")
            filler = "".join(f" {write_expression(content, kind)}" for kind in of)
            return f"({on} {word} {write_expression(content, value)}{filler})"
    return f"({on})"
