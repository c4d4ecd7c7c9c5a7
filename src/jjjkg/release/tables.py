"""Tables of a release: what the queries in a folder (queries/tables) find, as CSV.

https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.questions import Question, read_question, read_words
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator
from jjjkg.evaluation.files import find_rows
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.release.asking import find_datatype

_XSD: Final = PREFIXES["xsd"]
#: Between the items of a cell that lists some.
SEPARATOR: Final = " "


@dataclass(frozen=True)
class Column:
    """A column, what is in it by language, and the IRIs of the datatypes of its values.

    An IRI is an ``xsd:anyURI``. ``listed`` says that a cell holds any number of values;
    ``language`` is the tag that all values have, empty where they have none or several.
    """

    name: str
    description: Mapping[str, str]
    datatypes: frozenset[str]
    listed: bool
    language: str = ""


@dataclass(frozen=True)
class Table:
    """A table, what is in it by language, and its rows as text.

    ``key`` has the columns that tell the rows apart, none if in these data they do not;
    ``references`` the table and the column, its key, that each value of a column is found in.
    """

    name: str
    description: Mapping[str, str]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    key: tuple[str, ...]
    references: Mapping[str, tuple[str, str]]


def make_tables(evaluator: Evaluator, folder: Path) -> tuple[Table, ...]:
    """The tables that the queries of a folder make of a content (jjjkg.release.asking).

    None that would be empty.

    Rows are in the order of the columns that ``#+ order`` names. Raises InputError for a query
    that is none, or whose header does not describe each column.
    """
    made = (_make_table(evaluator, file) for file in sorted(folder.glob("*.rq")))
    tables = [table for table in made if table.rows]
    keys = {(table.name, *table.key) for table in tables}
    return tuple(
        replace(
            table,
            references={name: key for name, key in table.references.items() if key in keys},
        )
        for table in tables
    )


def write_table(table: Table) -> bytes:
    """A table as CSV in UTF-8, with a line of the columns' names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in table.columns)
    writer.writerows(table.rows)
    return text.getvalue().encode()


def _make_table(evaluator: Evaluator, file: Path) -> Table:
    question = read_question(file)
    header = question.header
    found = find_rows(evaluator, file, question.text)
    names = found.columns
    lists, order, key = (_read_columns(question, word, names) for word in ("lists", "order", "key"))
    rows: list[dict[str, str]] = []
    datatypes: dict[str, set[str]] = {name: set() for name in names}
    languages: dict[str, set[str]] = {name: set() for name in names}
    for solution in found.rows:
        row = {}
        for name in names:
            text, datatype = _write_cell(solution.get(name), name in lists)
            row[name] = text
            datatypes[name] |= {datatype} - {""}
            languages[name] |= {_find_language(solution.get(name))} if text else set()
        rows.append(row)
    places = {name: _by_number if _is_numeric(datatypes[name]) else str for name in order}
    rows.sort(key=lambda row: ([places[name](row[name]) for name in order], [*row.values()]))
    columns = tuple(
        Column(
            name,
            read_words(question.path, question.header, f"column-{name}"),
            frozenset(datatypes[name]),
            name in lists,
            languages[name].pop() if len(languages[name]) == 1 else "",
        )
        for name in names
    )
    cells = tuple(tuple(row[name] for name in names) for row in rows)
    if len({tuple(row[name] for name in key) for row in rows}) < len(rows):
        key = ()
    references = dict(map(_read_reference, _split(header.get("references", ""))))
    return Table(file.stem, question.summary, columns, cells, key, references)


def _read_columns(question: Question, word: str, names: Sequence[str]) -> tuple[str, ...]:
    """The columns that a line of the header lists."""
    listed = tuple(_split(question.header.get(word, "")))
    if unknown := [name for name in listed if name not in names]:
        raise InputError(f"{question.path}: '#+ {word}' has {unknown[0]!r}, which is no column")
    return listed


def _split(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _read_reference(text: str) -> tuple[str, tuple[str, str]]:
    """What `column=table.column` says."""
    column, _, target = text.partition("=")
    table, _, there = target.partition(".")
    return column, (table, there)


def _write_cell(term: object, listed: bool) -> tuple[str, str]:
    """A cell's text and the IRI of its datatype; both are empty where there is no value."""
    if term is None:
        return "", ""
    if isinstance(term, ox.NamedNode):
        return term.value, _XSD + "anyURI"
    if isinstance(term, ox.BlankNode):
        return str(term), _XSD + "string"
    assert isinstance(term, ox.Literal)
    if listed:
        # Aggregates have no order of their own.
        items = sorted(set(term.value.split(SEPARATOR)))
        iri = all(":" in item for item in items)
        return SEPARATOR.join(items), _XSD + ("anyURI" if iri else "string")
    return term.value, find_datatype(term)


def _find_language(term: object) -> str:
    return (term.language or "") if isinstance(term, ox.Literal) else ""


def _is_numeric(datatypes: set[str]) -> bool:
    return bool(datatypes) and datatypes <= {_XSD + "integer", _XSD + "decimal"}


def _by_number(text: str) -> float:
    return float(text) if text else -1.0
