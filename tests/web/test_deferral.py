"""What views leave to the front, and what they say without it."""

import json
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from jjjkg.evaluation import (
    Answer,
    Busy,
    Evaluator,
    LimitExceeded,
    MalformedQuery,
    QueryError,
    UnavailableFormat,
)
from jjjkg.rdf.formats import RESULTS, TRIPLES
from jjjkg.rdf.namespaces import GRAPH
from jjjkg.web.answers import describe_answer
from jjjkg.web.deferral import KEY, Deferral, Task
from jjjkg.web.serving.bridge import Answered, Scope, Visit
from support.web.connections import ask

QUERY = "SELECT * { ?s ?p ?o }"


@pytest.fixture(autouse=True)
def _without_evaluating(evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluator, "answer", None)


def scope(path: str, **headers: str) -> Scope:
    """A GET request as the front is given it."""
    path, _, query = path.partition("?")
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "scheme": "http",
        "http_version": "1.1",
        "headers": [(b"host", b"localhost"), *named],
    }


def read(answered: Answered) -> bytes:
    assert isinstance(answered.body, bytes)
    return answered.body


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
    assert (deferral.work, task.finish, task.pool) == (None, None, "queries")
    assert (response.status_code, response.data) == (200, b"")
    assert {"Accept", "Accept-Encoding"} <= set(response.vary)
    assert response.access_control_allow_origin == "*"
    for name in ("Content-Type", "ETag", "Cache-Control", "Content-Encoding"):
        assert name not in response.headers
    headers = dict(describe_answer(task, RESULTS[2], "gzip", False))
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["ETag"] == f'"{task.etag}-gzip"'
    held, response = defer(client, "/sparql", Accept="text/csv", If_None_Match=headers["ETag"])
    assert (held.task, response.status_code) == (None, 304)
    changing = dict(describe_answer(task, RESULTS[2], None, True))
    assert changing == {"Content-Type": headers["Content-Type"], "Cache-Control": "no-store"}


def test_a_graph_becomes_a_task(client: FlaskClient) -> None:
    deferral = Deferral()
    client.get(f"/data?graph={GRAPH}inferred&timeout=2", environ_overrides={KEY: deferral})
    assert deferral.task is not None
    assert deferral.task.request.default_graphs == (GRAPH + "inferred",)
    assert (deferral.task.request.triples, deferral.task.seconds) == (TRIPLES[0].name, 2.0)


def test_a_page_becomes_a_task_that_is_finished(app: Flask) -> None:
    visit = Visit(app, scope(ask(QUERY), accept="text/html", accept_language="zh"), b"")
    assert visit.call().body == b""
    task = visit.deferral.task
    assert task is not None
    assert task.finish is not None
    assert (task.request.results, task.request.triples, task.etag) == ("json", "ttl", "")
    result = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'
    page = visit.conclude(task.finish, Answer(result, RESULTS[0], "SELECT"))
    assert visit.deferral.task is None
    text = read(page).decode()
    assert 'lang="zh"' in text
    assert page.status == 200
    headers = dict(page.headers)
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    assert headers[b"etag"]
    changing = visit.conclude(task.finish, Answer(result, RESULTS[0], "SELECT", volatile=True))
    assert dict(changing.headers)[b"cache-control"] == b"no-store"


def test_whoever_takes_pages_of_tables_only_has_a_graph_streamed(app: Flask) -> None:
    visit = Visit(app, scope(ask(QUERY), accept="text/html, text/turtle"), b"")
    visit.call()
    task = visit.deferral.task
    assert task is not None
    assert task.finish is not None
    assert (task.request.results, task.request.triples) == ("json", None)
    visit.conclude(task.finish, UnavailableFormat("queries.no_format", form="CONSTRUCT"))
    streamed = visit.deferral.task
    assert isinstance(streamed, Task)
    assert (streamed.finish, streamed.request.results, streamed.request.triples) == (
        *(None, None, "ttl"),
    )


def test_what_takes_long_to_be_written_needs_a_thread(app: Flask) -> None:
    visit = Visit(app, scope("/data", accept="application/n-quads"), b"")
    assert visit.call().body == b""
    work = visit.deferral.work
    assert work is not None
    dump = visit.conclude(work)
    assert visit.deferral.work is None
    assert (dump.status, dict(dump.headers)[b"content-type"]) == (200, b"application/n-quads")
    assert not isinstance(dump.body, bytes)
    assert b"".join(dump.body).startswith(b"<")
    dump.close()


def test_no_view_is_called_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    view = app.view_functions["sparql.query"]
    monkeypatch.setitem(app.view_functions, "sparql.query", lambda: called.append(1) or view())
    for accept in ("text/html", "text/csv"):
        visit = Visit(app, scope(ask(QUERY), accept=accept), b"")
        visit.call()
        task = visit.deferral.task
        assert task is not None
        answered = fail(
            visit, MalformedQuery("queries.syntax.empty", line=1, column=2, excerpt="x")
        )
        assert answered.status == 400
        assert len(called) == 1
        called.clear()


def fail(visit: Visit, error: QueryError) -> Answered:
    """What the front does where the task of a visit has no answer."""

    def tell() -> Response:
        raise error

    assert visit.deferral.task is not None
    finish = visit.deferral.task.finish
    return visit.conclude(finish, error) if finish else visit.conclude(tell)


@pytest.mark.parametrize(
    ("failure", "status", "members"),
    [
        (Busy("queries.busy.full", retry_after=7), 503, {"limit": "queue", "retryAfter": 7}),
        (
            LimitExceeded("queries.limits.rows", limit="rows", value=9),
            503,
            {"limit": "rows", "value": 9},
        ),
        (
            LimitExceeded("queries.limits.seconds", limit="seconds", value=0.5),
            504,
            {"limit": "seconds", "value": 0.5},
        ),
        (
            MalformedQuery("queries.syntax.empty", line=1, column=2, excerpt="x"),
            400,
            {"line": 1, "column": 2},
        ),
        (UnavailableFormat("queries.no_format", form="SELECT"), 406, {}),
    ],
)
def test_a_failed_task_is_told_as_the_client_takes_it(
    app: Flask, failure: QueryError, status: int, members: dict[str, Any]
) -> None:
    visit = Visit(app, scope(ask(QUERY), accept="text/csv"), b"")
    visit.call()
    told = fail(visit, failure)
    assert told.status == status
    problem = json.loads(read(told))
    assert members.items() <= problem.items()
    headers = dict(told.headers)
    assert headers.get(b"retry-after") == (b"7" if isinstance(failure, Busy) else None)
    assert headers[b"cache-control"] == b"no-store"
    if status == 406:
        assert [f["format"] for f in problem["available"]] == [*(f.name for f in RESULTS), "html"]
