"""Requests that are odd or wrong in themselves: paths, methods, encodings, parameters twice."""

import pytest
from flask.testing import FlaskClient

from jjjkg.rdf.namespaces import GRAPH

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ODD = (
    "%25",
    "%25zz",
    "%5Bx%5D",
    "%FF%FE",
    "%7F",
    "%EE%80%80",
    "%EF%B7%90",
    "%F3%A0%80%81",
    "%23%23",
)


@pytest.mark.parametrize("kind", ["id/", "claim/", "source/", "graph/", "ontology."])
@pytest.mark.parametrize("name", ODD)
def test_a_path_that_makes_no_iri_is_404(client: FlaskClient, kind: str, name: str) -> None:
    response = client.get(f"/{kind}{name}")
    assert response.status_code == 404
    assert "nothing is said of <" in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("path", ["/id/", "/graph/", "/no/such/page"])
def test_an_unknown_path_is_404_in_the_readers_language(client: FlaskClient, path: str) -> None:
    for language, title, words in (
        ("en", "Not Found", f"there is no page {path}"),
        ("zh", "未找到", f"没有页面 {path}；"),
    ):
        page = client.get(f"{path}?lang={language}", headers={"Accept": "text/html"})
        assert page.status_code == 404
        assert f"<h1>404 {title}</h1>" in page.text
        assert words in page.text
        problem = client.get(path, headers={"Accept-Language": language})
        assert problem.get_json(force=True)["title"] == title
        assert words in problem.get_json(force=True)["detail"]
        assert "Accept-Language" in problem.vary


def test_a_method_that_is_not_allowed_is_told_those_that_are(client: FlaskClient) -> None:
    detail = client.delete("/sparql").get_json(force=True)["detail"]
    assert detail == "DELETE can't be used on /sparql; use one of GET, HEAD, OPTIONS, POST, QUERY"
    page = client.post("/?lang=zh", headers={"Accept": "text/html"})
    assert page.status_code == 405
    assert "不支持 POST 方法；可用 GET, HEAD, OPTIONS" in page.text


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/questions", "/"),
        ("/questions/?lang=zh", "/?lang=zh"),
    ],
)
def test_a_near_miss_leads_to_the_page(client: FlaskClient, path: str, target: str) -> None:
    response = client.get(path)
    assert response.status_code in (302, 308)
    assert response.headers["Location"] == target


def test_parameters_in_the_address_of_a_form_count(client: FlaskClient) -> None:
    graph = {"default-graph-uri": GRAPH + "inferred"}
    in_form = client.post("/sparql", data={"query": COUNT, **graph})
    in_address = client.post("/sparql", query_string=graph, data={"query": COUNT})
    assert in_address.data == in_form.data
    assert in_address.data != client.post("/sparql", data={"query": COUNT}).data


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("GET", {"query_string": "query=ASK%7B%7D%FF"}),
        ("POST", {"data": "query=ASK%7B%7D%FF"}),
        ("POST", {"data": b"query=ASK%7B%7D\xff"}),
        ("POST", {"data": "query=ASK%7B%7D", "query_string": "x=%FF"}),
    ],
)
def test_parameters_must_be_utf8(client: FlaskClient, method: str, options: dict[str, str]) -> None:
    form = "application/x-www-form-urlencoded"
    response = client.open("/sparql", method=method, content_type=form, **options)
    assert response.status_code == 400
    assert "not in UTF-8" in response.get_json(force=True)["detail"]


def test_an_answer_that_is_too_large_is_called_so(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}
    problem = client.post("/sparql", data=query).get_json(force=True)
    assert problem["title"] == "Answer too large"
    assert problem["limit"] == "bytes"
