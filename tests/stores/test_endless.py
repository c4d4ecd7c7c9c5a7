"""Answers of stores that have no end, or say a length that is none: the store's fault, in words."""

import io

import pytest

from jjjkg.evaluation import StoreFailed
from jjjkg.evaluation.remote.fetched import MOST_AT_ONCE
from support.stores.answers import JSON, XML, XML_HEAD, Endless, fetched, read, table, term


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
        fetched(body, media_type).write_results("csv", io.BytesIO(), [])
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
