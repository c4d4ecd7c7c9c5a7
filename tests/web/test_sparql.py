"""The endpoint, as the protocol has it. https://www.w3.org/TR/sparql11-protocol/"""

import http.client
import os
import signal
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jjjkg.evaluation import Evaluator
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format
from jjjkg.rdf.namespaces import GRAPH, KG

FORM = "application/x-www-form-urlencoded"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
#: Doubles a string to a gigabyte.
HUNGRY = "SELECT (STRLEN(?x26) AS ?n) { BIND('0123456789abcdef' AS ?x0) "
HUNGRY += " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(26)) + " }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(9))} }}"
PLAIN = {"Accept": "*/*"}


def problem_of(response: TestResponse) -> dict[str, Any]:
    assert response.mimetype == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem["status"] == response.status_code
    return dict(problem)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("GET", {"query_string": {"query": COUNT}}),
        ("POST", {"data": {"query": COUNT}}),
        ("POST", {"data": COUNT, "content_type": "application/sparql-query"}),
        ("POST", {"data": COUNT, "content_type": "application/sparql-query; charset=utf-8"}),
    ],
)
def test_a_query_comes_in_three_ways(
    client: FlaskClient, method: str, options: dict[str, Any]
) -> None:
    response = client.open("/sparql", method=method, **options)
    assert response.status_code == 200
    assert response.mimetype == RESULTS[0].media_type
    assert response.get_json(force=True)["head"]["vars"] == ["n"]


def test_a_percent_encoded_chinese_iri_comes_through_a_form(client: FlaskClient) -> None:
    query = 'SELECT (<https://w3id.org/jjjkg/id/京津冀> AS ?x) ("冀"@zh AS ?y) {}'
    body = urlencode({"query": query, "format": "tsv"})
    response = client.post("/sparql", data=body, content_type=FORM)
    assert response.text == '?x\t?y\n<https://w3id.org/jjjkg/id/京津冀>\t"冀"@zh\n'
    assert response.content_type == "text/tab-separated-values; charset=utf-8"


@pytest.mark.parametrize("format", RESULTS, ids=lambda format: format.name)
def test_results_come_in_each_format(client: FlaskClient, format: Format) -> None:
    by_accept = client.get(
        "/sparql", query_string={"query": COUNT}, headers={"Accept": format.media_type}
    )
    by_name = client.get("/sparql", query_string={"query": COUNT, "format": format.name})
    assert by_accept.mimetype == by_name.mimetype == format.media_type
    assert by_accept.data == by_name.data
    assert "Accept" in by_accept.vary


@pytest.mark.parametrize("format", GRAPHS, ids=lambda format: format.name)
def test_triples_come_in_each_format(client: FlaskClient, format: Format) -> None:
    query = {"query": f"DESCRIBE <{KG}firm>"}
    response = client.get("/sparql", query_string=query, headers={"Accept": format.media_type})
    assert response.mimetype == format.media_type
    assert KG.encode() in response.data


def test_the_protocols_graphs_choose_the_dataset(client: FlaskClient) -> None:
    def count(**graphs: str) -> int:
        given = {"query": COUNT, "format": "csv"} | {
            k.replace("_", "-"): g for k, g in graphs.items()
        }
        counts = {
            client.get("/sparql", query_string=given).text,
            client.post("/sparql", data=given).text,
        }
        assert len(counts) == 1
        return int(counts.pop().split()[1])

    whole = count()
    assert 0 < count(default_graph_uri=GRAPH + "inferred") == 2 < whole
    assert count(named_graph_uri=GRAPH + "inferred") == 0


@pytest.mark.parametrize(
    ("query", "accept", "formats"),
    [
        (COUNT, "image/png", [*RESULTS, *GRAPHS]),
        (COUNT, "text/turtle", RESULTS),
        ("CONSTRUCT {} {}", "text/csv", GRAPHS),
    ],
)
def test_no_acceptable_format_is_406_with_the_list(
    client: FlaskClient, query: str, accept: str, formats: list[Format]
) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code == 406
    available = problem_of(response)["available"]
    assert [f["mediaType"] for f in available] == [*(f.media_type for f in formats), "text/html"]


