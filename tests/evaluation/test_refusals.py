"""Queries that are refused: in words, and before they can do harm."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jjjkg.evaluation import (
    Evaluator,
    MalformedQuery,
    RefusedQuery,
    UnavailableFormat,
    UnsupportedQuery,
)
from jjjkg.rdf.namespaces import PREFIXES
from support.evaluation.queries import count

JJJ = PREFIXES["jjj"]


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("SELEC * {}", 1, 1, "found SELEC where ASK, BASE"),
        ("SELECT *\n{ ?s ?p }", 2, 9, "found }"),
        ("SELECT * { ?京 ?p", 1, 17, "ends too early"),
        ("SELECT * { ?s ex:p ?o }", 1, 15, "'ex:' is not declared; add PREFIX ex: <...>"),
        ("SELECT * { ?s a jjj:Firm }", 1, 17, f"add PREFIX jjj: <{JJJ}>"),
        ("SELECT * { ?s <p> ?o }", 1, 15, "<p> is relative"),
        ("SELECT * { ?s ?p <http://a b> }", 1, 18, "no IRI may hold"),
        ('SELECT * { ?s ?p "abc }', 1, 18, "not closed"),
        ('SELECT * { ?s ?p "a\\q" }', 1, 20, "not an escape"),
        ("SELECT * { ?s ?p “x” }", 1, 18, "left double quotation mark"),
        ("SELECT * { ?s <not an iri> ?o }", 1, 15, "the IRI <not an iri> holds a blank"),
        ("SELECT * { ?s ?p <http://{x}> }", 1, 18, "the IRI <http://{x}> holds {"),
        ("SELECT * { ?s < ?o . ?o > ?s }", 1, 15, "found < where"),
        ("\ufeffSELECT * { ?s ?p }", 1, 18, "found }"),
        ("S\\u0045LECT * {}", 1, 2, "backslash"),
        ("", 1, 1, "empty"),
        ("ASK {} ASK {}", 1, 8, "found ASK where the end of the query"),
        ("SELECT * { ?s ?p ?o FILTER(nope(?s)) }", 1, 28, "found nope"),
    ],
)
def test_a_syntax_error_is_told_with_its_place_in_words(
    evaluator: Evaluator, query: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(MalformedQuery) as caught:
        evaluator.evaluate(query)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in str(caught.value.message)
    assert "u{" not in str(caught.value)
    assert "\n" not in str(caught.value.message)


def test_the_caret_stands_below_the_place_beside_wide_characters(evaluator: Evaluator) -> None:
    with pytest.raises(MalformedQuery) as caught:
        evaluator.evaluate('SELECT * {\n\t?s ?p "京津" "x" }')
    shown, caret = caught.value.excerpt.splitlines()
    assert shown == '\t?s ?p "京津" "x" }'
    assert caret == "\t" + " " * len('?s ?p "') + " " * 4 + " " * len('" ') + "^"


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "*", "SELECT * can't be used with GROUP BY"),
        ("SELECT * { ?s ?p ?o } HAVING(COUNT(*) > 1)", "*", "SELECT * can't be used with an agg"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", "?s", "?s is not in GROUP BY"),
        ("SELECT ?p { ?s ?p ?o } GROUP BY ?s (STR(?p) AS ?x)", "?p", "?p is not in GROUP BY"),
        ("SELECT (SUM(?s) AS ?n) (?p + 1 AS ?m) { ?s ?p ?o }", "?p", "?p is not in GROUP BY"),
        ("SELECT (COUNT(*) AS ?n) (EXISTS { ?a ?b ?c } AS ?e) ?s { ?s ?p ?o }", "?s", "SAMPLE(?s)"),
        ("ASK { { SELECT ?s { ?s ?p ?o } ORDER BY MAX(?o) } ?s ?p ?o }", "?s", "?s is not in"),
        ("SELECT * { VALUES ?x { 1 2 } VALUES (?x ?y) { (1) } }", "(1)", "(here 2), and this one"),
        ("SELECT * { VALUES (?x ?y) { (<a:b> <a:c>) (<a:b>) } }", "(<a:b>)", "this one has 1"),
        ('ASK {} VALUES (?x) { ("1"^^<a:b>) ("京"@zh -1) }', '("京"', "this one has 2"),
        ("ASK {} VALUES () { () (UNDEF) }", "(UNDEF)", "(here 0), and this one has 1"),
    ],
)
def test_a_broken_rule_beyond_the_grammar_is_told_with_its_place(
    evaluator: Evaluator, query: str, place: str, words: str
) -> None:
    with pytest.raises(MalformedQuery) as caught:
        evaluator.evaluate(query)
    assert words in str(caught.value.message)
    assert (caught.value.line, caught.value.column) == (1, query.index(place) + 1)


@pytest.mark.parametrize("opening", ["{", "(", "[ ?p ", "!", "OPTIONAL {", "FILTER NOT EXISTS {"])
def test_nesting_that_would_crash_the_parser_is_a_syntax_error(
    evaluator: Evaluator, opening: str
) -> None:
    repeated = 40_000 // len(opening)
    with pytest.raises(MalformedQuery, match="nested more than 200 deep"):
        evaluator.evaluate("SELECT * { FILTER(" + opening * repeated)
    assert count(evaluator) == 1501


@pytest.mark.parametrize("query", ["INSERT DATA {}", "# x\nPREFIX a: <http://b> drop all"])
def test_updates_are_refused(evaluator: Evaluator, query: str) -> None:
    with pytest.raises(RefusedQuery, match="update"):
        evaluator.evaluate(query)


def test_service_is_refused(evaluator: Evaluator) -> None:
    with pytest.raises(RefusedQuery, match=r"SERVICE \(line 2, column 1\)"):
        evaluator.evaluate("SELECT * {\nSERVICE <http://example.org/> {} }")


def test_no_worker_reaches_the_network(
    evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch, quads: Path
) -> None:
    """Even where the reading of terminals were fooled."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        script = (
            "from jjjkg.evaluation import engine\n"
            "from jjjkg.evaluation.sparql import admission\n"
            "admission.check_query = engine.check_with_engine = lambda *_: None\n"
            "import sys, jjjkg.evaluation.workers.fork_server as fork_server\n"
            "fork_server.main(sys.argv[1:])\n"
        )
        real = subprocess.Popen

        def start(command: list[str], **options: object) -> object:
            return real([sys.executable, "-c", script, *command[4:]], **options)

        monkeypatch.setattr("jjjkg.evaluation.workers.handles.subprocess.Popen", start)
        with (
            Evaluator(quads) as fooled,
            pytest.raises(UnsupportedQuery, match="can't evaluate"),
        ):
            fooled.evaluate(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_acceptable_format_is_told_with_the_form(evaluator: Evaluator) -> None:
    with pytest.raises(UnavailableFormat) as caught:
        evaluator.evaluate("ASK {}", results=None)
    assert caught.value.form == "ASK"
    with pytest.raises(UnavailableFormat):
        evaluator.evaluate("CONSTRUCT {} {}", triples=None)


@pytest.mark.parametrize(
    ("query", "formats", "words"),
    [
        ("ASK { FILTER(<http://example.org/f>(1)) }", {}, "function"),
        (
            "SELECT (<http://www.w3.org/2001/XMLSchema#integr>(1) AS ?x) {}",
            {},
            "did you mean <http://www.w3.org/2001/XMLSchema#integer>?",
        ),
        ('SELECT ("\x01" AS ?x) {}', {"results": "xml"}, "U+0001"),
        ('CONSTRUCT { <a:b> <a:c> "\x01" } {}', {"triples": "rdfxml"}, "U+0001"),
        ("CONSTRUCT { <a:b> <a:b/1> 1 } {}", {"triples": "rdfxml"}, "<a:b/1>"),
    ],
)
def test_what_cannot_be_answered_says_why(
    evaluator: Evaluator, query: str, formats: dict[str, str], words: str
) -> None:
    with pytest.raises(UnsupportedQuery) as caught:
        evaluator.evaluate(query, **formats)
    assert words in str(caught.value)


def test_a_name_that_looks_like_service_is_none_to_the_engine(evaluator: Evaluator) -> None:
    prefixes = "PREFIX service: <http://e/> PREFIX SERVICE: <http://e/>"
    for query in (
        f"{prefixes} SELECT * {{ ?s ?p service:x {{ ?a ?b ?c }} }}",
        f"{prefixes} SELECT * {{ VALUES (?service ?SERVICE) {{ (1 2) }} }}",
        f"{prefixes} SELECT * {{ GRAPH SERVICE:x {{ ?s ?p 'SERVICE <http://e/> {{}}' }} }}",
    ):
        evaluator.evaluate(query)
    with pytest.raises(RefusedQuery, match=r"SERVICE \(line 1, column \d+\) is refused"):
        evaluator.evaluate(f"{prefixes} SELECT * {{ SERVICEservice:x {{ ?a ?b ?c }} }}")
