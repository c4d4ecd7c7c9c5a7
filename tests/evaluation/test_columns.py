"""The surroundings of an answer: its columns, its base, its bound, and a note beside it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jjjkg.evaluation import Evaluator, MalformedQuery
from jjjkg.rdf.formats import RESULTS
from support.evaluation.queries import ENDLESS

HOST = "http://example.org/sparql"


def columns(evaluator: Evaluator, query: str) -> str:
    return " ".join(json.loads(evaluator.evaluate(query).body)["head"]["vars"])


def values(evaluator: Evaluator, query: str, base: str = "") -> list[str]:
    found = json.loads(evaluator.evaluate(query, base=base).body)
    return [term["value"] for row in found["results"]["bindings"] for term in row.values()]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * { ?s ?p ?o }", "s p o"),
        ("SELECT*{?s ?p ?o}", "s p o"),
        ("select distinct * where { ?z ?b $a } order by ?a limit 3", "z b a"),
        ("SELECTREDUCED * { ?z ?b ?a }", "z b a"),
        ("SELECT * { ?z ?b ?a FILTER(?q = 1) }", "z b a"),
        ("SELECT * { FILTER(?o = 1) ?s ?p ?o }", "o s p"),
        ("SELECT * { ?s ?p ?o MINUS { ?s ?x ?y } } VALUES ?b { 1 }", "s p o b"),
        ("SELECT * { { SELECT ?o (1 AS ?a) { ?s ?p ?o } } ?s ?q ?o }", "o a s q"),
        ("SELECT * { { SELECT * { ?s ?p ?o } } }", "s p o"),
        ("SELECT * { BIND(1 AS ?z) BIND(2 AS ?y) VALUES (?x ?a) { (1 2) } }", "z y x a"),
        ("SELECT * { ?s ?p _:b . _:b ?q [] } # ?a", "s p q"),
        ("SELECT * { ?b <urn:p>/<urn:q>* ?a }", "b a"),
        ("SELECT * { ?京 ?津 ?冀 }", "京 津 冀"),
        ("PREFIX a: <urn:?b> SELECT * { ?c a:d '?x' GRAPH ?b { ?a ?x ?y } }", "c b a x y"),
        ("SELECT * {}", ""),
        ("SELECT ?p ?s { ?s ?p ?o }", "p s"),
        ("SELECT (COUNT(*) AS ?n) ?p { ?s ?p ?o } GROUP BY ?p", "n p"),
    ],
)
def test_columns_are_in_the_order_of_the_text(
    evaluator: Evaluator, query: str, expected: str
) -> None:
    assert columns(evaluator, query) == expected


def test_the_rows_of_a_star_are_those_without_it(evaluator: Evaluator) -> None:
    star = evaluator.evaluate("SELECT * { ?s ?p ?o } ORDER BY ?s ?o", results="csv").body
    named = evaluator.evaluate("SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?o", results="csv").body
    assert star == named
    assert star.count(b"\r\n") == 1502


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 8),
        ("SELECT * { ?s ?p ?o ", 20),
        ("SELECT * { ?s ex:p ?o }", 15),
    ],
)
def test_a_mistake_beside_a_star_is_where_it_was(
    evaluator: Evaluator, query: str, column: int
) -> None:
    with pytest.raises(MalformedQuery) as caught:
        evaluator.evaluate(query)
    assert caught.value.column == column


# The base


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?x { BIND(<a> AS ?x) }", "http://example.org/a"),
        ("SELECT ?x { BIND(<> AS ?x) }", HOST),
        ("SELECT ?x { BIND(<#a> AS ?x) }", HOST + "#a"),
        ("SELECT ?x { BIND(</id/hebei> AS ?x) }", "http://example.org/id/hebei"),
        ("PREFIX : <#> SELECT ?x { BIND(:a AS ?x) }", HOST + "#a"),
        ("PREFIX : <x/> SELECT ?x { BIND(:P1.S1.a AS ?x) }", "http://example.org/x/P1.S1.a"),
        ("BASE <http://b/> SELECT ?x { BIND(<a> AS ?x) }", "http://b/a"),
        ("BASE <b/> SELECT ?x { BIND(<a> AS ?x) }", "http://example.org/b/a"),
        ("SELECT ?x { BIND(IRI('a') AS ?x) BIND(<> AS ?y) }", "http://example.org/a"),
        ("SELECT ?x { VALUES ?x { <a> } } ORDER BY ?x", "http://example.org/a"),
    ],
)
def test_relative_iris_have_the_base_that_is_given(
    evaluator: Evaluator, query: str, expected: str
) -> None:
    assert values(evaluator, query, base=HOST)[0] == expected


def test_without_a_base_a_relative_iri_is_an_error(evaluator: Evaluator) -> None:
    with pytest.raises(MalformedQuery, match="<a> is relative, and the query has no BASE"):
        evaluator.evaluate("SELECT ?x { BIND(<a> AS ?x) }")


def test_with_a_base_another_mistake_is_the_one_that_is_told(evaluator: Evaluator) -> None:
    with pytest.raises(MalformedQuery, match="prefix 'ex:' is not declared"):
        evaluator.evaluate("SELECT ?x { BIND(<a> AS ?x) ?x ex:p 1 }", base=HOST)


@pytest.mark.parametrize("clause", ["FROM <asserted>", "FROM NAMED <asserted>"])
def test_the_graphs_of_a_query_are_resolved_too(evaluator: Evaluator, clause: str) -> None:
    pattern = "GRAPH ?g { ?s ?p ?o }" if "NAMED" in clause else "?s ?p ?o"
    query = f"SELECT (COUNT(*) AS ?n) {clause} {{ {pattern} }}"
    assert values(evaluator, query, base="https://w3id.org/jjjkg/graph/x") == ["1500"]


def test_a_base_that_is_not_needed_changes_nothing(evaluator: Evaluator) -> None:
    assert values(evaluator, "SELECT (1 AS ?x) {}", base="no base at all") == ["1"]


# The bound

ROWS: dict[str, Callable[[bytes], int]] = {
    "json": lambda body: len(json.loads(body)["results"]["bindings"]),
    "xml": lambda body: len(ElementTree.fromstring(body)[1]),
    "csv": lambda body: len(list(csv.reader(io.StringIO(body.decode(), newline="")))) - 1,
    "tsv": lambda body: body.count(b"\n") - 1,
}


@pytest.mark.parametrize("format", [format.name for format in RESULTS])
@pytest.mark.parametrize("most", [1, 2, 3, 30, 999, 1500, 1501, 1502])
def test_so_many_rows_are_written_and_whether_there_are_more(
    evaluator: Evaluator, format: str, most: int
) -> None:
    query = "SELECT ?s ?o ('a,{\"}\\r\\n\\\\\"],[{<result>' AS ?x) { ?s ?p ?o } ORDER BY ?s ?o"
    whole = evaluator.evaluate(query, results=format)
    assert not whole.more
    answer = evaluator.evaluate(query, results=format, most_rows=most)
    assert answer.more == (most < 1501)
    assert ROWS[format](answer.body) == min(most, 1501)
    closing = {"json": b"]}}", "xml": b"</results></sparql>"}.get(format, b"")
    assert answer.body.endswith(closing)
    assert whole.body.startswith(answer.body.removesuffix(closing))


@pytest.mark.parametrize("triples", ["ttl", "nt", "rdfxml", "jsonld"])
@pytest.mark.parametrize(("most", "more"), [(1, True), (1500, True), (1501, False), (0, False)])
def test_so_many_triples_are_written(
    evaluator: Evaluator, triples: str, most: int, more: bool
) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    answer = evaluator.evaluate(query, triples=triples, most_rows=most)
    assert answer.more is more
    if triples == "nt":
        assert answer.body.count(b" .\n") == (most or 1501)


def test_what_is_not_asked_for_is_not_evaluated(evaluator: Evaluator) -> None:
    endless = ENDLESS.replace("(COUNT(*) AS ?n)", "?a").replace("?c = ?g + 1", "true")
    answer = evaluator.evaluate(endless, most_rows=1000)
    assert answer.more
    assert ROWS["json"](answer.body) == 1000
    assert evaluator.evaluate("ASK {}", most_rows=1).more is False


# The note


@pytest.mark.parametrize(
    ("query", "note"),
    [
        (
            "SELECT ?s (COUNT(?o) AS ?c) { ?s ?p ?o } GROUP BY ?s HAVING (?c > 1)",
            ("?c", "COUNT(?o)"),
        ),
        (
            "SELECT ?s (SUM( ?n\n * 2 ) as $c) { ?s ?p ?n } GROUP BY ?s HAVING(1 < ?c)",
            ("?c", "SUM( ?n * 2 )"),
        ),
        (
            "SELECT * { { SELECT (MAX(?o) AS ?m) { ?s ?p ?o } GROUP BY ?s HAVING(?m > 1) } }",
            ("?m", "MAX(?o)"),
        ),
        ("SELECT ?s (COUNT(?o) AS ?c) { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(?o) > 99)", None),
        ("SELECT ?s (COUNT(?o) AS ?c) { ?s ?p ?o } GROUP BY ?s HAVING (?s > 1)", None),
        ("SELECT ?s (COUNT(?o) AS ?c) { ?s ?p ?o } GROUP BY ?s HAVING (COALESCE(?c, 1))", None),
        ("SELECT ?s { ?s <urn:no> ?o }", None),
        ("ASK { ?s <urn:no> ?o }", None),
    ],
)
def test_a_having_that_nothing_passes_is_noted(
    evaluator: Evaluator, query: str, note: tuple[str, str] | None
) -> None:
    for format in ("json", "csv"):
        found = evaluator.evaluate(query, results=format).note
        assert (found and (found.values["alias"], found.values["expression"])) == note


# The W3C's tests of CSV and TSV


def test_the_columns_of_the_w3cs_tests(tmp_path: Path) -> None:
    """Their data and query: https://www.w3.org/2009/sparql/docs/tests/data-sparql11/csv-tsv-res/"""
    quads = tmp_path / "data.nq"
    example = "http://example.org/"
    quads.write_text(
        f'<{example}s1> <{example}p1> <{example}s2> .\n<{example}s2> <{example}p2> "foo" .\n'
        f'<{example}s3> <{example}p3> "bar" .\n',
        encoding="utf-8",
    )
    with Evaluator(quads, default="alone", workers=1) as evaluator:
        query = "PREFIX : <http://example.org/> SELECT * WHERE { ?s ?p ?o} ORDER BY ?s ?p ?o"
        assert evaluator.evaluate(query, results="csv").body.startswith(b"s,p,o\r\n")
        assert evaluator.evaluate(query, results="tsv").body.startswith(b"?s\t?p\t?o\n")
