"""Rows as Python values and as DataFrames."""

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from jjjkg import InputError, Rows
from jjjkg.rdf.namespaces import expand

Cell = tuple[str, str] | None


def make(*given: dict[str, Cell], **columns: Cell) -> Rows:
    """Rows, or one: of each column the datatype ("uri" for an IRI) and the text."""
    rows = []
    for cells in given or (columns,):
        row: dict[str, dict[str, str]] = {}
        for name, cell in cells.items():
            if cell:
                kind, text = cell
                row[name] = {"type": "uri" if kind == "uri" else "literal", "value": text}
                if kind not in ("uri", ""):
                    row[name]["datatype"] = expand(kind)
        rows.append(row)
    names = list(given[0] if given else columns)
    found = {"head": {"vars": names}, "results": {"bindings": rows}}
    return Rows(json.dumps(found).encode())


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("xsd:integer", "43000", 43000),
        ("xsd:positiveInteger", "43000", 43000),
        ("xsd:unsignedByte", "255", 255),
        ("xsd:decimal", "34.90", Decimal("34.90")),
        ("xsd:double", "1.5E0", 1.5),
        ("xsd:boolean", "true", True),
        ("xsd:boolean", "0", False),
        ("xsd:date", "2024-03-07", date(2024, 3, 7)),
        ("xsd:dateTime", "2024-03-07T23:59:59Z", datetime(2024, 3, 7, 23, 59, 59, tzinfo=UTC)),
        ("xsd:date", "-0044-03-15", "-0044-03-15"),
        ("xsd:integer", "many", "many"),
        ("", "京", "京"),
        ("uri", "https://w3id.org/jjjkg/id/hebei", "https://w3id.org/jjjkg/id/hebei"),
        ("jjj:unknown", "x", "x"),
    ],
)
def test_a_value_is_pythons_own(kind: str, text: str, value: object) -> None:
    (row,) = make(x=(kind, text))
    assert row["x"] == value
    assert type(row["x"]) is type(value)


def test_what_is_not_there_is_none() -> None:
    rows = make(x=("", "a"), y=None)
    assert rows.columns == ("x", "y")
    assert list(rows) == [{"x": "a", "y": None}]
    assert rows[0]["y"] is None
    assert rows[-1:] == (rows[0],)
    assert len(rows) == 1


def test_rows_are_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    rows = make(x=("uri", "https://w3id.org/jjjkg/id/hebei"), y=("", "<b>"))
    assert "kg:hebei │ <b>" in repr(rows)
    assert "<td>kg:hebei</td>" in rows._repr_html_()
    assert "&lt;b&gt;" in rows._repr_html_()


def test_a_hundred_rows_are_drawn_and_all_are_counted() -> None:
    given: list[dict[str, Cell]] = [{"x": ("", f"row {number}")} for number in range(1, 1502)]
    for rows, last, counted in (
        (make(*given), 100, "the first 100 of 1,501 rows"),
        (make(*given[:100]), 100, "100 rows"),
    ):
        for drawn in (repr(rows), rows._repr_html_()):
            assert f"row {last}" in drawn
            assert f"row {last + 1}" not in drawn
            assert drawn.splitlines()[-1] == counted


def test_a_dataframe_has_the_types_of_its_columns() -> None:
    rows = make(
        whole=("xsd:integer", "7"),
        part=("xsd:decimal", "21.4"),
        so=("xsd:boolean", "true"),
        thing=("uri", "https://w3id.org/jjjkg/id/hebei"),
        none=None,
    )
    frame = rows.dataframe()
    kinds = [str(frame[name].dtype) for name in ("whole", "part", "so")]
    assert kinds == ["Int64", "float64", "boolean"]
    assert math.isclose(frame["part"].sum(), 21.4)
    assert frame["thing"][0] == "https://w3id.org/jjjkg/id/hebei"
    assert rows.dataframe(prefixed=True)["thing"][0] == "kg:hebei"
    assert frame["none"].isna().all()


def test_whole_numbers_are_kept_whatever_their_size() -> None:
    greatest = (1 << 63) - 1
    for number, kind in ((greatest, "Int64"), (greatest + 1, "object"), (1 << 80, "object")):
        column = make({"x": ("xsd:integer", str(number))}, {"x": None}).dataframe()["x"]
        assert (str(column.dtype), column[0]) == (kind, number)
        assert column.isna().to_list() == [False, True]


def test_without_pandas_there_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match="pip install pandas"):
        make(x=("", "a")).dataframe()
