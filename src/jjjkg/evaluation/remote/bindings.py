"""The table of a store on its way, row by row: read as stores write it, written by the book.

https://www.w3.org/TR/sparql11-results-json/. Beyond it, what can have only one meaning is
understood: the type "typed-literal", a boolean written 1 or 0, blank nodes with labels of any
characters, columns that nobody asked for, members of any name, and a table of one boolean for a
boolean.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from pyoxigraph import Literal, QuerySolutions

from jjjkg.evaluation.errors import StoreFailed
from jjjkg.evaluation.remote.dialects import mend_term, read_truth
from jjjkg.evaluation.remote.jsontext import JsonText, find_unreadable

_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode

Term = dict[str, Any]
Row = dict[str, Term]
#: Called when a row has come.
Advance = Callable[[], None]


def rewrite_json(
    text: JsonText, advance: Advance, columns: Sequence[str] | None
) -> Iterator[bytes]:
    """Yield SPARQL's JSON, by the book, of a table with these columns; for None, of a boolean.

    An empty list of columns takes what the store names. Raises StoreFailed for an answer of the
    other kind or without a column, or that is not SPARQL results.
    """
    given: Sequence[str] | None = None
    kept: list[Row] | None = None
    kind = ""
    for name in text.members():
        if name == "head":
            given = _read_columns(text.value())
            _check_columns(given, columns)
        elif name in ("results", "boolean") and kind:
            raise find_unreadable("queries.store.two_results", first=kind, second=name)
        elif name == "boolean":
            kind = name
            yield _write_boolean(text.value(), columns)
        elif name == "results":
            kind = name
            wanted = columns or given
            if columns is None:
                yield _encode_boolean(_find_boolean(_read_rows(text, advance)))
            elif wanted is None:  # rdflib names them at the end
                kept = list(_read_rows(text, _stay))
            else:
                yield from _write_table(_read_rows(text, advance), wanted)
        else:
            text.value()
    text.end()
    if not kind or (kind == "results" and given is None):
        raise find_unreadable("queries.store.no_head" if kind else "queries.store.no_results")
    if kept is not None:
        yield from _write_table(kept, given or [])


def rewrite_solutions(
    found: QuerySolutions, advance: Advance, columns: Sequence[str] | None
) -> Iterator[bytes]:
    """Yield a table that the engine could read, as TSV; for no columns a boolean, as JSON."""
    given = [variable.value for variable in found.variables]
    if columns is None:
        _check_columns(given, columns)
        values = [[row[name] for name in given if row[name]] for row in found]
        if len(values) != 1 or len(values[0]) != 1 or not isinstance(values[0][0], Literal):
            raise _find_table()
        value = values[0][0]
        yield _encode_boolean(_read_boolean(value.value, value.datatype.value))
        return
    _check_columns(given, columns)
    wanted = columns or given
    yield ("\t".join(f"?{name}" for name in wanted) + "\n").encode()
    for row in found:
        advance()
        cells = (row[name] for name in wanted)
        yield ("\t".join("" if cell is None else str(cell) for cell in cells) + "\n").encode()


def _check_columns(given: Sequence[str], columns: Sequence[str] | None) -> None:
    """Raise StoreFailed where a column that was asked for is not given."""
    if missing := sorted(set(columns or ()) - set(given)):
        raise StoreFailed("queries.store.no_column", column=missing[0])


def check_boolean(columns: Sequence[str] | None) -> None:
    """Raise StoreFailed where a table was asked for."""
    if columns is not None:
        raise StoreFailed("queries.store.boolean_for_table")


def _find_table() -> StoreFailed:
    return StoreFailed("queries.store.table_for_boolean")


def _read_columns(head: Any) -> Sequence[str]:
    named = head.get("vars", []) if isinstance(head, dict) else None
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        raise find_unreadable("queries.store.bad_head")
    return named


def _read_rows(text: JsonText, advance: Advance) -> Iterator[Row]:
    found = False
    for name in text.members():
        if name != "bindings":
            text.value()
            continue
        if found:
            raise find_unreadable("queries.store.two_tables")
        found = True
        for _ in text.items():
            row = text.value()
            if not isinstance(row, dict):
                raise find_unreadable("queries.store.bad_row")
            advance()
            yield row
    if not found:
        raise find_unreadable("queries.store.no_bindings")


def _stay() -> None:
    """Do nothing, so that kept rows without end come to the limit of an answer without a row."""


def _write_table(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    yield f'{{"head":{{"vars":{_ENCODE(columns)}}},"results":{{"bindings":['.encode()
    comma = ""
    for row in rows:
        terms = {name: _write_term(term) for name in columns if (term := row.get(name)) is not None}
        yield f"{comma}{_ENCODE(terms)}".encode()
        comma = ","
    yield b"]}}"


def _write_term(term: Any) -> Term:
    if not isinstance(term, dict):
        raise find_unreadable("queries.store.bad_term")
    kind, value = term.get("type"), term.get("value")
    if mended := mend_term(kind, value, term.get("datatype")):
        return mended
    if kind == "triple" and isinstance(value, dict):
        return {"type": kind, "value": {part: _write_term(value[part]) for part in value}}
    return term


def _write_boolean(value: Any, columns: Sequence[str] | None) -> bytes:
    if not isinstance(value, bool):
        raise find_unreadable("queries.store.bad_boolean", value=repr(value))
    check_boolean(columns)
    return _encode_boolean(value)


def _find_boolean(rows: Iterator[Row]) -> bool:
    """Return the one value of a table. Raises StoreFailed where that is not a boolean."""
    row = next(rows, None)
    if row is None or len(row) != 1 or next(rows, None) is not None:
        raise _find_table()
    (term,) = row.values()
    if not isinstance(term, dict):
        raise find_unreadable("queries.store.bad_term")
    return _read_boolean(term.get("value"), term.get("datatype"))


def _read_boolean(value: Any, datatype: Any) -> bool:
    truth = read_truth(value, datatype)
    if truth is None:
        raise _find_table()
    return truth


def _encode_boolean(value: bool) -> bytes:
    return b'{"head":{},"boolean":%s}' % (b"true" if value else b"false")
