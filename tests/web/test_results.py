"""Pages of answers: so many rows as are shown, links to the whole, and notes."""

import json
from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from jjjkg.rdf.namespaces import GRAPH
from support.web.connections import Address, ask, get

DIGITS = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcd")
HAVING = "SELECT ?s (COUNT(?o) AS ?数) { ?s ?p ?o } GROUP BY ?s HAVING (?数 > 0)"


@pytest.mark.parametrize(
    ("limit", "shown", "more"), [(999, 999, 0), (1000, 1000, 0), (1001, 1000, 1)]
)
def test_a_page_shows_a_thousand_rows_and_says_that_there_are_more(
    address: Address, limit: int, shown: int, more: int
) -> None:
    query = f"SELECT ?a {{ {DIGITS} }} LIMIT {limit}"
    response, body = get(address, ask(query), Accept="text/html")
    text = body.decode()
    assert response.status == 200
    assert text.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>") == shown
    assert ("Only the first 1,000 rows are shown" in text) == bool(more)
    assert (f"{shown} rows" in text) != bool(more)
    _, chinese = get(address, ask(query), Accept="text/html", Accept_Language="zh")
    assert ("仅显示前 1,000 行" in chinese.decode()) == bool(more)


def test_a_graph_that_is_cut_says_so(address: Address) -> None:
    pattern = "CONSTRUCT { ?x <a:b> ?n } { %s BIND(?a + 10 * ?b + 100 * ?c + 1000 * ?d AS ?n) %s }"
    query = pattern % (DIGITS, "BIND(<a:c> AS ?x)")
    _, body = get(address, ask(query), Accept="text/html")
    text = body.decode()
    assert "Only the first triples are shown" in text
    assert len(text) < 100_000
    _, body = get(address, ask(query + " LIMIT 5"), Accept="text/html")
    assert "Only the first" not in body.decode()


def test_rows_that_are_too_large_for_a_page_are_fewer(address: Address) -> None:
    long = "CONCAT(" + ", ".join(['"' + "x" * 1000 + '"'] * 8) + ")"
    query = f"SELECT ({long} AS ?x) {{ {DIGITS} }}"
    response, body = get(address, ask(query), Accept="text/html")
    assert response.status == 200
    assert "Only the first 100 rows are shown" in body.decode()


def test_many_columns_make_no_large_page(address: Address) -> None:
    names = " ".join(f"?v{number}" for number in range(2000))
    response, body = get(address, ask(f"SELECT {names} {{ {DIGITS} }}"), Accept="text/html")
    assert response.status == 200
    assert "Only the first 10 rows are shown" in body.decode()


def test_links_to_the_whole_ask_the_same(client: FlaskClient) -> None:
    fields = {"query": 'SELECT * { ?s ?p "a&b石" }', "default-graph-uri": GRAPH + "inferred"}
    for page in (
        client.get(
            "/sparql", query_string={**fields, "lang": "zh"}, headers={"Accept": "text/html"}
        ),
        client.post("/sparql", data=fields, headers={"Accept": "text/html"}),
    ):
        link = "/sparql?" + "&".join(f"{k}={quote(v, safe='')}" for k, v in fields.items())
        assert f'href="{link.replace("%20", "+")}&format=csv"' in unescape(page.text)


def test_a_note_stands_on_the_page_and_in_a_header(address: Address) -> None:
    for language, words in (("en", "HAVING can't see ?数"), ("zh", "看不到SELECT所起的名称 ?数")):
        _, body = get(address, ask(HAVING), Accept="text/html", Accept_Language=language)
        assert words in unescape(body.decode())
        assert "COUNT(?o)" in body.decode()
    for _ in range(2):  # the second is from memory
        response, body = get(address, ask(HAVING))
        assert json.loads(body)["results"]["bindings"] == []
        assert response.headers["X-Query-Note"] == "having_alias ?%E6%95%B0 COUNT(?o)"
    response, _ = get(address, ask(HAVING.replace("HAVING (?数 > 0)", "")))
    assert "X-Query-Note" not in response.headers


@pytest.mark.parametrize("accept", ["application/n-triples", "text/html, text/turtle;q=0.9"])
def test_relative_iris_are_relative_to_the_address(address: Address, accept: str) -> None:
    query = "CONSTRUCT { <s> <#p> 1 } {}"
    _, body = get(address, ask(query), Host="example.org:81", Accept=accept)
    for iri in ("http://example.org:81/s", "http://example.org:81/sparql#p"):
        assert iri in unescape(body.decode())
    one, _ = get(address, ask(query), Host="a.example")
    other, _ = get(address, ask(query), Host="b.example")
    assert one.headers["ETag"] != other.headers["ETag"]
