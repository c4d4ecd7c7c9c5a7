"""Negotiation: the format and the language that a client gets."""

import pytest

from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.web.http.request import HTML, ClientRequest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def make_request(url: str = "/", **headers: str) -> ClientRequest:
    named = [(n.lower().replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    path, _, query = url.partition("?")
    scope = {"method": "GET", "scheme": "http", "path": path, "query_string": query.encode()}
    return ClientRequest({**scope, "headers": named})


@pytest.mark.parametrize(
    ("accept", "results", "triples"),
    [
        ("*/*", "json", "ttl"),
        (BROWSER, "html", "html"),
        ("application/json", "json", "jsonld"),
        ("text/csv;charset=utf-8", "csv", None),
        ("text/csv; charset=utf-8; q=0.5, text/tab-separated-values", "tsv", None),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', None, "jsonld"),
        ('text/turtle;x="a,b;c"', None, "ttl"),
        ("text/html;q=0.1, text/turtle", "html", "ttl"),
        ("application/sparql-results+xml, application/rdf+xml", "xml", "rdfxml"),
        ("application/xml", "xml", "rdfxml"),
        ("application/n-quads, application/trig;q=0.9", None, "nq"),
        ("text/n3, text/rdf+n3", None, "n3"),
        ("application/x-turtle", None, "ttl"),
        ("image/png", None, None),
        ("application/sparql-results+json;q=0", None, None),
    ],
)
def test_the_format_is_by_accept(accept: str, results: str | None, triples: str | None) -> None:
    request = make_request(Accept=accept)
    for formats, name in ((RESULTS, results), (GRAPHS, triples)):
        chosen = request.choose((*formats, HTML))
        assert (chosen and chosen.name) == name


def test_without_accept_the_first_format_is_sent() -> None:
    assert make_request().choose(RESULTS) is RESULTS[0]


def test_a_name_wins_over_accept() -> None:
    request = make_request(Accept="application/json")
    for name in ("csv", "text/csv"):
        chosen = request.choose(RESULTS, name)
        assert chosen is not None
        assert chosen.name == "csv"
    assert request.choose(RESULTS, "yaml") is None


@pytest.mark.parametrize(
    ("url", "accept", "language"),
    [
        ("/", "", "en"),
        ("/", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("/", "en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("/", "fr", "en"),
        ("/?lang=zh", "en", "zh"),
        ("/?lang=xx", "zh", "zh"),
    ],
)
def test_the_language_is_by_parameter_or_header(url: str, accept: str, language: str) -> None:
    assert make_request(url, Accept_Language=accept).language == language
