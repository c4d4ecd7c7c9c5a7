"""What views leave to the front, and what they say without it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from jjjkg.evaluation import Busy, Evaluator, LimitExceeded, MalformedQuery, UnavailableFormat
from jjjkg.mediatypes import RESULTS, TRIPLES
from jjjkg.namespaces import GRAPH
from jjjkg.web.answers import describe_answer
from jjjkg.web.deferral import FAILURE, KEY, Deferral

QUERY = "SELECT * { ?s ?p ?o }"


@pytest.fixture(autouse=True)
def _without_evaluating(evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluator, "evaluate", None)


def defer(client: FlaskClient, path: str, **headers: str) -> tuple[Deferral, Any]:
    deferral = Deferral()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.get(
        path, query_string={"query": QUERY}, headers=named, environ_overrides={KEY: deferral}
    )
    return deferral, response


def test_a_query_becomes_a_task(client: FlaskClient) -> None:
    deferral, response = defer(
        client, "/sparql", Accept="text/csv", Accept_Encoding="gzip", Origin="http://example.org"
    )
    task = deferral.task
    assert task is not None
    assert (task.request.query, task.request.results, task.request.gzip) == (QUERY, "csv", True)
    assert task.request.triples is None
    assert not deferral.blocking
    assert (response.status_code, response.data) == (200, b"")
    assert {"Accept", "Accept-Encoding"} <= set(response.vary)
    assert response.access_control_allow_origin == "*"
    for name in ("Content-Type", "ETag", "Cache-Control", "Content-Encoding"):
        assert name not in response.headers
    headers = dict(describe_answer(task, "SELECT", RESULTS[2], "gzip", False))
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["ETag"] == f'"{task.etag}-gzip"'
    held, response = defer(client, "/sparql", Accept="text/csv", If_None_Match=headers["ETag"])
    assert (held.task, response.status_code) == (None, 304)
    changing = dict(describe_answer(task, "SELECT", RESULTS[2], None, True))
    assert changing == {"Content-Type": headers["Content-Type"], "Cache-Control": "no-store"}


def test_a_graph_becomes_a_task(client: FlaskClient) -> None:
    deferral = Deferral()
    client.get(f"/data?graph={GRAPH}inferred&timeout=2", environ_overrides={KEY: deferral})
    assert deferral.task is not None
    assert deferral.task.request.default_graphs == (GRAPH + "inferred",)
    assert (deferral.task.request.triples, deferral.task.seconds) == (TRIPLES[0].name, 2.0)


@pytest.mark.parametrize(
    ("path", "accept"), [("/sparql", "text/html"), ("/.well-known/void", "text/turtle")]
)
def test_what_needs_answers_to_be_written_needs_a_thread(
    client: FlaskClient, path: str, accept: str
) -> None:
    deferral, response = defer(client, path, Accept=accept)
    assert (deferral.task, deferral.blocking) == (None, True)
    assert response.data == b""


@pytest.mark.parametrize(
    ("failure", "status", "members"),
    [
        (Busy("too many wait", 7), 503, {"limit": "queue", "retryAfter": 7}),
        (LimitExceeded("rows", "too many", 9), 503, {"limit": "rows", "value": 9}),
        (LimitExceeded("seconds", "too long", 0.5), 504, {"limit": "seconds", "value": 0.5}),
        (MalformedQuery("wrong", 1, 2, "x"), 400, {"line": 1, "column": 2}),
        (UnavailableFormat("SELECT"), 406, {}),
    ],
)
def test_a_failed_task_is_told_by_the_view(
    client: FlaskClient, failure: Exception, status: int, members: dict[str, Any]
) -> None:
    response = client.post(
        "/sparql", data={"query": QUERY}, environ_overrides={FAILURE: failure, KEY: Deferral()}
    )
    assert response.status_code == status
    problem = response.get_json(force=True)
    assert members.items() <= problem.items()
    assert response.headers.get("Retry-After") == ("7" if isinstance(failure, Busy) else None)
    if status == 406:
        assert [f["format"] for f in problem["available"]] == [*(f.name for f in RESULTS), "html"]
