"""The table of a store on its way, row by row: read as stores write it, written by the book.

https://www.w3.org/TR/sparql11-results-json/. Beyond it, what can have only one meaning is
understood: the type "typed-literal", a boolean written 1 or 0, blank nodes with labels of any
characters, columns that nobody asked for, members of any name, and a table of one boolean for a
boolean.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pyoxigraph import QuerySolutions

from jjjkg.evaluation.errors import StoreFailed
from jjjkg.evaluation.remote.dialects import mend_term, read_truth
from jjjkg.evaluation.remote.jsontext import JsonText, find_unreadable
from jjjkg.evaluation.results import encode_rows, write_table

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
            kind, value = name, text.value()
            if not isinstance(value, bool):
                raise find_unreadable("queries.store.bad_boolean", value=repr(value))
            check_boolean(columns)
            yield _encode_boolean(value)
        elif name == "results":
            kind = name
            if given is None and columns is not None and not columns:
                # rdflib names them at the end. Kept rows do not advance, so that those without end
                # come to the limit of an answer without a row.
                kept = list(_read_rows(text, lambda: None))
            else:
                yield from _write(_read_rows(text, advance), columns, given)
        else:
            text.value()
    text.end()
    if not kind or (kind == "results" and given is None):
        raise find_unreadable("queries.store.no_head" if kind else "queries.store.no_results")
    if kept is not None:
        yield from _write(kept, columns, given)


def rewrite_solutions(
    found: QuerySolutions, advance: Advance, columns: Sequence[str] | None
) -> Iterator[bytes]:
    """Yield what `rewrite_json` does for a table that the engine could read."""
    given = [variable.value for variable in found.variables]
    _check_columns(given, columns)

    def read_rows() -> Iterator[Row]:
        for row in encode_rows(given, found):
            advance()
            yield row

    return _write(read_rows(), columns, given)


def _write(
    rows: Iterable[Row], columns: Sequence[str] | None, given: Sequence[str] | None
) -> Iterator[bytes]:
    if columns is None:
        return iter([_encode_boolean(_find_boolean(iter(rows)))])
    wanted = columns or given or []
    chosen = (
        {name: _mend(term) for name in wanted if (term := row.get(name)) is not None}
        for row in rows
    )
    return write_table(chosen, wanted)


def _check_columns(given: Sequence[str], columns: Sequence[str] | None) -> None:
    """Raise StoreFailed where a column that was asked for is not given."""
    if missing := sorted(set(columns or ()) - set(given)):
        raise StoreFailed("queries.store.no_column", column=missing[0])


def check_boolean(columns: Sequence[str] | None) -> None:
    """Raise StoreFailed where a table was asked for."""
    if columns is not None:
        raise StoreFailed("queries.store.boolean_for_table")


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


def _mend(term: Any) -> Term:
    if not isinstance(term, dict):
        raise find_unreadable("queries.store.bad_term")
    kind, value = term.get("type"), term.get("value")
    if mended := mend_term(kind, value, term.get("datatype")):
        return mended
    if kind == "triple" and isinstance(value, dict):
        return {"type": kind, "value": {part: _mend(value[part]) for part in value}}
    return term


def _find_boolean(rows: Iterator[Row]) -> bool:
    """Return the one value of a table. Raises StoreFailed where that is not a boolean."""
    row = next(rows, None)
    if row is not None and len(row) == 1 and next(rows, None) is None:
        (term,) = row.values()
        if not isinstance(term, dict):
            raise find_unreadable("queries.store.bad_term")
        truth = read_truth(term.get("value"), term.get("datatype"))
        if truth is not None:
            return truth
    raise StoreFailed("queries.store.table_for_boolean")


def _encode_boolean(value: bool) -> bytes:
    return b'{"head":{},"boolean":%s}' % (b"true" if value else b"false")
