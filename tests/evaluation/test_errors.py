"""Errors in queries: each is told for what it is, and its advice is right."""

import json
import re
from collections.abc import Callable

import pyoxigraph as ox
import pytest

from jjjkg.evaluation import QueryError
from jjjkg.evaluation.sparql.diagnosis import explain
from jjjkg.evaluation.sparql.grammar import Query, load_grammar, read_query
from jjjkg.evaluation.sparql.lexer import tokenize
from jjjkg.evaluation.sparql.rewriting import apply, mend_spelling, spell_out_aliases
from jjjkg.evaluation.sparql.well_formedness import find_broken_rule, find_misplaced_aggregate
from jjjkg.messages import LANGUAGES, Message


def find_fault(query: str, base: str = "") -> tuple[Message, int]:
    """Return why a query is refused, by the engine or before it is asked, and where."""
    tokens = tokenize(query)
    if misplaced := find_misplaced_aggregate(query, tokens):
        return misplaced
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(query, base_iri=base or None)
    error = explain(query, tokens, str(caught.value), base)
    assert error.line == 1
    return error.message, error.column - 1


def refuse(query: str, base: str = "") -> tuple[str, int]:
    reason, offset = find_fault(query, base)
    return str(reason), offset


#: A query, what the error says, and the place that it points at.
ERRORS = [
    # SPARQL 1.2 is known, so that what is wrong is blamed.
    ("SELECT * { << ?s ?p ?o ~ <a:b> >> ?x ?y . ?s ?p }", "found }", "}"),
    ('VERSION "1.2" SELECT * { ?s ?p }', "found }", "}"),
    ('VERSION """1.2""" SELECT * { ?s ?p ?o }', "found", '"""'),
    ('SELECT (LANGDIR("a"@en--ltr) AS ?x) { ?s ?p }', "found }", "}"),
    ('SELECT (STRLANGDIR("a", "en", "ltr") AS ?x) { ?s ?p }', "found }", "}"),
    ("SELECT * {?s ?p ?o FILTER(isTRIPLE(?o))} ORDR BY ?s", "found ORDR", "ORDR"),
    ("SELECT * {?s ?p ?o FILTER(hasLANG(?o) || hasLANGDIR(?o)) ?s ?p }", "found }", "}"),
    ("SELECT * {?t ?p <<( ?a ?b ?c )>> FILTER(SUBJECT(?t) = OBJECT(?t)) ?s ?p}", "found }", "}"),
    ("SELECT * {?s ?p ?o ~ ?r {| ?a ?b |} ?s ?p}", "found ?s", "?s ?p}"),
    ("SELECT (TRIPLE(?s, ?p) AS ?t) {}", "found )", ") AS"),
    ("SELECT * { BIND(<<( ?s ?p ?o )>> AS ?t) VALUES ?u { <<( <a:b> a 1 )>> } ?s ?p }", "", "}$"),
    ("SELECT * { ?s <a:b>/<a:c> ?o {| ?a ?b |} }", "reifiers are not allowed on property", "}$"),
    ('SELECT ("a"@en--LTR AS ?x) {}', "--ltr or --rtl", "@en"),
    ('SELECT ("a"@en-abcdefghijk AS ?x) {}', "more than 8 letters: abcdefghijk", "@en"),
    # Functions that there are not.
    ("SELECT * { ?s ?p ?o FILTER(CONTANS(?o, 'a')) }", "did you mean CONTAINS?", "CONTANS"),
    (
        "SELECT * { ?s ?p ?o FILTER(regx(?o, 'a')) }",
        "no function regx; did you mean REGEX?",
        "regx",
    ),
    ("SELECT (qqqqqqqq(1) AS ?x) {}", "there is no function qqqqqqqq", "qqqqqqqq"),
    ("SELECT (STRLEN() AS ?x) {}", "found () where '(' should be", "() AS"),
    # Code points and escapes.
    ('SELECT ("ab\\uD800" AS ?x) {}', "\\uD800 is half of a character", "\\uD800"),
    ('SELECT ("\\uD83C\\uDCA1" AS ?x) {}', "is written \\U0001F0A1", "\\uD83C"),
    ('SELECT ("\\U00110000" AS ?x) {}', "the last one is \\U0010FFFF", "\\U0011"),
    ("SELECT * { ?s ?p <a:\\uDCA1> }", "\\uDCA1 is half", "\\uDCA1"),
    ('SELECT ("a\\u00zz" AS ?x) {}', "\\u must have 4 hexadecimal digits", "\\u00"),
    ("SELECT * { ?s ?p <http://a/\\u00zz> }", "\\u must have 4 hexadecimal digits", "\\u00"),
    ("PREFIX a: <a:> SELECT * { ?s a:%zz ?o }", "two hexadecimal digits", "%zz"),
    ("PREFIX a: <a:> SELECT * { ?s a:b\\z ?o }", "a prefixed name can't escape", "\\z"),
    # IRIs, bases and prefixes.
    ("SELECT * { ?s ?p <http://a/%zz> }", "invalid IRI percent encoding '%zz'", "<http"),
    ("SELECT * { ?s ?p <http://a/b\\u0020c> }", "holds a blank", "<http"),
    ("SELECT * { ?s ?p <http://a/[x]> }", "code point '['", "<http"),
    ("BASE <rel> SELECT * {}", "<rel> is relative", "<rel>"),
    ("PREFIX ex:ex: <a:b> SELECT * {}", "nothing behind it", "ex:ex:"),
    # Names.
    ("SELECT * { VALUES (?a ?a) { (1 2) } }", "names ?a twice", "?a) {"),
    ("SELECT * { ?s ?p ?o BIND(1 AS ?o) }", "?o may have a value already, so BIND", "?o) }"),
    ("SELECT * { { ?s ?p ?o } BIND(1 AS ?o) }", "?o may have a value already", "?o) }"),
    ("SELECT * { OPTIONAL { ?s ?p ?o } BIND(1 AS ?o) }", "?o may have a value already", "?o) }"),
    ("SELECT * { VALUES ?o { 1 } BIND(1 AS ?o) }", "?o may have a value already", "?o) }"),
    ("SELECT * { GRAPH ?g { } BIND(1 AS ?g) }", "?g may have a value already", "?g) }"),
    ("SELECT * { { SELECT (1 AS ?o) {} } BIND(1 AS ?o) }", "?o may have a value", "?o) }$"),
    ("SELECT (1 AS ?o) { ?s ?p ?o }", "?o may have a value already, so AS", "?o) {"),
    ("SELECT (1 AS ?o) {} VALUES ?o { 1 }", "?o may have a value already, so AS", "?o) {"),
    ("SELECT (1 AS ?o) (2 AS ?o) {}", "?o is chosen twice", "?o) {"),
    ("SELECT * { _:a ?p ?v OPTIONAL { _:a ?q 1 } }", "_:a is used in two groups", "_:a ?q"),
    ("SELECT * { _:a ?p ?v FILTER EXISTS { _:a ?q 1 } }", "used in two groups", "_:a ?q"),
    ("SELECT * { _:a ?p ?v { } _:a ?q ?a }", "such as ?a_", "_:a ?q"),
    # Groups and aggregates.
    ("SELECT (COUNT(SUM(?x)) AS ?n) { ?x ?p ?o }", "SUM stands inside of another", "SUM"),
    ("SELECT * { ?s ?p ?o FILTER(COUNT(?o) > 1) }", "COUNT can't stand in FILTER", "COUNT"),
    ("SELECT ?s { ?s ?p ?o BIND(MAX(?o) AS ?m) }", "MAX can't stand in FILTER or BIND", "MAX"),
    ("CONSTRUCT { ?s ?p 1 } { ?s ?p ?o } GROUP BY ?s", "no groups or aggregates of CON", "GROUP"),
    ("SELECT (RAND()+COUNT(*) AS ?n) (?n+1 AS ?m) {}", "this engine can't use it again", "?n+1"),
    ("SELECT * {} LIMIT 99999999999999999999", "greater than 18446744073709551615", "9999"),
]


