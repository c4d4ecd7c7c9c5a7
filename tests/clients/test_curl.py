"""curl: queries by GET and POST, in chunks, and with an offer of HTTP/2."""

import json
from urllib.parse import urlencode

import pytest

from support.clients.programs import find_program, run
from support.clients.questions import LONG, NAMES, QUERIES, make_new

SHORT = QUERIES["SELECT"]
DIRECT = ("-H", "Content-Type: application/sparql-query")
CHUNKED = ("-H", "Transfer-Encoding: chunked")
#: The ways to send a query: options, with "QUERY" for its text and "FORM" for it in a form, and
#: what is given on standard input.
WAYS = {
    "GET": (("-G", "--data-urlencode", "query=QUERY"), ""),
    "POST of a form": (("--data-urlencode", "query=QUERY"), ""),
    "POST of a query": ((*DIRECT, "--data-binary", "QUERY"), ""),
    "chunked form": ((*CHUNKED, "--data-urlencode", "query=QUERY"), ""),
    "chunked query": ((*CHUNKED, *DIRECT, "--data-binary", "QUERY"), ""),
    "chunked query from a pipe": ((*DIRECT, "-X", "POST", "-T", "-"), "QUERY"),
    "chunked form from a pipe": (
        ("-H", "Content-Type: application/x-www-form-urlencoded", "-X", "POST", "-T", "-"),
        "FORM",
    ),
    "query from a pipe": ((*DIRECT, "--data-binary", "@-"), "QUERY"),
    "GET with h2c": (("--http2", "-G", "--data-urlencode", "query=QUERY"), ""),
    "POST of a form with h2c": (("--http2", "--data-urlencode", "query=QUERY"), ""),
    "POST of a query with h2c": (("--http2", *DIRECT, "--data-binary", "QUERY"), ""),
    "chunked query with h2c": (("--http2", *CHUNKED, *DIRECT, "--data-binary", "QUERY"), ""),
    "POST that expects 100": (("-H", "Expect: 100-continue", *DIRECT, "-d", "QUERY"), ""),
    "POST by HTTP/1.0": (("--http1.0", "--data-urlencode", "query=QUERY"), ""),
    "compressed": (("--compressed", "--data-urlencode", "query=QUERY"), ""),
}


@pytest.mark.parametrize("query", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("way", WAYS)
def test_a_query_comes_in_each_way(endpoint: str, way: str, query: str) -> None:
    options, given = WAYS[way]
    query = make_new(query)
    texts = {"QUERY": query, "FORM": urlencode({"query": query}), "": ""}
    command = [find_program("curl", "curl"), "-sS", "--max-time", "30", endpoint]
    command += [option.replace("QUERY", query) for option in options]
    status = ("-w", "%{stderr}%{http_code}", "-H", "Accept: application/sparql-results+json")
    answer = json.loads(run([*command, *status], texts[given]))
    rows = answer.get("results", {}).get("bindings")
    assert rows is not None, answer
    assert {(row["name"]["value"], row["name"]["xml:lang"]) for row in rows} == NAMES