@pytest.mark.parametrize(
    ("method", "options", "status"),
    [
        ("GET", {"query_string": {"default-graph-uri": GRAPH + "inferred"}}, 400),
        ("POST", {"data": {}, "content_type": FORM}, 400),
        ("GET", {"query_string": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ("POST", {"data": {"update": "DROP ALL"}}, 403),
        ("POST", {"data": "DROP ALL", "content_type": "application/sparql-update"}, 403),
        ("POST", {"data": "DROP ALL", "content_type": "application/sparql-query"}, 403),
        ("GET", {"query_string": {"query": "ASK { SERVICE <http://example.org/> {} }"}}, 403),
        ("POST", {"data": "ASK {}", "content_type": "text/plain"}, 415),
        ("POST", {"data": b"\xff", "content_type": "application/sparql-query"}, 400),
        ("GET", {"query_string": {"query": "ASK { FILTER(<a:f>(1)) }"}}, 400),
        ("POST", {"data": {"query": " " * 100_001}}, 413),
        ("POST", {"data": {"query": " " * 2_000_000}}, 413),
    ],
)
def test_what_is_no_query_is_a_problem_that_says_so(
    client: FlaskClient, method: str, options: dict[str, Any], status: int
) -> None:
    response = client.open("/sparql", method=method, headers=PLAIN, **options)
    assert response.status_code == status
    assert len(problem_of(response)["detail"]) > 20


def test_a_syntax_error_has_line_and_column(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": "SELECT *\n{ ?s ?p }"})
    assert response.status_code == 400
    problem = problem_of(response)
    assert (problem["line"], problem["column"]) == (2, 9)
    assert problem["excerpt"] == "{ ?s ?p }\n        ^"


def test_nested_braces_are_a_400_and_the_next_query_works(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": "SELECT * " + "{" * 40_000})
    assert response.status_code == 400
    assert "200 deep" in problem_of(response)["detail"]
    assert client.post("/sparql", data={"query": COUNT}).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "limit", "value"),
    [
        (ENDLESS, 504, "seconds", 1.0),
        (HUNGRY, 503, "memory", 192 << 20),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 503, "bytes", 1 << 20),
        ("#" * 100_001, 413, "length", 100_000),
        ("#" * 2_000_000, 413, "length", 100_000),
    ],
)
def test_a_limit_is_named_with_its_value(
    client: FlaskClient, query: str, status: int, limit: str, value: float
) -> None:
    response = client.post("/sparql", data={"query": query})
    assert response.status_code == status
    problem = problem_of(response)
    assert (problem["limit"], problem["value"]) == (limit, value)
    assert response.headers["Cache-Control"] == "no-store"
    assert client.post("/sparql", data={"query": COUNT}).status_code == 200


def test_other_methods_are_405_with_those_allowed(client: FlaskClient) -> None:
    response = client.delete("/sparql")
    assert response.status_code == 405
    assert {"GET", "POST", "QUERY", "HEAD", "OPTIONS"} == set(response.allow)
    problem_of(response)


def test_other_origins_may_read(client: FlaskClient) -> None:
    asked = client.options("/sparql", headers={"Access-Control-Request-Method": "POST"})
    assert asked.status_code == 200
    assert {"GET", "POST"} <= set(asked.access_control_allow_methods or ())
    assert "Content-Type" in (asked.access_control_allow_headers or ())
    for response in (
        asked,
        client.get("/sparql", query_string={"query": COUNT}),
        client.delete("/sparql"),
    ):
        assert response.access_control_allow_origin == "*"


def test_a_long_query_does_not_hold_up_others(
    address: tuple[str, int], evaluator: Evaluator
) -> None:
    statuses = []
    places = evaluator.pool.workers - 1  # as many as one address may have at a time

    def ask(query: str) -> None:
        connection = http.client.HTTPConnection(*address, timeout=10)
        connection.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
        statuses.append(connection.getresponse().status)
        connection.close()

    long = [threading.Thread(target=ask, args=[ENDLESS]) for _ in range(places - 1)]
    for thread in long:
        thread.start()
    ask(COUNT)
    for thread in long:
        thread.join()
    assert statuses == [200, *[504] * len(long)]


def test_a_killed_worker_is_a_503_of_its_own_request(
    client: FlaskClient, evaluator: Evaluator
) -> None:
    fork_server = evaluator.pool.fork_server.process.pid
    children = Path(f"/proc/{fork_server}/task/{fork_server}/children")

    def measure() -> dict[str, int]:
        """The ticks of processor time that each worker has used."""
        stats = (Path(f"/proc/{pid}/stat") for pid in children.read_text("ascii").split())
        texts = {stat.parent.name: stat.read_text("ascii") for stat in stats if stat.exists()}
        return {pid: int(text.rpartition(")")[2].split()[11]) for pid, text in texts.items()}

    before, done = measure(), threading.Event()

    def kill_busy() -> None:
        while not done.wait(0.01):
            for pid, ticks in measure().items():
                if ticks > before.get(pid, 0) + 5:
                    os.kill(int(pid), signal.SIGKILL)
                    return

    killer = threading.Thread(target=kill_busy)
    killer.start()
    response = client.post("/sparql", data={"query": ENDLESS})
    done.set()
    killer.join()
    assert response.status_code == 503
    assert "signal 9" in problem_of(response)["detail"]
    assert client.post("/sparql", data={"query": COUNT}).status_code == 200
