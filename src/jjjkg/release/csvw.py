"""What the tables are, column by column, in the terms of CSV on the Web.

https://www.w3.org/TR/tabular-metadata/
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.release.tables import SEPARATOR, Column, Table

#: Where processors look that have only a table's address.
#: https://www.w3.org/TR/tabular-data-model/#default-locations-and-site-wide-location-configuration
METADATA: Final = "csv-metadata.json"
_XSD: Final = PREFIXES["xsd"]
_LANGUAGE: Final = PREFIXES["rdf"] + "langString"


def write_csvw(tables: Sequence[Table], title: Mapping[str, str], licence: str) -> bytes:
    """The metadata of a group of tables that lie beside it; `title` is by language."""
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        **({"dc:title": said} if (said := _say(title)) else {}),
        **({"dc:license": {"@id": licence}} if licence else {}),
        "tables": [_describe_table(table) for table in tables],
    }
    return (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode()


def _describe_table(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_describe_column(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.references:
        schema["foreignKeys"] = [
            {
                "columnReference": column,
                "reference": {"resource": f"{other}.csv", "columnReference": there},
            }
            for column, (other, there) in table.references.items()
        ]
    return {
        "url": f"{table.name}.csv",
        "dc:description": _say(table.description),
        "tableSchema": schema,
    }


def _describe_column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": _say(column.description),
        "datatype": _name_datatype(column.datatypes),
        **({"lang": column.language} if column.language else {}),
        **({"separator": SEPARATOR} if column.listed else {}),
    }


def _name_datatype(datatypes: frozenset[str]) -> str:
    """The built-in datatype that takes all values of a column.

    https://www.w3.org/TR/tabular-metadata/#built-in-datatypes
    """
    names = {datatype.removeprefix(_XSD) for datatype in datatypes}
    if names == {"integer", "decimal"}:
        return "decimal"
    return names.pop() if len(names) == 1 and not names & {_LANGUAGE} else "string"


def _say(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in words.items() if text]
