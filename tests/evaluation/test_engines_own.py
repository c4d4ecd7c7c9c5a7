"""The engine's own differences from the recommendations, as docs/clients.md lists them."""

import re

import pyoxigraph as ox
import pytest

from support import ROOT

GUIDE = ROOT / "docs" / "clients.md"
XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
ROWS = re.findall(
    r"^\| `((?:ASK|SELECT).*?\})`.*\| (.+) \|$", GUIDE.read_text("utf-8"), flags=re.MULTILINE
)


def test_there_are_some() -> None:
    assert len(ROWS) == 6


@pytest.mark.parametrize(("query", "told"), ROWS, ids=[query for query, _ in ROWS])
def test_the_engine_answers_as_is_told(query: str, told: str) -> None:
    found = ox.Store().query(f"{XSD} {query}")
    if isinstance(found, ox.QueryBoolean):
        answer = "yes" if found else "no"
    else:
        assert isinstance(found, ox.QuerySolutions)
        (row,) = found
        answer = row["x"].value if row["x"] else "no value"
    assert answer == told