@pytest.mark.parametrize(("query", "words", "place"), ERRORS)
def test_an_error_is_told_for_what_it_is(query: str, words: str, place: str) -> None:
    reason, offset = refuse(query)
    assert words in reason
    exact = query.rindex(place[:-1]) if place.endswith("$") else query.index(place)
    assert offset == exact, (reason, query[offset:])


@pytest.mark.parametrize("query", [query for query, _, _ in ERRORS])
def test_an_error_is_told_in_chinese_alone(query: str) -> None:
    """Latin letters are those of the query, of keywords, or of the names of code points."""
    words = {*re.findall(r"[a-z]+", query.lower()), "iri", "u", "ltr", "rtl"}
    for keyword in load_grammar().quoted:
        words |= {*re.findall("[a-z]+", keyword.lower())}
    told = find_fault(query)[0].say("zh")
    assert re.search(r"[\u4e00-\u9fff]", told)
    for word in re.findall(r"[A-Za-z]+", re.sub(r"U\+[0-9A-F]+|\\U\w+|<http\S+>", "", told)):
        assert word.lower() in words, told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_told_its_errors_after_they_came_from_a_worker(language: str) -> None:
    for kind in QueryError.__subclasses__():
        values = {"line": 1, "column": 2, "excerpt": "x\n ^", "form": "ASK", "limit": "rows"}
        values |= {"value": 9, "retry_after": 2, "why": Message.of("queries.syntax.empty")}
        error = kind("queries.busy.no_worker", **values)
        came = QueryError.decode(json.loads(json.dumps(error.encode())))
        assert type(came) is kind
        assert (came.status, came.members) == (error.status, error.members)
        assert came.say(language) == error.say(language)
        assert str(came) == str(error)


