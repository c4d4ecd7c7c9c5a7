"""What stores write that is not by the book: read where it can mean one thing, else refused."""

import io
import json
from collections.abc import Sequence
from email.message import Message
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pyoxigraph import QueryResultsFormat

from jjjkg.evaluation import StoreFailed
from jjjkg.evaluation.fetched import MOST_AT_ONCE, Fetched, Reading
from jjjkg.namespaces import PREFIXES

XSD = PREFIXES["xsd"]
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


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
    format = {"json": QueryResultsFormat.JSON, "csv": QueryResultsFormat.CSV}[to]
    fetched(body, media_type).write_results(output, format, columns)
    return json.loads(output.getvalue()) if to == "json" else output.getvalue().decode()


def table(*rows: object, columns: Sequence[str] = ("n",)) -> bytes:
    return json.dumps({"head": {"vars": columns}, "results": {"bindings": rows}}).encode()


def term(value: str, datatype: str = "", kind: str = "literal") -> dict[str, str]:
    return {"type": kind, "value": value} | ({"datatype": XSD + datatype} if datatype else {})


def only(body: bytes) -> Any:
    (row,) = read(body, ["n"])["results"]["bindings"]
    return row.get("n")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (term("34.9", "decimal", "typed-literal"), term("34.9", "decimal")),
        (term("1", "boolean", "typed-literal"), term("true", "boolean")),
        (term("0", "boolean"), term("false", "boolean")),
        (term("1", "integer", "typed-literal"), term("1", "integer")),
        (term("b1", kind="bnode"), term("b1", kind="bnode")),
        (None, None),
        ({"type": "literal", "value": "京", "xml:lang": "zh"},) * 2,
    ],
)
def test_a_term_in_a_dialect(theirs: object, ours: object) -> None:
    assert only(table({"n": theirs})) == ours


def test_labels_of_blank_nodes_stay_apart() -> None:
    labels = ["nodeID://b1", "nodeID://b2", "_:b1", "b1", "b_1", "b 1", "x_20_", "é", "京.", "x"]
    rows = [{"n": term(label, kind="bnode"), "m": term(label, kind="bnode")} for label in labels]
    found = read(table(*rows, columns=("n", "m")), ["n", "m"])["results"]["bindings"]
    assert len({row["n"]["value"] for row in found}) == len(labels)
    assert all(row["n"] == row["m"] for row in found)


def test_a_triple_as_a_term_is_read_through() -> None:
    part = {"subject": term("nodeID://b1", kind="bnode"), "predicate": term("x:p", kind="uri")}
    value = {**part, "object": term("1", "boolean", "typed-literal")}
    found = only(table({"n": {"type": "triple", "value": value}}))
    assert found["value"]["object"] == term("true", "boolean")
    assert found["value"]["subject"]["type"] == "bnode"


@pytest.mark.parametrize("media_type", [JSON, XML])
def test_columns_that_nobody_asked_for_are_dropped(media_type: str) -> None:
    body = table(
        {"m": term("2"), "n": term("1"), "o": term("3")}, {"o": term("3")}, columns=["o", "n", "m"]
    )
    if media_type == XML:
        cells = "".join(
            f'<binding name="{name}"><literal>{value}</literal></binding>'
            for name, value in (("o", 3), ("n", 1), ("m", 2))
        )
        body = XML_TABLE % (cells, '<binding name="o"><literal>3</literal></binding>')
    assert read(body, ["n", "m"], media_type, "csv") == "n,m\r\n1,2\r\n,\r\n"


XML_HEAD = (
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="o"/>'
    '<variable name="n"/><variable name="m"/></head><results>'
)


class _Template(str):
    def __mod__(self, rows: Any) -> Any:
        results = "".join(f"<result>{row}</result>" for row in rows)
        return f"{self}{results}</results></sparql>".encode()


XML_TABLE = _Template(XML_HEAD)


@pytest.mark.parametrize(
    "body",
    [
        b'{"head": {"link": []}, "boolean": true}',
        b'\xef\xbb\xbf{"boolean":true,"head":{},"meta":{"a":[1,{"b":12}]},"time":12}\n',
        table({"__ask_retval": term("1", "integer", "typed-literal")}, columns=["__ask_retval"]),
        table({"bool": term("true", "boolean")}, columns=["bool"]),
        table({"bool": term("1", "boolean")}, columns=["bool"]),
    ],
)
def test_a_boolean_in_its_dialects(body: bytes) -> None:
    assert read(body, None) == {"head": {}, "boolean": True}


def test_a_table_of_one_boolean_in_xml() -> None:
    cell = f'<binding name="n"><literal datatype="{XSD}boolean">0</literal></binding>'
    assert read(XML_TABLE % (cell,), None, XML) == {"head": {}, "boolean": False}
    with pytest.raises(StoreFailed, match="a table where a boolean was asked for"):
        read(XML_TABLE % (cell, cell), None, XML)


