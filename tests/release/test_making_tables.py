"""Tables of data that are not ours: the rows of a query, and the description of its columns."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import own_folder
from jjjkg.errors import InputError
from jjjkg.evaluation.files import LIMITS
from jjjkg.release.content import Content, open_content
from jjjkg.release.tables import Table, make_tables, write_table


def make(content: Content, folder: Path, seconds: float = 30.0) -> tuple[Table, ...]:
    with open_content(content, replace(LIMITS, seconds=seconds)) as evaluator:
        return make_tables(evaluator, folder)


def put(folder: Path, name: str, query: str, header: str = "", **columns: object) -> None:
    """Write a table's query, and the description of its columns with more of the schema."""
    words = "#+ summary: T.\n#+ summary-zh: 表。\n"
    (folder / f"{name}.rq").write_text(f"{words}{header}{query}\n", encoding="utf-8")
    schema = {key: columns.pop(key) for key in ("primaryKey", "foreignKeys") if key in columns}
    described = [
        {
            "name": column,
            "dc:description": [{"@value": f"The {column}.", "@language": "en"}],
            **(more if isinstance(more, dict) else {}),
        }
        for column, more in columns.items()
    ]
    text = json.dumps({"tableSchema": {"columns": described, **schema}})
    (folder / f"{name}.csv-metadata.json").write_text(text)


def test_numbers_stay_as_they_were_written_and_rows_are_in_order(tmp_path: Path) -> None:
    claim = """<x:b> <x:price> 34.90 . <x:a> <x:price> 010 . <x:c> <x:price> 9.0 ;
        <x:note> "a, \\"b\\"\\n京" ; <x:of> <x:z> , <x:y> ."""
    triples = tuple(quad.triple for quad in ox.parse(claim.encode(), ox.RdfFormat.TURTLE))
    parts = {"asserted": triples, "inferred": (), "ontology": (), "provenance": (), "dataset": ()}
    query = """SELECT ?price ?note (GROUP_CONCAT(STR(?x); separator=" ") AS ?of) {
        ?thing <x:price> ?price . OPTIONAL { ?thing <x:note> ?note ; <x:of> ?x }
    } GROUP BY ?price ?note"""
    columns: dict[str, object] = {"price": {}, "note": {}, "of": {"separator": " "}}
    put(tmp_path, "prices", query, "#+ order: price\n", **columns)
    (table,) = make(Content(parts, {}, {}, "1"), tmp_path)
    text = write_table(table).decode()
    assert text == 'price,note,of\r\n9.0,"a, ""b""\n京",x:y x:z\r\n010,,\r\n34.90,,\r\n'
    kinds = [column["datatype"] for column in table.description["tableSchema"]["columns"]]
    assert kinds == ["decimal", "string", "anyURI"]
    empty = Content({**parts, "asserted": ()}, {}, {}, "1")
    assert make(empty, tmp_path) == ()