def test_codes_tell_errors_apart() -> None:
    codes = [kind.code for kind in QueryError.__subclasses__()]
    assert len({*codes}) == len(codes) > 9


def test_a_base_makes_relative_iris_right() -> None:
    assert "found }" in refuse("BASE <rel> SELECT * { <a> <b> }", "http://h/sparql")[0]


#: A pattern of an error's words, and how their advice is followed in a query.
FOLLOW: list[tuple[str, Callable[[str, re.Match[str]], str]]] = [
    (r"add (PREFIX \S+ <.+>)$", lambda q, m: f"{m[1].replace('...', 'a:')} {q}"),
    (r"the label (\S+) .* such as (\S+)$", lambda q, m: q.replace(m[1], m[2])),
    (r"no function (\w+); did you mean (\w+)", lambda q, m: q.replace(m[1], m[2])),
    (r"; (\S+) is written (\S+)$", lambda q, m: q.replace(m[1], m[2])),
    (r"(\S+) is not in GROUP BY", lambda q, m: f"{q} GROUP BY {m[1]}"),
    (r"% itself is (\S+)", lambda q, m: q.replace("%", m[1])),
    (r"--ltr or --rtl, in small", lambda q, _: q.replace("LTR", "ltr")),
    (r"the last one is (\S+)$", lambda q, m: q.replace("\\U00110000", m[1])),
    (r"UNDEF stands for a missing", lambda q, _: q.replace("(1)", "(1 UNDEF)")),
    (
        r"put a SELECT that has them in braces into its pattern",
        lambda q, _: re.sub(r"WHERE (.*)", r"WHERE { { SELECT ?s ?p \1 } }", q),
    ),
]
ADVISED = [
    "SELECT * { ?s rdfs:label ?o }",
    "SELECT * { ?s ex:p ?o }",
    "SELECT * { _:a ?p ?v OPTIONAL { _:a ?q 1 } }",
    "SELECT * { _:a ?p ?v { } _:a ?q ?a }",
    "SELECT * { _:a.b ?p ?v { } _:a.b ?q ?a }",
    "SELECT * { ?s ?p ?o FILTER(CONTANS(?o, 'a')) }",
    'SELECT ("\\uD83C\\uDCA1" AS ?x) {}',
    'SELECT ("\\U00110000" AS ?x) {}',
    "SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }",
    "SELECT (SUM(?o) + ?s AS ?n) { ?s ?p ?o }",
    "PREFIX a: <a:> SELECT * { ?s a:%zz ?o }",
    'SELECT ("a"@en--LTR AS ?x) {}',
    "SELECT * { VALUES (?x ?y) { (1) } }",
    "CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p ?o } GROUP BY ?s ?p",
]


@pytest.mark.parametrize("query", ADVISED)
def test_advice_that_is_followed_makes_the_query_right(query: str) -> None:
    reason = refuse(query)[0]
    ((mended),) = [
        follow(query, match) for words, follow in FOLLOW if (match := re.search(words, reason))
    ]
    assert mended != query
    ox.Store().query(mended)