@pytest.mark.parametrize(
    "body",
    [
        b'{"results": {"ordered": true, "bindings": [], "x": 1}, "head": {"vars": ["n"]}}',
        b'{"results": {"bindings": [{}, {"n": {"type": "literal", "value": "x"}}]},'
        b' "metadata": {"httpRequests": 0}, "head": {"vars": ["n"]}}',
    ],
)
def test_members_may_come_in_any_order(body: bytes) -> None:
    for columns in (["n"], []):
        assert read(body, columns)["head"] == {"vars": ["n"]}


def test_a_table_without_columns() -> None:
    body = b'{"head": {},\n"results": { "bindings": [\n{},\n{}\n]},\n"metadata": {}}\n'
    assert read(body, [])["results"]["bindings"] == [{}, {}]


WRONG = [
    b"",
    b"{}",
    b"[]",
    b"nothing",
    b'{"head": {"vars": ["n"]}}',
    b'{"head": {"vars": ["n"]}, "results": {}}',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": [] ',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": []}} {}',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": []}}An internal server error occurred.\n',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": [], "bindings": []}}',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": []}, "boolean": true}',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": [[]]}}',
    b'{"head": {"vars": "n"}, "results": {"bindings": []}}',
    b'{"head": {"vars": ["m"]}, "results": {"bindings": []}}',
    b'{"results": {"bindings": []}}',
    b'{"results": {"bindings": [{}]}, "head": {"vars": ["m"]}}',
    b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": "x"}]}}',
    b'{"head": {"vars": ["n"]}, "meta": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    table({"n": term("a b", kind="uri")}),
    table({"n": term("", kind="bnode")}),
    table({"n": term("x", kind="other")}),
    table({"n": {"type": "literal", "value": 5}}),
    table({"n": {"type": "literal", "value": "\ud800"}}),
    b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "\xff"',
]


@pytest.mark.parametrize("body", WRONG)
def test_what_is_no_table_is_refused_in_words(body: bytes) -> None:
    for columns in (["n"], None):
        with pytest.raises(StoreFailed, match="the store"):
            read(body, columns)


@pytest.mark.parametrize(
    "body",
    [
        table(),
        table({}, columns=[]),
        table({"n": term("true", "boolean")}, {"n": term("true", "boolean")}),
        table({"n": term("true")}),
        table({"n": term("2", "integer")}),
        table({"n": term("TRUE", "boolean")}),
        b'{"head": {}, "boolean": "true"}',
        b'{"head": {}, "boolean": 1}',
    ],
)
def test_what_is_no_boolean_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(StoreFailed, match=r"a boolean was asked for|its boolean is"):
        read(body, None)


@pytest.mark.parametrize("length", ["-5", "+5", "5.0", "five", "٥", " "])
def test_a_length_that_is_none(length: str) -> None:
    with pytest.raises(StoreFailed, match="says that its answer has"):
        fetched(b"{}", length=length)


@pytest.mark.parametrize(
    ("start", "piece", "media_type"),
    [
        (b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": "', b"a", JSON),
        (b'{"head": {"vars": ["n"]}, "results": {"bindings": [', b" ", JSON),
        (b'{"head": {"link": [', b"1,", JSON),
        (b'{"results": {"bindings": [{}', b",{}", JSON),
        (XML_HEAD.encode() + b'<result><binding name="n"><literal>', b"a", XML),
        (XML_HEAD.encode() + b"<!--", b"<", XML),
    ],
)
def test_a_table_without_end_is_the_stores_fault(
    start: bytes, piece: bytes, media_type: str
) -> None:
    body = Endless(start, piece)
    with pytest.raises(StoreFailed, match=r"without a whole row|can't be read"):
        fetched(body, media_type).write_results(io.BytesIO(), QueryResultsFormat.CSV, [])
    assert body.given <= MOST_AT_ONCE + (1 << 17)


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b'<x:a> <x:b> "', "application/n-triples"),
        (b'<x:a> <x:b> """', "text/turtle"),
        (
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><',
            "application/rdf+xml",
        ),
    ],
)
def test_a_graph_without_end_is_the_stores_fault(start: bytes, media_type: str) -> None:
    body = Endless(start, b"a")
    with pytest.raises(StoreFailed, match=r"without a whole row|can't be read"):
        list(fetched(body, media_type).triples())
    assert body.given <= MOST_AT_ONCE + (1 << 17)


def test_rows_in_all_may_be_more_than_a_row_may() -> None:
    text = "x" * (1 << 20)
    body = table(*({"n": term(text)} for _ in range(20)))
    assert len(body) > MOST_AT_ONCE
    assert len(read(body, ["n"], to="csv")) == 20 * (len(text) + 2) + 3
