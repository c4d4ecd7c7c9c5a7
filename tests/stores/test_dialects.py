"""Answers that are not by the book: read where they can mean one thing, else refused."""

from typing import Any

import pytest

from jjjkg.evaluation import StoreFailed
from support.stores.answers import JSON, XML, XSD, read, table, term, xml_table


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
        body = xml_table(cells, '<binding name="o"><literal>3</literal></binding>')
    assert read(body, ["n", "m"], media_type, "csv") == "n,m\r\n1,2\r\n,\r\n"


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
    assert read(xml_table(cell), None, XML) == {"head": {}, "boolean": False}
    with pytest.raises(StoreFailed, match="a table where a boolean was asked for"):
        read(xml_table(cell, cell), None, XML)


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
