"""The lexical spaces of XML Schema's dates, times and durations that OWL 2 RL does not have.

https://www.w3.org/TR/xmlschema11-2/
"""

import re
from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.datatypes.values import value_of
from jjjkg.rdf.namespaces import expand

_DATE_TIME: Final = ox.NamedNode(expand("xsd:dateTime"))
#: By datatype: the pattern of its lexical form without a zone, and an xsd:dateTime that has this
#: form as a part, whose validity decides on days of months and the like.
_PIECES: Final[Mapping[str, tuple[str, str]]] = {
    expand(f"xsd:{name}"): shape
    for name, shape in {
        "date": (r"(-?\d{4,}-\d\d-\d\d)", r"\1T00:00:00"),
        "time": (r"(\d\d:\d\d:\d\d(?:\.\d+)?)", r"2000-01-01T\1"),
        "gYear": (r"(-?\d{4,})", r"\1-01-01T00:00:00"),
        "gYearMonth": (r"(-?\d{4,}-\d\d)", r"\1-01T00:00:00"),
        "gMonth": (r"--(\d\d)", r"2000-\1-01T00:00:00"),
        "gMonthDay": (r"--(\d\d-\d\d)", r"2000-\1T00:00:00"),
        "gDay": (r"---(\d\d)", r"2000-01-\1T00:00:00"),
    }.items()
}
_ZONE: Final = r"(Z|[+-]\d\d:\d\d)?"
_YEARS: Final = r"(?=\d)(\d+Y)?(\d+M)?"
_TIME: Final = r"(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
_DURATIONS: Final[Mapping[str, re.Pattern[str]]] = {
    expand("xsd:duration"): re.compile(rf"-?P(?=\d|T)(\d+Y)?(\d+M)?(\d+D)?{_TIME}", re.ASCII),
    expand("xsd:yearMonthDuration"): re.compile(rf"-?P{_YEARS}", re.ASCII),
    expand("xsd:dayTimeDuration"): re.compile(rf"-?P(?=\d|T)(\d+D)?{_TIME}", re.ASCII),
}


def is_no_time(literal: ox.Literal) -> bool:
    """Tell if a literal is of one of these datatypes and not in its lexical space."""
    datatype = literal.datatype.value
    if shape := _DURATIONS.get(datatype):
        return not shape.fullmatch(literal.value)
    if datatype not in _PIECES:
        return False
    piece, whole = _PIECES[datatype]
    found = re.fullmatch(piece + _ZONE, literal.value, re.ASCII)
    if found is None:
        return True
    text = found.expand(whole) + (found[2] or "")
    return value_of(ox.Literal(text, datatype=_DATE_TIME)) is None
