"""The tables of a release: the rows of the queries in a folder (queries/tables), as CSV.

Beside each query, NAME.rq, lies NAME.csv-metadata.json: the description of its columns, in the
terms of CSV on the Web (https://www.w3.org/TR/tabular-metadata/), which the release repeats with
the datatypes and languages of the values. The CSV is that of https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.dataset.questions import read_question
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator
from jjjkg.evaluation.files import find_rows
from jjjkg.messages import DEFAULT
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.release.content import find_datatype

#: The name by which processors look for metadata that have only a table's address.
#: https://www.w3.org/TR/tabular-data-model/#default-locations-and-site-wide-location-configuration
METADATA: Final = "csv-metadata.json"
_XSD: Final = PREFIXES["xsd"]
_NUMBERS: Final = frozenset({"integer", "decimal"})
_LANGUAGE: Final = PREFIXES["rdf"] + "langString"
#: Between the values of a cell that has several.
_SEPARATOR: Final = " "


@dataclass(frozen=True)
class Table:
    """A table: its name, its description in CSVW, a JSON object, and its rows as text."""

    name: str
    description: Mapping[str, Any]
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column["name"] for column in self.description["tableSchema"]["columns"])


def make_tables(evaluator: Evaluator, folder: Path) -> tuple[Table, ...]:
    """Return the tables that the queries in a folder make of a content (open_content).

    Tables without rows are left out. Rows are in the order of the columns that ``#+ order`` names.
    A key that does not tell the rows of these data apart is left out of the description, and so
    is a reference to it. Raises InputError for a file that is not a query, or one whose
    columns are not described.
    """
    made = (_make_table(evaluator, file) for file in sorted(folder.glob("*.rq")))
    tables = tuple(table for table in made if table.rows)
    schemas = {f"{table.name}.csv": table.description["tableSchema"] for table in tables}
    for schema in schemas.values():
        kept = []
        for key in schema.pop("foreignKeys", ()):
            other = schemas.get(key["reference"]["resource"], {})
            if other.get("primaryKey") == _list(key["reference"]["columnReference"]):
                kept.append(key)
        schema |= {"foreignKeys": kept} if kept else {}
    return tables


def write_table(table: Table) -> bytes:
    """Return a table as CSV in UTF-8, with a line of the columns' names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return text.getvalue().encode()


def describe_tables(tables: Iterable[Table], title: Mapping[str, str], licence: str) -> bytes:
    """Return the metadata of a group of tables that lie beside it; `title` is by language."""
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        **({"dc:title": said} if (said := _say(title)) else {}),
        **({"dc:license": {"@id": licence}} if licence else {}),
        "tables": [table.description for table in tables],
    }
    return (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode()


def _make_table(evaluator: Evaluator, file: Path) -> Table:
    question = read_question(file)
    found = find_rows(evaluator, file, question.text)
    names = found.columns
    given = _read_schema(file.with_suffix(".csv-metadata.json"), names)
    order = question.header.get("order", "").replace(",", " ").split()
    if unknown := [name for name in order if name not in names]:
        raise InputError("release.no_column", file=file, key="order", name=unknown[0])
    columns: list[dict[str, Any]] = []
    texts: list[list[str]] = []
    for name in names:
        column = given["columns"][name]
        cells = [_write_cell(row.get(name), "separator" in column) for row in found.rows]
        columns.append(_describe_column(column, cells))
        texts.append([text for text, *_ in cells])
    numeric = {column["name"] for column in columns if column["datatype"] in _NUMBERS}
    rows = [dict(zip(names, row, strict=True)) for row in zip(*texts, strict=True)]
    rows.sort(
        key=lambda row: (
            # An empty cell comes first.
            [float(row[n] or -1) if n in numeric else row[n] for n in order],
            [*row.values()],
        )
    )
    schema: dict[str, Any] = {"columns": columns}
    key = _list(given.get("primaryKey", []))
    if key and len({tuple(row[name] for name in key) for row in rows}) == len(rows):
        schema["primaryKey"] = key
    if "foreignKeys" in given:
        schema["foreignKeys"] = given["foreignKeys"]
    description = {
        "url": f"{file.stem}.csv",
        "dc:description": _say(question.summary),
        "tableSchema": schema,
    }
    return Table(file.stem, description, tuple(tuple(row.values()) for row in rows))


def _write_cell(term: object, listed: bool) -> tuple[str, str, str]:
    """Return a cell's text, the IRI of its datatype and its language; each may be empty.

    `listed` says that it holds any number of values.
    """
    if term is None:
        return "", "", ""
    if isinstance(term, ox.NamedNode):
        return term.value, _XSD + "anyURI", ""
    if isinstance(term, ox.BlankNode):
        return str(term), _XSD + "string", ""
    assert isinstance(term, ox.Literal)
    language = term.language or ""
    if not listed:
        return term.value, find_datatype(term), language
    # Aggregates have no order of their own.
    items = sorted(set(term.value.split(_SEPARATOR)))
    iri = all(":" in item for item in items)
    return _SEPARATOR.join(items), _XSD + ("anyURI" if iri else "string"), language


def _describe_column(
    given: Mapping[str, Any], cells: Sequence[tuple[str, str, str]]
) -> dict[str, Any]:
    """Return the description of a column with the built-in datatype that takes all its values.

    https://www.w3.org/TR/tabular-metadata/#built-in-datatypes
    """
    names = {datatype.removeprefix(_XSD) for _, datatype, _ in cells if datatype}
    known = len(names) == 1 and names != {_LANGUAGE}
    datatype = "decimal" if names == _NUMBERS else names.pop() if known else "string"
    languages = {language for text, _, language in cells if text}
    language = languages.pop() if len(languages) == 1 else ""
    return {
        "name": given["name"],
        "titles": given["name"],
        "dc:description": given["dc:description"],
        "datatype": datatype,
        **({"lang": language} if language else {}),
        **({"separator": _SEPARATOR} if "separator" in given else {}),
    }


def _read_schema(file: Path, names: Sequence[str]) -> dict[str, Any]:
    """Return the schema in a table's metadata, whose columns are put by name.

    Raises InputError for a file that can't be read, or that does not describe just these columns.
    """
    try:
        schema = json.loads(file.read_text(encoding="utf-8"))["tableSchema"]
        columns = {column["name"]: column for column in schema["columns"]}
        described = {
            name
            for name, column in columns.items()
            if any(text["@language"] == DEFAULT for text in column["dc:description"])
        }
        used = {"columns": [*columns], "primaryKey": _list(schema.get("primaryKey", []))}
        for key in schema.get("foreignKeys", ()):
            used.setdefault("foreignKeys", []).extend(_list(key["columnReference"]))
            _ = key["reference"]["resource"], key["reference"]["columnReference"]
    except OSError as error:
        raise InputError("release.no_metadata", file=file, error=error.strerror) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("release.bad_metadata", file=file, error=repr(error)) from error
    if missing := [name for name in names if name not in described]:
        raise InputError("release.undescribed_column", file=file, name=missing[0])
    for member, listed in used.items():
        if unknown := [name for name in listed if name not in names]:
            raise InputError("release.no_column", file=file, key=member, name=unknown[0])
    return {**schema, "columns": columns}


def _say(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in words.items() if text]


def _list(value: Any) -> list[Any]:
    """Return the columns that CSVW lets a member name one by one or in a list."""
    return value if isinstance(value, list) else [value]
