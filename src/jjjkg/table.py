"""Tables for a terminal and for a notebook, those of query results above all."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from prettytable import PrettyTable, TableStyle

from jjjkg.rdf.namespaces import shorten


def draw_table(results: bytes, most: int | None = None) -> str:
    """Return a table of SPARQL JSON results (https://www.w3.org/TR/sparql11-results-json/).

    IRIs are shortened to prefixed names; an ASK gives yes or no. At most `most` rows are drawn, and
    a line below gives their number.
    """
    document = json.loads(results)
    if "boolean" in document:
        return "yes" if document["boolean"] else "no"
    table, counted = _make_results(document, most)
    return f"{table.get_string()}\n{counted}" if table.field_names else counted


def draw_html(results: bytes, most: int | None = None) -> str:
    """Return the same table in HTML, for a notebook. The results are those of a SELECT."""
    table, counted = _make_results(json.loads(results), most)
    return f"{table.get_html_string()}\n{counted}"


def make_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> PrettyTable:
    """Return a table with names of columns, which is drawn as text or as HTML."""
    table = PrettyTable(names, align="l")
    table.set_style(TableStyle.SINGLE_BORDER)
    table.add_rows([list(row) for row in rows])
    return table


def _make_results(document: dict[str, Any], most: int | None) -> tuple[PrettyTable, str]:
    """Return the rows, and their number in words."""
    names = document["head"]["vars"]
    rows = document["results"]["bindings"]
    drawn = rows[:most]
    table = make_table(names, ([_text(row.get(name)) for name in names] for row in drawn))
    counted = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    return table, counted if len(drawn) == len(rows) else f"the first {len(drawn):,} of {counted}"


def _text(term: dict[str, Any] | None) -> str:
    if term is None:
        return ""
    match term["type"]:
        case "uri":
            return shorten(term["value"])
        case "bnode":
            return f"_:{term['value']}"
        case "triple":
            return " ".join(_text(term["value"][p]) for p in ("subject", "predicate", "object"))
        case _:
            return _show(str(term["value"]))


def _show(value: str) -> str:
    """Return a text with escapes for characters that would drive a terminal; lines stay lines."""
    return "".join(
        char if char.isprintable() or char == "\n" else f"\\u{ord(char):04X}" for char in value
    )