def test_a_key_that_is_none_is_not_told(tmp_path: Path) -> None:
    text = "<x:a> <x:name> 2 , 1 . <x:b> <x:name> 3 ; <x:of> <x:a> ."
    triples = tuple(quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    reference = {"resource": "things.csv", "columnReference": "id"}
    keys = {
        "primaryKey": "id",
        "foreignKeys": [{"columnReference": "value", "reference": reference}],
    }
    for name, property in (("links", "of"), ("things", "name")):
        query = f"SELECT ?id ?value {{ ?id <x:{property}> ?value }}"
        put(tmp_path, name, query, "#+ order: id\n", id={}, value={}, **keys)
    content = Content({"asserted": triples}, {}, {}, "1")
    links, things = (table.description["tableSchema"] for table in make(content, tmp_path))
    assert links.keys() == {"columns", "primaryKey"}
    assert links["primaryKey"] == ["id"]
    assert things.keys() == {"columns"}
    assert make(content, tmp_path)[1].rows == (("x:a", "1"), ("x:a", "2"), ("x:b", "3"))
    (tmp_path / "things.rq").unlink()
    (links,) = (table.description["tableSchema"] for table in make(content, tmp_path))
    assert links.keys() == {"columns", "primaryKey"}


def test_a_thing_with_two_names_is_one_node(tmp_path: Path) -> None:
    text = """<x:a> <x:knows> <x:b> ; <http://www.w3.org/2000/01/rdf-schema#label>
        "B"@en , "A"@en , "乙"@zh , "甲"@zh ."""
    triples = tuple(quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    tables = make(Content({"asserted": triples}, {}, {}, "1"), own_folder() / "queries/tables")
    nodes = next(table for table in tables if table.name == "nodes")
    assert [row[:3] for row in nodes.rows] == [("x:a", "A", "乙"), ("x:b", "x:b", "")]


@pytest.mark.parametrize(
    ("header", "columns", "query", "file", "words"),
    [
        ("", {}, "SELECT ?s { ?s ?p ?o }", ".csv-metadata.json", "the column 's' has no"),
        ("", {"s": {"dc:description": []}}, "SELECT ?s { ?s ?p ?o }", ".csv-", "'s' has no"),
        ("", {"s": {}, "x": {}}, "SELECT ?s { ?s ?p ?o }", ".csv-", "columns has 'x', which"),
        ("", {"s": {}, "primaryKey": "y"}, "SELECT ?s { ?s ?p ?o }", ".csv-", "'y', which is not"),
        (
            "",
            {"s": {}, "foreignKeys": [{}]},
            "SELECT ?s { ?s ?p ?o }",
            ".csv-",
            "not a description",
        ),
        ("#+ order: x\n", {"s": {}}, "SELECT ?s { ?s ?p ?o }", ".rq", "'x', which is not a column"),
        ("", {}, "ASK {}", ".rq", "make it a SELECT"),
        ("", {}, "SELECT {", ".rq", "is not a query"),
    ],
)
def test_a_query_that_makes_no_table_is_told(
    tmp_path: Path, header: str, columns: dict[str, object], query: str, file: str, words: str
) -> None:
    triple = ox.Triple(*map(ox.NamedNode, ("x:a", "x:b", "x:c")))
    put(tmp_path, "t", query, header, **columns)
    with pytest.raises(InputError, match=re.escape(words)) as refused:
        make(Content({"asserted": (triple,)}, {}, {}, "1"), tmp_path)
    assert f"{tmp_path / 't'}{file}" in str(refused.value)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "[]", "{}", '{"tableSchema": {"columns": 1}}'])
def test_metadata_that_are_none_are_told(tmp_path: Path, text: str) -> None:
    triple = ox.Triple(*map(ox.NamedNode, ("x:a", "x:b", "x:c")))
    put(tmp_path, "t", "SELECT ?s { ?s ?p ?o }", s={})
    (tmp_path / "t.csv-metadata.json").write_text(text)
    with pytest.raises(InputError, match="is not a description of a table"):
        make(Content({"asserted": (triple,)}, {}, {}, "1"), tmp_path)
    (tmp_path / "t.csv-metadata.json").unlink()
    with pytest.raises(InputError, match="can't be read: No such file"):
        make(Content({"asserted": (triple,)}, {}, {}, "1"), tmp_path)


#: Joins of values, however few the data are; and a text that ends a parser.
SLOW = " ".join(f"VALUES ?v{number} {{ 1 2 3 4 5 6 7 8 }}" for number in range(12))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (f"SELECT (COUNT(*) AS ?n) {{ {SLOW} }}", "takes longer than 0.5 seconds"),
        (f"SELECT ?n {{ {'{' * 40_000} {'}' * 40_000} }}", "nested"),
        ("SELECT ?n { SERVICE <http://127.0.0.1:1/> { ?n ?p ?o } }", "SERVICE"),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", "INSERT is an update"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "make it a SELECT"),
    ],
    ids=["slow", "deep", "service", "update", "construct"],
)
def test_a_hostile_query_is_refused_in_time(tmp_path: Path, query: str, words: str) -> None:
    triple = ox.Triple(*map(ox.NamedNode, ("x:a", "x:b", "x:c")))
    (tmp_path / "t.rq").write_text(f"#+ summary: T.\n#+ summary-zh: 表。\n{query}\n")
    with pytest.raises(InputError, match=r"t\.rq:") as refused:
        make(Content({"asserted": (triple,)}, {}, {}, "1"), tmp_path, seconds=0.5)
    assert words in str(refused.value)
