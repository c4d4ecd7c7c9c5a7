"""No Accept header breaks a query, and what is answered is of the query's kind."""

import pytest
from flask.testing import FlaskClient

from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.web.http.request import HTML, JSON

QUERIES = {
    "SELECT": "SELECT ?x { VALUES ?x { 1 } }",
    "ASK": "ASK {}",
    "CONSTRUCT": "CONSTRUCT { <x:a> <x:b> 1 } {}",
    "DESCRIBE": "DESCRIBE <https://w3id.org/jjjkg/id/firm>",
}
RESULT_FORMS = ("SELECT", "ASK")
#: Accept headers as clients send them, and as nobody should.
ACCEPTS = (
    *(format.media_type for format in (*RESULTS, *GRAPHS, HTML, JSON)),
    *(alias for format in (*RESULTS, *GRAPHS) for alias in format.aliases),
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "application/sparql-results+xml, application/n-triples",
    "*/*",
    "*",
    "text/*",
    "application/*",
    "image/png",
    "text/html;q=0",
    "*/*;q=0",
    "*/*;q=0, text/csv",
    "text/csv;q=0, */*",
    "text/turtle;q=0.5, application/rdf+xml;q=0.9, application/sparql-results+json;q=0.1",
    "text/csv;q=2",
    "text/csv;q=nan",
    "text/csv;q=",
    "text/csv;q=-1, text/turtle;q=1e9",
    ";;;",
    ",,,",
    "/",
    "text/",
    "/csv",
    "text/csv;header",
    'text/csv;x="',
    'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
    "TEXT/CSV, TEXT/TURTLE",
    "text/csv text/turtle",
    "冀/京",
    ", ".join(["a/b;q=0.5"] * 100),
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5,*/*;q=0.1",
)


@pytest.mark.parametrize("accept", ACCEPTS)
def test_no_accept_header_breaks_a_query(client: FlaskClient, accept: str) -> None:
    for form, query in QUERIES.items():
        response = client.get(
            "/sparql",
            query_string={"query": query},
            headers={"Accept": accept.encode().decode("latin-1")},
        )
        assert response.status_code in (200, 406)
        if response.status_code == 200:
            fit = (*(RESULTS if form in RESULT_FORMS else GRAPHS), HTML)
            assert response.mimetype in {format.media_type for format in fit}
        assert "Accept" in response.vary
