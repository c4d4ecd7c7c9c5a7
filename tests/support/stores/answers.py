"""Answers of stores, made by hand, as a worker reads them."""

import io
import json
from collections.abc import Sequence
from email.message import Message
from types import SimpleNamespace
from typing import Any, cast

from jjjkg.evaluation.remote.fetched import Fetched, Reading
from jjjkg.rdf.namespaces import PREFIXES

XSD = PREFIXES["xsd"]
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
XML_HEAD = (
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="o"/>'
    '<variable name="n"/><variable name="m"/></head><results>'
)


def xml_table(*rows: str) -> bytes:
    """A table whose rows have these bindings."""
    results = "".join(f"<result>{row}</result>" for row in rows)
    return f"{XML_HEAD}{results}</results></sparql>".encode()


class Endless(io.RawIOBase):
    """A body whose end never comes."""

    def __init__(self, start: bytes, piece: bytes) -> None:
        self.start, self.piece, self.given = start, piece, 0

    def read1(self, size: int) -> bytes:
        data = self.start or (self.piece * (size // len(self.piece) + 1))
        self.start = data[size:] if self.start else b""
        self.given += len(data[:size])
        return data[:size]


def fetched(body: bytes | io.RawIOBase, media_type: str = JSON, length: str = "") -> Fetched:
    headers = Message()
    if length:
        headers["Content-Length"] = length
    source: Any = io.BytesIO(body) if isinstance(body, bytes) else body
    response = SimpleNamespace(headers=headers, length=None, read1=source.read1)
    return Fetched(Reading(cast(Any, response)), media_type)


def read(
    body: bytes, columns: Sequence[str] | None, media_type: str = JSON, to: str = "json"
) -> Any:
    output = io.BytesIO()
    fetched(body, media_type).write_results(to, output, columns)
    return json.loads(output.getvalue()) if to == "json" else output.getvalue().decode()


def table(*rows: object, columns: Sequence[str] = ("n",)) -> bytes:
    return json.dumps({"head": {"vars": columns}, "results": {"bindings": rows}}).encode()


def term(value: str, datatype: str = "", kind: str = "literal") -> dict[str, str]:
    return {"type": kind, "value": value} | ({"datatype": XSD + datatype} if datatype else {})
