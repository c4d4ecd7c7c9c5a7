"""The comparison of results itself: what it takes for equal, and what it does not."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from support.conformance.results import Table, agree, read_result

A, B = ox.BlankNode("a"), ox.BlankNode("b")
ONE, TWO = ox.Literal(1), ox.Literal(2)


def table(*rows: dict[str, object], ordered: bool = False) -> Table:
    return Table([*rows], ordered)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "expected", "equal"),
    [
        (table({"x": ONE}, {"x": TWO}), table({"x": TWO}, {"x": ONE}), True),
        (table({"x": ONE}, {"x": TWO}), table({"x": TWO}, {"x": ONE}, ordered=True), False),
        (table({"x": ONE}), table({"x": ONE}, {"x": ONE}), False),
        (table({"x": ONE}), table({"y": ONE}), False),
        (table({"x": A, "y": A}), table({"x": B, "y": B}), True),
        (table({"x": A, "y": A}), table({"x": A, "y": B}), False),
        (table({"x": A, "y": B}), table({"x": A, "y": A}), False),
        (table({"x": A}, {"x": A, "y": ONE}), table({"x": B}, {"x": A, "y": ONE}), False),
        (table({"x": ox.Literal("01", datatype=ONE.datatype)}), table({"x": ONE}), True),
        (table({"x": ox.Literal("1")}), table({"x": ONE}), False),
        (True, True, True),
        (True, False, False),
        (True, table({}), False),
    ],
)
def test_results_agree_by_value_and_blank_nodes_by_place(
    found: Table | bool, expected: Table | bool, equal: bool
) -> None:
    assert agree(found, expected) is equal


def test_the_number_of_equal_rows_may_be_left_open() -> None:
    assert agree(table({"x": ONE}), table({"x": ONE}, {"x": ONE}), lax=True)


def test_a_result_set_in_turtle_is_read_with_its_order(tmp_path: Path) -> None:
    file = tmp_path / "result.ttl"
    file.write_text(
        """@prefix rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> .
        [] a rs:ResultSet ; rs:resultVariable "x" ;
            rs:solution [ rs:index 2 ; rs:binding [ rs:variable "x" ; rs:value 1 ] ] ,
                [ rs:index 1 ; rs:binding [ rs:variable "x" ; rs:value 2 ] ] ."""
    )
    assert read_result(file) == table({"x": TWO}, {"x": ONE}, ordered=True)
