"""The terminals of queries: what hides a keyword, what does not, and how deep is too deep."""

import gc
import time

import pytest
from hypothesis import given
from hypothesis.strategies import text

from jjjkg.evaluation.sparql.faults import locate
from jjjkg.evaluation.sparql.lexer import (
    MAX_DEPTH,
    QueryTooDeep,
    decode_code_points,
    find_form,
    find_service,
    tokenize,
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"a \\" b"', "string"),
        ("'a\\'b'", "string"),
        ('"""a "" b\n"""', "string"),
        ("'''a '' \\' b'''", "string"),
        ("<http://example.org/a?b=1#c>", "iri"),
        ("<http://example.org/\\u4eac>", "iri"),
        ("?京津冀", "variable"),
        ("$x", "variable"),
        ("_:b.1", "blank"),
        ("claim:P19.S1.d", "name"),
        ("ex:a\\-b%20c", "name"),
        (":", "name"),
        ("@zh-Hans", "language"),
        ("1.5e-3", "number"),
        (".5", "number"),
        ("SELECT", "word"),
        ("^^", "operator"),
        ("\\", "other"),
    ],
)
def test_each_terminal_is_one_token(text: str, kind: str) -> None:
    assert kinds(text) == [(kind, text)]


def test_a_name_does_not_take_the_dot_that_ends_a_triple() -> None:
    assert kinds("claim:P1.S1.a.") == [("name", "claim:P1.S1.a"), ("operator", ".")]


def test_escapes_are_the_characters_that_they_stand_for() -> None:
    text = r"\u0053ERVICE \U0001F600 \u12 \U00110000 \\u0041"
    assert decode_code_points(text) == "SERVICE 😀 \\u12 \\U00110000 \\A"


def test_comments_and_space_are_left_out() -> None:
    assert kinds("ASK # { SERVICE\n{}") == [("word", "ASK"), ("operator", "{"), ("operator", "}")]


@pytest.mark.parametrize("operator", ["<", "<="])
def test_less_than_is_no_iri_in_an_expression(operator: str) -> None:
    text = f"FILTER(?a{operator}?b&&?c>?d)"
    assert ("operator", operator) in kinds(text)
    assert not [kind for kind, _ in kinds(text) if kind == "iri"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o } # SERVICE <http://example.org/> {}",
        'SELECT * { ?s ?p "SERVICE <http://example.org/> {}" }',
        "SELECT * { ?s ?p '''\nSERVICE <http://example.org/> {}''' }",
        "SELECT * { ?s <http://example.org/SERVICE> ?o }",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:x ?o }",
        "PREFIX ex: <http://example.org/> SELECT * { ?s ex:SERVICE ?o }",
        "PREFIX service: <http://example.org/> SELECT * { GRAPH service:x { ?s ?p ?o } }",
        "SELECT ?SERVICE { ?SERVICE ?p _:SERVICE }",
        'SELECT * { ?s ?p "x"@service }',
    ],
)
def test_service_that_is_no_keyword_passes(query: str) -> None:
    assert find_service(tokenize(query)) is None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { service silent ?g { ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<http://example.org/>{} }",
        "PREFIX : <http://example.org/> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE<http://example.org/>{} }",
        "PREFIX ex: <http://example.org/> SELECT * { SERVICEex: {} }",
        "SELECT * { { SELECT * { OPTIONAL { SERVICE ?x {} } } } }",
        # To the engine the three quotes stand in a comment, which hides nothing that follows.
        'SELECT * { FILTER(1<2#>"""\n) SERVICE <http://example.org/> {} #"""\n}',
        'SELECT * { FILTER(?a<?b#>"""\n) SERVICE <http://example.org/> {} #"""\n}',
        # No comment either, because a row holds no expression.
        "SELECT * { VALUES (?a ?b) { (<a:b#> <a:c#>) } SERVICE <http://example.org/> {} }",
        "SELECT * { VALUES (?a ?b) { (1 2) (1 <a:c#>) } SERVICE <http://example.org/> {} }",
    ],
)
def test_service_that_is_a_keyword_is_found(query: str) -> None:
    assert find_service(tokenize(query)) is not None


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("# ASK\nPREFIX select: <http://example.org/> select * {}", "SELECT"),
        ("BASE <http://example.org/INSERT> DESCRIBE <a>", "DESCRIBE"),
        ("insert data {}", "INSERT"),
        ("WITH <http://example.org/> DELETE { ?s ?p ?o } WHERE {}", "WITH"),
    ],
)
def test_the_form_is_the_first_keyword_of_its_kind(query: str, form: str) -> None:
    found = find_form(tokenize(query))
    assert found is not None
    assert found.word == form


@pytest.mark.parametrize("bracket", ["{", "(", "[", "!", "- ", "^(", "<<", "{(["])
def test_nesting_has_an_end(bracket: str) -> None:
    deep = bracket * (MAX_DEPTH + 1)
    with pytest.raises(QueryTooDeep):
        tokenize(deep)


def test_brackets_in_strings_do_not_nest() -> None:
    assert len(tokenize(f'"{"{" * 1000}"')) == 1


def test_closed_brackets_do_not_add_up() -> None:
    assert len(tokenize("{}" * 1000)) == 2000


@pytest.mark.parametrize(
    "piece",
    [
        *("a.", "x:.", '"', "'", "<a", ":a%", "_:a.", "\\u00", "1e", "@a-"),
        *("1", "1.", "石", "a石", "石a:", "a-", "a.b-", "é1", "'a\\", '"\\', "<\\u0041"),
    ],
)
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(times: int) -> float:
        gc.disable()  # it looks at all that other tests have left
        start = time.process_time()
        tokenize(piece * times)
        taken = time.process_time() - start
        gc.enable()
        return taken

    seconds(100)
    assert seconds(40_000) < 100 * max(seconds(2_000), 0.002)


@given(text(alphabet="a1石-.:'\"\\ \n<>?@_(){}SERVICE#e+", max_size=60))
def test_a_long_text_is_read_as_a_short_one(start: str) -> None:
    """Names are looked for in another way where they could be looked for without end."""
    try:
        short = tokenize(start)
    except QueryTooDeep:
        return
    assert tokenize(start + "\n" * 5000) == short
    assert tokenize(start + "\n" + "#" * 5000) == short


def test_places_count_lines_of_every_kind_and_columns_in_code_points() -> None:
    text = "京津\r\n冀\rx\ny𠀀z"
    assert locate(text, 0) == (1, 1)
    assert locate(text, text.index("冀")) == (2, 1)
    assert locate(text, text.index("x")) == (3, 1)
    assert locate(text, text.index("z")) == (4, 3)
