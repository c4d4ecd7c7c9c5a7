"""Rows counted in the bytes of a result, however it is cut into pieces."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjjkg.evaluation.results import Rows

FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
#: What might be taken for a row, and what else a string may hold.
TEXTS = st.lists(
    st.sampled_from(['"', "\\", ",{", "[{", "}", "\r\n", "\n", "\r", "<result>", "a", "京"]),
    max_size=8,
).map("".join)


def write(texts: list[str | None], format: str) -> bytes:
    """A result with a row for each text; None for one that binds nothing."""
    rows = " ".join(f"({'UNDEF' if t is None else ox.Literal(t)})" for t in texts)
    found = ox.Store().query(f"SELECT ?x {{ VALUES (?x) {{ {rows} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    written = found.serialize(format=FORMATS[format])
    assert written is not None
    return written


@pytest.mark.parametrize("format", FORMATS)
@given(texts=st.lists(st.none() | TEXTS, max_size=6), size=st.integers(1, 40))
def test_rows_are_counted_exactly(format: str, texts: list[str | None], size: int) -> None:
    written, rows = write(texts, format), Rows(format)
    for start in range(0, len(written), size):
        rows.feed(written[start : start + size])
    assert rows.feed(b"") == len(texts)


def test_an_ask_has_no_rows() -> None:
    assert Rows("json").feed(b'{"head":{},"boolean":true}') == 0