@pytest.mark.parametrize(
    ("query", "spelt"),
    [
        ("SELECT (TRUE AS ?t) (False AS ?f) {}", "SELECT (true AS ?t) (false AS ?f) {}"),
        ('SELECT ("TRUE" AS ?TRUE) { ?s <a:TRUE> _:TRUE }', None),
        ("PREFIX c: <a:> ASK { c:P1.S1.a ?p TRUE }", r"PREFIX c: <a:> ASK { c:P1\.S1\.a ?p true }"),
    ],
)
def test_what_the_engine_does_not_read_is_spelt_for_it(query: str, spelt: str | None) -> None:
    tokens = tokenize(query)
    done = apply(query, mend_spelling(tokens))
    assert done == (spelt or query)
    ox.Store().query(done)


@pytest.mark.parametrize(
    ("chosen", "values"),
    [
        ("(COUNT(?x) AS ?n) (?n + 1 AS ?m)", "2 3"),
        ("(COUNT(?x) AS ?n) (?n + 1 AS ?m) (?m * 2 AS ?k)", "2 3 6"),
        ("(COUNT(?x) AS ?n) (SUM(?x) AS ?t) (?t / ?n AS ?mean)", "2 6 3"),
        ("(SUM(?x) - 1 AS ?n) (2 * ?n AS ?m)", "5 10"),
        ("(COUNT(?x) AS ?n) (IF(?n > 1, ?n, 0) AS ?m)", "2 2"),
    ],
)
def test_an_alias_is_used_again_beside_an_aggregate(chosen: str, values: str) -> None:
    query = f"SELECT {chosen} {{ VALUES ?x {{ 2 4 }} }}"
    found = ox.Store().query(spell_out_aliases(query, tokenize(query)))
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    assert " ".join(row[variable].value for variable in found.variables) == values


def test_aliases_that_double_at_each_step_are_not_spelt_out() -> None:
    steps = " ".join(f"(?a{i} + ?a{i} AS ?a{i + 1})" for i in range(60))
    query = f"SELECT (COUNT(*) AS ?a0) {steps} {{ ?s ?p ?o }}"
    assert spell_out_aliases(query, tokenize(query)) == query
    assert "put this SELECT in braces" in refuse(query)[0]


def test_an_alias_within_an_aggregate_or_a_pattern_is_another_variable() -> None:
    query = "SELECT (1 AS ?n) (SUM(?n) AS ?m) (EXISTS { ?a ?n ?b } AS ?e) { VALUES ?x { 2 } }"
    assert spell_out_aliases(query, tokenize(query)) == query


def test_no_rule_is_broken_by_what_the_engine_takes() -> None:
    for query in (
        "SELECT (1 AS ?a) (?a + 1 AS ?b) {}",
        "SELECT * { { SELECT ?x { ?x ?y ?z } } BIND(1 AS ?y) }",
        "SELECT * { MINUS { ?x ?y ?z } BIND(1 AS ?y) }",
        "SELECT * { FILTER EXISTS { ?x ?y ?z } BIND(1 AS ?y) }",
        "SELECT * { BIND(1 AS ?y) ?x ?y ?z }",
        "SELECT * { _:a ?p ?v FILTER(1=1) _:a ?q 1 }",
        "SELECT * { _:a ?p ?v BIND(1 AS ?x) _:a ?q 1 }",
        "SELECT (COUNT(?x) AS ?c) { ?x ?y ?z } GROUP BY (?y AS ?d) ?z",
        "SELECT (COUNT(EXISTS { SELECT (SUM(?a) AS ?b) {} }) AS ?c) {}",
        "SELECT * { { SELECT (COUNT(*) AS ?n) {} } FILTER(?n > 1) }",
        "CONSTRUCT { _:a ?p 1 } { _:a ?p 1 }",
        "ASK { VALUES (?t ?u) { (<<( <a:b> a 1 )>> -1) (UNDEF 'x'@en) } }",
    ):
        ox.Store().query(query)
        tokens = tokenize(query)
        read = read_query(tokens)
        assert isinstance(read, Query), (query, read)
        assert find_broken_rule(read) is None, query
        assert find_misplaced_aggregate(query, tokens) is None, query
