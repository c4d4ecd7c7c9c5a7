"""The rows of an answer as Python values, and as a pandas DataFrame.

https://www.w3.org/TR/sparql11-results-json/
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, overload

from jjjkg.description import ResultTerm
from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import INTEGERS, expand, shorten
from jjjkg.table import draw_html, draw_table

if TYPE_CHECKING:
    import pandas

Value = str | int | float | Decimal | bool | date | datetime | None
Row = Mapping[str, Value]

#: The rows that are shown at most: a notebook keeps what it shows.
_MOST_SHOWN: Final = 100
#: Readers of lexical forms, by datatype.
_READ: Final = {
    **dict.fromkeys(INTEGERS, int),
    **{expand(f"xsd:{name}"): float for name in ("double", "float")},
    expand("xsd:decimal"): Decimal,
    expand("xsd:boolean"): {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    expand("xsd:date"): date.fromisoformat,
    expand("xsd:dateTime"): datetime.fromisoformat,
}


class Rows(Sequence[Row]):
    """The rows of an answer, each a mapping of column to value, None where there is none.

    IRIs and strings are str; numbers, truth values and dates are Python's own, and a date that
    Python can't have stays text. `terms` has the rows with their terms unconverted. A notebook
    shows the first hundred rows as a table.
    """

    def __init__(self, answer: bytes) -> None:
        """Take an answer to a SELECT, in SPARQL's JSON."""
        found = json.loads(answer)
        self._answer = answer
        self.columns: tuple[str, ...] = tuple(found["head"]["vars"])
        self.terms: tuple[Mapping[str, ResultTerm], ...] = tuple(
            {name: ResultTerm.of(term) for name, term in row.items()}
            for row in found["results"]["bindings"]
        )
        self._rows = tuple(
            {name: _value(row.get(name)) for name in self.columns} for row in self.terms
        )

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self._rows[index]

    def __repr__(self) -> str:
        return draw_table(self._answer, _MOST_SHOWN)

    def _repr_html_(self) -> str:
        return draw_html(self._answer, _MOST_SHOWN)

    def dataframe(self, prefixed: bool = False) -> "pandas.DataFrame":
        """Return the rows as a DataFrame; `prefixed` shortens IRIs to prefixed names.

        Columns of whole numbers are Int64, or object where that has no room for one; of other
        numbers float64, of truth values boolean. Raises InputError where pandas is not
        installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise InputError("notebook.no_pandas") from error
        shown = self._rows
        if prefixed:
            shown = tuple(
                {
                    name: shorten(str(value)) if _is_iri(terms.get(name)) else value
                    for name, value in row.items()
                }
                for row, terms in zip(self._rows, self.terms, strict=True)
            )
        frame = pandas.DataFrame(list(shown), columns=list(self.columns))
        for name in self.columns:
            # Not as the frame has them: beside an empty cell it makes floats of whole numbers.
            values = [row[name] for row in self._rows]
            if kind := _find_dtype(values):
                numbers = [float(v) if isinstance(v, Decimal) else v for v in values]
                frame[name] = pandas.Series(numbers, dtype=kind)
        return frame


def _value(term: ResultTerm | None) -> Value:
    if term is None:
        return None
    read: Any = _READ.get(term.datatype, str)
    try:
        value: Value = read(term.value)
    except (ValueError, KeyError, ArithmeticError):
        return term.value
    return value


def _is_iri(term: ResultTerm | None) -> bool:
    return term is not None and term.kind == "uri"


def _find_dtype(values: Sequence[Value]) -> str:
    """Return pandas' name for the type of a column; "" where pandas has no type for it."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        fits = all(-(1 << 63) <= value < 1 << 63 for value in values if isinstance(value, int))
        return "Int64" if fits else "object"
    return "float64" if kinds and kinds <= {int, float, Decimal} else ""
