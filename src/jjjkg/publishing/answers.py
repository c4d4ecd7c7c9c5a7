"""Answers compared by value, whatever the order of rows, names of nodes and forms of numbers.

https://www.w3.org/TR/sparql11-results-json/
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from jjjkg.messages import say
from jjjkg.rdf.namespaces import INTEGERS, PREFIXES

_XSD: Final = PREFIXES["xsd"]
_NUMBERS: Final = INTEGERS | {_XSD + name for name in ("decimal", "double", "float")}
#: The errors of reading an answer that is not one: its JSON is of any shape and depth.
UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)

#: The columns that have a value, each with it.
Row = tuple[tuple[str, object], ...]
_BOOLEANS: Final[Mapping[object, object]] = {
    ("number", Decimal(1)): ("boolean", True),
    ("number", Decimal(0)): ("boolean", False),
}


@dataclass(frozen=True)
class Comparable:
    """The rows of an answer by value, each with its number; or the reason for having none."""

    columns: tuple[str, ...] = ()
    rows: Mapping[Row, int] | None = None
    problem: str = ""

    def read_booleans(self, ours: "Comparable") -> "Comparable":
        """Return the same with 1 and 0 as booleans, in columns where ours are all booleans.

        Virtuoso has no booleans of its own, and gives the integer 1 for EXISTS (measured).
        """
        cells = [cell for row in ours.rows or () for cell in row]
        columns = {name for name, value in cells if value in _BOOLEANS.values()}
        columns -= {name for name, value in cells if value not in _BOOLEANS.values()}
        rows: Counter[Row] = Counter()
        for row, times in (self.rows or {}).items():
            read = ((n, _BOOLEANS.get(v, v) if n in columns else v) for n, v in row)
            rows[tuple(read)] += times
        return self if self.rows is None else Comparable(self.columns, rows)

    def differs(self, ours: "Comparable") -> str:
        """Return the difference from ours in words; empty where there is none."""
        if self.rows is None:
            return self.problem
        if set(self.columns) != set(ours.columns):
            return say("publishing.difference.columns", columns=str(sorted(self.columns)))
        assert ours.rows is not None
        missing = Counter(ours.rows) - Counter(self.rows)
        extra = Counter(self.rows) - Counter(ours.rows)
        if not missing and not extra:
            return ""
        counts = {"missing": missing.total(), "more": extra.total()}
        return say("publishing.difference.rows", **counts)


def read_answer(text: bytes) -> Comparable:
    """Return an answer that is written in SPARQL's JSON."""
    try:
        head = json.loads(text)
        columns = tuple(head["head"]["vars"])
        rows = (
            tuple((name, value_of(row[name])) for name in sorted(columns) if name in row)
            for row in head["results"]["bindings"]
        )
        return Comparable(columns, Counter(rows))
    except UNREADABLE as error:
        return Comparable(problem=say("publishing.no_results", error=repr(error)))


def value_of(term: Mapping[str, Any]) -> object:
    """Return a term by its value: 1 and 1.0 are the same, and so are all blank nodes."""
    kind, value, datatype = term["type"], term["value"], term.get("datatype", _XSD + "string")
    if kind == "bnode":
        return "bnode"
    if kind == "uri":
        return ("iri", value)
    if datatype in _NUMBERS:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return ("literal", value, datatype)
        return ("number", "NaN" if number.is_nan() else number)  # which equals nothing, itself too
    if datatype == _XSD + "boolean":
        return ("boolean", value in ("true", "1"))
    language = term.get("xml:lang", "").lower()
    return ("literal", value, language or datatype)
