"""Inclusion of the datatypes of OWL 2 RL: a value space against an intersection of others."""

from collections.abc import Collection
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.datatypes.values import DATATYPES, value_of
from jjjkg.rdf.namespaces import expand

_BOUNDS: Final = (
    0,
    *(sign * 2**bits for bits in (7, 8, 15, 16, 31, 32, 63, 64, 99) for sign in (1, -1)),
)

#: A value for each class of values that no datatype divides: numbers on both sides of each bound,
#: strings of each shape, and one or two of every other primitive type. So an inclusion holds of
#: all values if it holds of these.
_WITNESSES: Final = tuple(
    value
    for name, lexical_forms in {
        "xsd:integer": [str(bound + step) for bound in _BOUNDS for step in (-1, 0, 1)],
        "xsd:decimal": ["0.5"],
        "xsd:string": ["", "a", "a1b2c3d4e5", "a:b", "1", "a b", " a", "a\n", "_", ":"],
        "rdf:PlainLiteral": ["a@en"],
        "rdf:XMLLiteral": ["<a/>"],
        "xsd:float": ["1"],
        "xsd:double": ["1"],
        "xsd:boolean": ["true"],
        "xsd:hexBinary": ["00"],
        "xsd:base64Binary": ["AAAA"],
        "xsd:anyURI": ["a"],
        "xsd:dateTime": ["2024-03-07T00:00:00", "2024-03-07T00:00:00Z"],
    }.items()
    for form in lexical_forms
    if (value := value_of(ox.Literal(form, datatype=ox.NamedNode(expand(name)))))
)


def includes(datatype: str, others: Collection[str]) -> bool:
    """Tell if the intersection of the other datatypes' value spaces is a subset of this one's.

    All are IRIs of datatypes of OWL 2 RL. The intersection of no datatypes has every value.

    https://www.w3.org/TR/owl2-syntax/#Datatype_Maps
    """
    shared = (value for value in _WITNESSES if all(DATATYPES[other](value) for other in others))
    return all(DATATYPES[datatype](value) for value in shared)
