"""Tables of data that are not ours: what a query finds, and what may be said of it."""

import re
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import own_folder
from jjjkg.errors import InputError
from jjjkg.evaluation.files import LIMITS
from jjjkg.rdf.namespaces import expand
from jjjkg.release.asking import open_content
from jjjkg.release.content import Content
from jjjkg.release.tables import Table, make_tables, write_table


def make(content: Content, folder: Path, seconds: float = 30.0) -> tuple[Table, ...]:
    with open_content(content, replace(LIMITS, seconds=seconds)) as evaluator:
        return make_tables(evaluator, folder)


def test_numbers_stay_as_they_were_written_and_rows_are_in_order(tmp_path: Path) -> None:
    claim = """<x:b> <x:price> 34.90 . <x:a> <x:price> 010 . <x:c> <x:price> 9.0 ;
        <x:note> "a, \\"b\\"\\n京" ; <x:of> <x:z> , <x:y> ."""
    triples = tuple(quad.triple for quad in ox.parse(claim.encode(), ox.RdfFormat.TURTLE))
    parts = {"asserted": triples, "inferred": (), "ontology": (), "provenance": (), "dataset": ()}
    file = tmp_path / "prices.rq"
    file.write_text(
        """#+ summary: Prices.
#+ summary-zh: 价格。
#+ order: price
#+ lists: of
#+ column-price: The price.
#+ column-price-zh: 价格。
#+ column-note: A note.
#+ column-note-zh: 注。
#+ column-of: Whose.
#+ column-of-zh: 所属。
SELECT ?price ?note (GROUP_CONCAT(STR(?x); separator=" ") AS ?of) {
    ?thing <x:price> ?price . OPTIONAL { ?thing <x:note> ?note ; <x:of> ?x }
} GROUP BY ?price ?note
""",
        encoding="utf-8",
    )
    (table,) = make(Content(parts, {}, {}, "1"), tmp_path)
    text = write_table(table).decode()
    assert text == 'price,note,of\r\n9.0,"a, ""b""\n京",x:y x:z\r\n010,,\r\n34.90,,\r\n'
    assert table.columns[0].datatypes == {expand("xsd:integer"), expand("xsd:decimal")}
    empty = Content({**parts, "asserted": ()}, {}, {}, "1")
    assert make(empty, tmp_path) == ()


def test_a_key_that_is_none_is_not_told(tmp_path: Path) -> None:
    text = "<x:a> <x:name> 2 , 1 . <x:b> <x:name> 3 ; <x:of> <x:a> ."
    triples = tuple(quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    for name, property in (("links", "of"), ("things", "name")):
        (tmp_path / f"{name}.rq").write_text(
            f"""#+ summary: T.
#+ summary-zh: 表。
#+ order: id
#+ key: id
#+ references: value=things.id
#+ column-id: I.
#+ column-id-zh: 一。
#+ column-value: V.
#+ column-value-zh: 值。
SELECT ?id ?value {{ ?id <x:{property}> ?value }}
""",
            encoding="utf-8",
        )
    content = Content({"asserted": triples}, {}, {}, "1")
    links, things = make(content, tmp_path)
    assert (links.key, links.references) == (("id",), {})
    assert (things.key, things.rows) == ((), (("x:a", "1"), ("x:a", "2"), ("x:b", "3")))
    (tmp_path / "things.rq").unlink()
    assert make(content, tmp_path)[0].references == {}


def test_a_thing_with_two_names_is_one_node(tmp_path: Path) -> None:
    text = """<x:a> <x:knows> <x:b> ; <http://www.w3.org/2000/01/rdf-schema#label>
        "B"@en , "A"@en , "乙"@zh , "甲"@zh ."""
    triples = tuple(quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    tables = make(Content({"asserted": triples}, {}, {}, "1"), own_folder() / "queries/tables")
    nodes = next(table for table in tables if table.name == "nodes")
    assert [row[:3] for row in nodes.rows] == [("x:a", "A", "乙"), ("x:b", "x:b", "")]


@pytest.mark.parametrize(
    ("header", "query", "words"),
    [
        ("", "SELECT ?s { ?s ?p ?o }", "lacks '#+ column-s: ...'"),
        ("#+ column-s-zh: 某。\n", "SELECT ?s { ?s ?p ?o }", "lacks '#+ column-s: ...'"),
        ("#+ order: x\n", "SELECT ?s { ?s ?p ?o }", "'x', which is no column"),
        ("#+ key: y\n", "SELECT ?s { ?s ?p ?o }", "'y', which is no column"),
        ("", "ASK {}", "make it a SELECT"),
        ("", "SELECT {", "is no query"),
    ],
)
def test_a_query_that_makes_no_table_is_told(
    tmp_path: Path, header: str, query: str, words: str
) -> None:
    triple = ox.Triple(*map(ox.NamedNode, ("x:a", "x:b", "x:c")))
    (tmp_path / "t.rq").write_text(f"#+ summary: T.\n#+ summary-zh: 表。\n{header}{query}\n")
    with pytest.raises(InputError, match=re.escape(words)) as refused:
        make(Content({"asserted": (triple,)}, {}, {}, "1"), tmp_path)
    assert str(tmp_path / "t.rq") in str(refused.value)


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
