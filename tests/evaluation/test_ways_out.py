"""Ways to other hosts: refused in every spelling, and words that are none pass."""

import pytest

from jjjkg.evaluation import Evaluator, MalformedQuery, RefusedQuery

OUT = (
    "SELECT * { SERVICE <http://x/> {} }",
    "SELECT * { service SILENT <http://x/> {} }",
    "SELECT * { SERVICE#c\n<http://x/> {} }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE ?x {} } } } }",
    "PREFIX x: <http://x/> SELECT * { SERVICE x:y {} }",
    "PREFIX : <http://x/> SELECT * { SERVICE:a {} }",
    "SELECT * { FILTER EXISTS { SERVICE<http://x/>{} } }",
    "ASK { ?s ?p ?o FILTER(1<2)SERVICE <http://x/> {} }",
    "SELECT * { SERVICESILENT<http://x/> {} }",
    "SELECT * { \\u0053ERVICE <http://x/> {} }",
    "SELECT * { S\\u0045RVICE <http://x/> {} }",
    "LOAD <http://x/>",
    "PREFIX a: <b:c> LOAD SILENT <http://x/> INTO GRAPH <a:b>",
    "SELECT * FROM <http://x/> { SERVICE <http://x/> {} }",
    'SELECT * { BIND("\\"" AS ?x) SERVICE <http://x/> {} }',
    "SELECT * { BIND('''a'b''' AS ?x) SERVICE <http://x/> {} }",
    "SELECT * { ?a ?b 1.SERVICE <http://x/> {} }",
    'SELECT * { ?a ?b "x"@en.SERVICE <http://x/> {} }',
    "SELECT * { ?a ?b _:c.SERVICE <http://x/> {} }",
    "PREFIX a:<b:c> SELECT * { ?a ?b a:c.SERVICE <http://x/> {} }",
    "SELECT * { ?a ?b ?c.SERVICE <http://x/> {} }",
    "SELECT * { ?a ?b true.SERVICE <http://x/> {} }",
    "SELECT*{?a?b<a:c>.SERVICE<http://x/>{}}",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <http://x/> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <http://x/> { ?s ?p ?o } }",
)
#: Strings, names, variables and comments that merely hold the words.
HARMLESS = (
    'SELECT * { ?s ?p "SERVICE <http://x/> {}" }',
    "SELECT * { ?s <http://x/SERVICE> ?o }",
    "SELECT ?SERVICE { ?SERVICE ?p ?o }",
    "PREFIX SERVICE: <http://x/> SELECT * { ?s SERVICE:a ?o }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://x/> {}",
    "PREFIX a: <http://x/> SELECT * { GRAPH a:SERVICE { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''SERVICE\n<a:b> {}''' }",
    'SELECT * { ?s ?p "a"@service }',
    "BASE <http://x/> SELECT * { ?s <load> ?o }",
    "SELECT (?load AS ?insert) { ?load ?p ?o }",
)


@pytest.mark.parametrize("query", OUT)
def test_a_way_out_is_refused_before_evaluation(evaluator: Evaluator, query: str) -> None:
    # What our lexer does not take for SERVICE, such as one with an escape, is no query here.
    with pytest.raises((RefusedQuery, MalformedQuery)):
        evaluator.evaluate(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_a_word_by_itself_is_harmless(evaluator: Evaluator, query: str) -> None:
    assert evaluator.evaluate(query).body
