"""The names of formats in ?format=, whatever the query, and what is said where none suits."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from jjjkg.rdf.formats import GRAPHS, QUADS, RESULTS, TRIPLES
from jjjkg.web.http.request import HTML, JSON

QUERIES = {
    "SELECT": "SELECT ?x { VALUES ?x { 1 } }",
    "ASK": "ASK {}",
    "CONSTRUCT": "CONSTRUCT { <x:a> <x:b> 1 } {}",
    "DESCRIBE": "DESCRIBE <https://w3id.org/jjjkg/id/firm>",
}
RESULT_FORMS = ("SELECT", "ASK")
#: What ?format= says, and the short names of what SELECT and CONSTRUCT then answer; "" stands for
#: a name that says nothing of that kind of result, so that Accept decides.
NAMES = {
    "json": ("json", "jsonld"),
    "JSON": ("json", "jsonld"),
    "application/json": ("json", "jsonld"),
    "srj": ("json", ""),
    "application/sparql-results+json": ("json", ""),
    "application/sparql-results json": ("json", ""),
    "Application/SPARQL-Results+JSON; charset=utf-8": ("json", ""),
    "xml": ("xml", "rdfxml"),
    "text/xml": ("xml", "rdfxml"),
    "application/xml": ("xml", "rdfxml"),
    "srx": ("xml", ""),
    "application/sparql-results+xml": ("xml", ""),
    "csv": ("csv", ""),
    "CSV": ("csv", ""),
    "text/csv": ("csv", ""),
    "text/csv;header=present": ("csv", ""),
    "tsv": ("tsv", ""),
    "text/tab-separated-values": ("tsv", ""),
    "ttl": ("", "ttl"),
    "turtle": ("", "ttl"),
    "Turtle": ("", "ttl"),
    "text/turtle": ("", "ttl"),
    "application/x-turtle": ("", "ttl"),
    "n3": ("", "n3"),
    "N3": ("", "n3"),
    "text/n3": ("", "n3"),
    "text/rdf+n3": ("", "n3"),
    "rdf": ("", "rdfxml"),
    "rdfxml": ("", "rdfxml"),
    "rdf+xml": ("", "rdfxml"),
    "rdf xml": ("", "rdfxml"),
    "application/rdf+xml": ("", "rdfxml"),
    "json-ld": ("", "jsonld"),
    "jsonld": ("", "jsonld"),
    "JSON-LD": ("", "jsonld"),
    "application/ld+json": ("", "jsonld"),
    'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"': ("", "jsonld"),
    "nt": ("", "nt"),
    "ntriples": ("", "nt"),
    "n-triples": ("", "nt"),
    "N-Triples": ("", "nt"),
    "application/n-triples": ("", "nt"),
    "text/plain": ("", "nt"),
    "nq": ("", "nq"),
    "nquads": ("", "nq"),
    "n-quads": ("", "nq"),
    "application/n-quads": ("", "nq"),
    "trig": ("", "trig"),
    "TriG": ("", "trig"),
    "application/trig": ("", "trig"),
    "html": ("html", "html"),
    "HTML": ("html", "html"),
    "text/html": ("html", "html"),
}
TYPES = {
    **{(True, format.name): format.media_type for format in (*RESULTS, HTML)},
    **{(False, format.name): format.media_type for format in (*GRAPHS, HTML)},
}
#: An Accept header for each kind of result, and what it gives where the name says nothing.
ACCEPT = "application/sparql-results+xml, application/n-triples"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("form", QUERIES)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_gives_its_format_or_leaves_it_to_accept(
    client: FlaskClient, form: str, name: str
) -> None:
    is_result = form in RESULT_FORMS
    named = NAMES[name][not is_result]
    by_accept = "xml" if is_result else "nt"
    given = {"query": QUERIES[form], "format": name, "output": name, "results": name}
    for options in ({"query_string": given}, {"data": given}):
        method = "POST" if "data" in options else "GET"
        response = client.open("/sparql", method=method, headers={"Accept": ACCEPT}, **options)
        assert response.status_code == 200
        assert response.mimetype == TYPES[is_result, named or by_accept]
        assert "Accept" in response.vary


@pytest.mark.parametrize(
    ("written", "media_type"),
    [
        ("application%2Fsparql-results%2Bjson", "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results%20json", "application/sparql-results+json"),
        ("text%2Fcsv%3B%20charset%3Dutf-8", "text/csv"),
        ("", "application/sparql-results+xml"),
    ],
)
def test_a_name_is_read_however_it_is_encoded(
    client: FlaskClient, written: str, media_type: str
) -> None:
    path = f"/sparql?query={quote(QUERIES['ASK'])}&format={written}"
    assert client.get(path, headers={"Accept": ACCEPT}).mimetype == media_type


@pytest.mark.parametrize("form", QUERIES)
@pytest.mark.parametrize(
    "name", ["yaml", "text/html+turtle", "auto", "*/*", "\U0001f600", "a" * 9000]
)
def test_what_is_no_name_of_a_format_is_told_with_the_names(
    client: FlaskClient, form: str, name: str
) -> None:
    given = {"query": QUERIES[form], "format": name}
    response = client.get("/sparql", query_string=given, headers={"Accept": "*/*"})
    assert response.status_code == 406
    problem = response.get_json(force=True)
    assert f"no format is called {name[:300]!r} here; give ?format= one of" in problem["detail"]
    assert len(problem["detail"]) < 1500
    listed = {format["format"] for format in problem["available"]}
    assert listed == {format.name for format in (*RESULTS, *GRAPHS, HTML)}


@pytest.mark.parametrize(
    ("form", "accept", "words", "formats"),
    [
        (
            "CONSTRUCT",
            "application/sparql-results+json",
            "CONSTRUCT gives a graph, and no format",
            GRAPHS,
        ),
        ("DESCRIBE", "text/csv, text/tab-separated-values", "DESCRIBE gives a graph", GRAPHS),
        ("SELECT", "text/turtle", "SELECT gives results, not a graph", RESULTS),
        ("ASK", "application/n-triples, text/n3", "ASK gives results, not a graph", RESULTS),
    ],
)
@pytest.mark.parametrize("name", [None, "same"])
def test_who_takes_only_formats_for_the_other_kind_is_told_the_kind(
    client: FlaskClient,
    form: str,
    accept: str,
    words: str,
    formats: tuple[object, ...],
    name: str | None,
) -> None:
    """rdflib's SPARQLStore(returnFormat="json") does so; ?format= says no more than Accept."""
    given = {"query": QUERIES[form]} | ({"format": accept.partition(",")[0]} if name else {})
    response = client.get("/sparql", query_string=given, headers={"Accept": accept})
    assert response.status_code == 406
    problem = response.get_json(force=True)
    assert words in problem["detail"]
    assert f"Accept: {accept}" in problem["detail"]
    listed = [format["mediaType"] for format in problem["available"]]
    assert listed == [*(format.media_type for format in formats), "text/html"]
    assert f"send Accept: with one of {', '.join(listed)}, or ?format=" in problem["detail"]
    chinese = client.get("/sparql", query_string=given | {"lang": "zh"}, headers={"Accept": accept})
    detail = chinese.get_json(force=True)["detail"]
    assert detail.startswith(f"{form} 得到的是")
    assert listed[0] in detail


