"""Validators, freshness and content codings: what a client may keep, and how it asks again.

https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests
"""

import gzip
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jjjkg.evaluation import Evaluator
from jjjkg.rdf.namespaces import GRAPH

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ALL = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
PATHS = ("/", "/ontology.html", f"/data?graph={GRAPH}asserted", "/dumps/")


def etag_of(client: FlaskClient, accept: str = "*/*", **parameters: Any) -> str:
    response = client.get("/sparql", query_string=parameters, headers={"Accept": accept})
    assert response.status_code == 200
    return response.headers["ETag"]


def test_what_decides_the_answer_decides_its_tag(client: FlaskClient) -> None:
    tag = etag_of(client, query=COUNT)
    assert tag == etag_of(client, query=COUNT) == etag_of(client, query=COUNT, timeout="1")
    others = {
        etag_of(client, query=COUNT + " "),
        etag_of(client, query=COUNT, format="csv"),
        etag_of(client, "text/csv;q=0.5", query=COUNT),
        etag_of(client, **{"query": COUNT, "default-graph-uri": GRAPH + "inferred"}),
        etag_of(client, **{"query": COUNT, "named-graph-uri": GRAPH + "inferred"}),
    }
    assert tag not in others
    assert len(others) >= 4


@pytest.mark.parametrize("held", ["{}", "W/{}", '"x", {} , "y"'])
def test_an_answer_that_is_held_is_not_evaluated(
    client: FlaskClient, evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    tag = etag_of(client, query=COUNT)
    monkeypatch.setattr(evaluator, "evaluate", None)
    asked = {"If-None-Match": held.format(tag)}
    response = client.get("/sparql", query_string={"query": COUNT}, headers=asked)
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == tag
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert {"Accept", "Accept-Encoding"} <= set(response.vary)
    posted = client.post("/sparql", data={"query": COUNT}, headers=asked)
    assert posted.status_code == 412


def test_a_star_holds_nothing_that_has_no_answer(client: FlaskClient) -> None:
    asked = {"If-None-Match": "*"}
    response = client.get("/sparql", query_string={"query": "ASK {"}, headers=asked)
    assert response.status_code == 400


@pytest.mark.parametrize("path", PATHS)
def test_pages_and_graphs_are_asked_for_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    if path == "/":  # it names the host that it was asked of
        assert "ETag" not in first.headers
        assert "private" in first.headers["Cache-Control"]
        return
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["Last-Modified"].endswith(" GMT")
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/ontology.html", f"/data?graph={GRAPH}provenance", "/.well-known/void"]
)
def test_a_coding_is_by_quality_and_has_a_tag_of_its_own(client: FlaskClient, path: str) -> None:
    def get(accepted: str) -> tuple[str | None, bytes, str | None]:
        response = client.get(path, headers={"Accept-Encoding": accepted})
        assert "Accept-Encoding" in response.vary
        return response.headers.get("Content-Encoding"), response.data, response.headers.get("ETag")

    coding, plain, tag = get("identity")
    assert coding is None
    for accepted in ("", "gzip;q=0", "br", "gzip;q=0.5, identity", "*;q=0.5, gzip;q=0"):
        assert get(accepted)[0] is None, accepted
    for accepted in ("gzip", "br, gzip;q=0.2", "*", "deflate, gzip;q=1.0, *;q=0.5"):
        coding, packed, its_tag = get(accepted)
        assert coding == "gzip", accepted
        assert len(packed) < len(plain)
        if tag:
            assert its_tag == tag[:-1] + '-gzip"'
            held = client.get(path, headers={"If-None-Match": its_tag, "Accept-Encoding": "gzip"})
            assert held.status_code == 304
            assert gzip.decompress(packed) == plain


def test_errors_are_never_kept(client: FlaskClient) -> None:
    for path in ("/no", "/sparql?query=ASK", "/data/no", "/id/no"):
        response = client.get(path)
        assert response.status_code >= 400
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?x) {}", "ASK { FILTER(rand() < 2) }"])
def test_what_differs_each_time_is_never_kept(client: FlaskClient, query: str) -> None:
    for accept in ("*/*", "text/html"):
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers


def test_the_host_of_a_request_is_in_nothing_that_is_kept(app: Flask) -> None:
    client = app.test_client()
    for path in ("/", "/sparql?format=ttl", "/.well-known/void", "/.well-known/sparql-examples"):
        response = client.get(path, headers={"Host": "host.example"})
        assert b"host.example" in response.data
        assert "ETag" not in response.headers
    for path in ("/sparql", "/dumps/", "/ontology.html", "/id/firm.html", "/graph/asserted.html"):
        response = client.get(path, headers={"Host": "host.example", "Accept": "text/html"})
        assert b"host.example" not in response.data
        assert "ETag" in response.headers
