"""Answers of other stores, by value: what is the same, what differs, and what is no answer."""

import json
from pathlib import Path

import pytest

from jjjkg.publishing.answers import read_answer
from jjjkg.rdf.namespaces import PREFIXES
from support.stores.holdings import publish
from support.stores.proxy import Answer, proxied

XSD = PREFIXES["xsd"]
JSON = {"Content-Type": "application/sparql-results+json"}


def answer(value: object, datatype: str = "", **more: object) -> bytes:
    kind = {"datatype": XSD + datatype} if datatype else {}
    term = {"type": "literal", "value": value, **kind, **more}
    return json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": [{"n": term}]}}).encode()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("34.90", "decimal"), ("3.49E1", "double")),
        (("7", "nonNegativeInteger"), ("7", "integer")),
        (("62980000000", "integer"), ("62980000000", "decimal")),
        (("true", "boolean"), ("1", "boolean")),
        (("NaN", "double"), ("NaN", "double")),
        (("INF", "double"), ("INF", "float")),
    ],
)
def test_the_same_value_in_other_words(ours: tuple[str, str], theirs: tuple[str, str]) -> None:
    assert read_answer(answer(*theirs)).differs(read_answer(answer(*ours))) == ""


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("1", "integer"), ("true", "boolean")),
        (("1", "integer"), ("1", "string")),
        (("1", "double"), ("NaN", "double")),
        (("一", "integer"), ("1", "integer")),
        (("2024", "gYear"), ("2024", "integer")),
    ],
)
def test_another_value(ours: tuple[str, str], theirs: tuple[str, str]) -> None:
    words = read_answer(answer(*theirs)).differs(read_answer(answer(*ours)))
    assert words == "1 rows missing, 1 rows more"


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        (("true", "boolean"), ("1", "integer"), True),
        (("false", "boolean"), ("0", "integer"), True),
        (("true", "boolean"), ("0", "integer"), False),
        (("true", "boolean"), ("2", "integer"), False),
        (("true", "boolean"), ("true", "string"), False),
        (("1", "integer"), ("true", "boolean"), False),
    ],
)
def test_a_number_for_a_boolean(ours: tuple[str, str], theirs: tuple[str, str], same: bool) -> None:
    expected = read_answer(answer(*ours))
    found = read_answer(answer(*theirs))
    assert (found.read_booleans(expected).differs(expected) == "") is same
    assert found.differs(expected), "which no other comparison passes over"


def test_a_number_stays_one_in_a_column_of_both() -> None:
    def rows(*values: tuple[str, str]) -> bytes:
        terms = [
            {"n": {"type": "literal", "value": value, "datatype": XSD + datatype}}
            for value, datatype in values
        ]
        return json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": terms}}).encode()

    ours = read_answer(rows(("true", "boolean"), ("1", "integer")))
    theirs = read_answer(rows(("1", "integer"), ("1", "integer")))
    assert theirs.read_booleans(ours).differs(ours) == "1 rows missing, 1 rows more"
    assert ours.read_booleans(ours).differs(ours) == ""


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 200_000,
        b'{"head": {}, "boolean": true}',
        answer([]),
        answer("x", **{"xml:lang": 5}),
    ],
)
def test_what_is_no_answer_differs_from_every_one(text: bytes) -> None:
    assert read_answer(text).differs(read_answer(answer("x"))).startswith("not SPARQL results")


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"results": {"bindings": [5]}}'])
def test_counts_that_are_none_are_one_clear_line(
    body: bytes, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with proxied() as proxy:
        proxy.react = lambda _: Answer(200, JSON, body)
        assert publish("--to", proxy.url, "--dry-run", "--data", small) == 2
    assert "does not answer queries" in capsys.readouterr().err.splitlines()[-1]