@pytest.mark.parametrize("form", QUERIES)
def test_a_browser_that_names_a_format_gets_data_and_no_page(
    client: FlaskClient, form: str
) -> None:
    """Even the name of one for the other kind: the data then stream as they do for a program."""
    other = "ttl" if form in RESULT_FORMS else "csv"
    given = {"query": QUERIES[form], "format": other}
    response = client.get("/sparql", query_string=given, headers={"Accept": BROWSER})
    assert response.status_code == 200
    assert (
        response.mimetype
        == TYPES[form in RESULT_FORMS, "xml" if form in RESULT_FORMS else "rdfxml"]
    )
    only = client.get("/sparql", query_string=given, headers={"Accept": "text/html"})
    assert (only.status_code, only.mimetype) == (200, "text/html")


PLACES = {
    "/data/graph/asserted": GRAPHS,
    "/data?default": GRAPHS,
    "/.well-known/void": GRAPHS,
    "/.well-known/sparql-examples": GRAPHS,
    "/sparql": (*GRAPHS, HTML),
    "/id/firm": (HTML, *GRAPHS),
    "/claim/P1.S1.d": (HTML, *GRAPHS),
    "/explain?s=kg:firm&p=jjj:locatedIn&o=kg:region": (HTML, JSON, TRIPLES[0]),
    "/doubt?claim=P1.S1.d": (HTML, JSON),
    "/releases/": (HTML, JSON),
    "/data": QUADS,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", [*NAMES, "yaml"])
def test_every_place_reads_the_names_as_the_endpoint_does(
    client: FlaskClient, place: str, name: str
) -> None:
    """Followed to where a thing or a dump leads, it is of the format that was named."""
    path = f"{place}{'&' if '?' in place else '?'}format={quote(name)}"
    response = client.get(path, headers={"Accept": "*/*"}, follow_redirects=True)
    if name == "yaml":
        assert response.status_code == 406
        assert "no format is called 'yaml'" in response.get_json(force=True)["detail"]
        return
    fit = PLACES[place]
    named = [
        format
        for format in fit
        if format.name in NAMES[name] or (format is JSON and NAMES[name][0] == "json")
    ]
    expected = named[0] if named else next(format for format in fit if format is not HTML)
    assert (response.status_code, response.mimetype) == (200, expected.media_type)
    response.close()
