"""The path of a request: the files that it passes, and the views that it calls."""

import asyncio
import json
import re
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest
from flask import Flask

import jjjkg
from jjjkg.evaluation import Evaluator
from jjjkg.messages import say
from jjjkg.rdf.namespaces import GRAPH
from jjjkg.web.http.caching import Cache
from jjjkg.web.server.access import AccessLog
from jjjkg.web.server.asgi import Front
from jjjkg.web.server.deployment import Deployment
from jjjkg.web.server.server import Settings, make_server
from jjjkg.web.site import Site
from support.web.connections import Address, ask, come_about, connected, get

OURS: Final = f"{Path(jjjkg.__file__).parent}/"
JSON: Final = "application/sparql-results+json"
ENDLESS: Final = (
    f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(9))} }}"
)
FIRM: Final = "https://w3id.org/jjjkg/id/firm"
#: The files of ours that a request passes at the most, those of the messages aside.
BOUNDS: Final = {
    "a cold query": (ask("SELECT * { ?s ?p ?o } LIMIT 1"), JSON, 200, 8),
    "a cold query of a graph": (ask("CONSTRUCT WHERE { ?s ?p ?o }"), "text/turtle", 200, 8),
    "a bad query": (ask("SELECT * { ?s ?p"), JSON, 400, 12),
    "a query that takes too long": (ask(ENDLESS) + "&timeout=0.1", JSON, 504, 13),
    "a page of an answer": (ask("SELECT * { ?s ?p ?o } LIMIT 2"), "text/html", 200, 21),
}

Follow = Callable[[str, str], tuple[int, set[str]]]


@pytest.fixture
def follow(site: Site, app: Flask, evaluator: Evaluator, reasoners: Evaluator) -> Iterator[Follow]:
    """Ask for a path of a new server, and return the status and the files that were passed.

    They are followed in its loop, and in the threads that it starts for the request.
    """
    passed: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            passed.add(frame.f_code.co_filename.removeprefix(OURS))

    loop = evaluator.loop
    deployment = Deployment(site, app, evaluator.pool, reasoners.pool, Cache(1 << 20))
    front = Front(deployment, AccessLog(None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(front, Settings(limits=evaluator.limits))
        server.config.callback_notify = None  # it is no part of a request
        serving = asyncio.run_coroutine_threadsafe(server.serve(sockets=[listening]), loop)
        address: Address = listening.getsockname()
        come_about(lambda: server.started)

        def follow(path: str, accept: str) -> tuple[int, set[str]]:
            threading.setprofile(note)
            loop.call_soon_threadsafe(sys.setprofile, note)
            try:
                response, _ = get(address, path, Accept=accept)
            finally:
                threading.setprofile(None)
                loop.call_soon_threadsafe(sys.setprofile, None)
            return response.status, set(passed)

        yield follow
        server.should_exit = True
        serving.result(10)
        front.close()


@pytest.mark.parametrize(("path", "accept", "status", "most"), BOUNDS.values(), ids=BOUNDS)
def test_a_request_passes_few_files(
    follow: Follow, path: str, accept: str, status: int, most: int
) -> None:
    told, passed = follow(path, accept)
    passed = {file for file in passed if not file.startswith("messages/")}
    print(len(passed), sorted(passed))
    assert told == status
    assert {"web/server/asgi.py", "web/pages/sparql.py"} <= passed
    assert len(passed) <= most, sorted(passed)


def test_a_cold_query_passes_five_files_of_the_web(follow: Follow) -> None:
    status, passed = follow(ask("ASK { ?s ?p 'cold' }"), JSON)
    assert status == 200
    assert sum(file.startswith("web/") for file in passed) == 5


@pytest.mark.parametrize(
    ("path", "accept", "status", "views"),
    [
        (ask("SELECT * { ?s ?p ?once }"), JSON, 200, []),
        (ask("SELECT * { ?s ?p ?once }"), "text/html", 200, ["sparql.query"]),
        (ask("SELECT * { ?s ?p ?once"), JSON, 400, []),
        (ask("SELECT * { ?s ?p ?once"), "text/html", 400, ["sparql.query"]),
        (ask("CONSTRUCT WHERE { ?s ?p ?once }"), "text/html, application/n-triples", 200, None),
        ("/sparql", "text/turtle", 200, ["sparql.query"]),
        ("/.well-known/void", "text/turtle", 200, ["descriptions.get_dataset"]),
        ("/data", "application/n-quads", 200, ["data.get"]),
        (f"/data?graph={GRAPH}asserted", "text/turtle", 200, []),
        ("/questions/where_is_the_firm", "text/html", 200, ["pages.question"]),
        (f"/explain?s={FIRM}&p=a&o=jjj:Enterprise", "text/html", None, None),
        ("/explain?s=a", "text/html", 400, []),
        ("/doubt?claim=P1.S1.d", "application/json", 200, ["doubt.doubt"]),
        ("/doubt?claim=foo", "text/html", 404, ["doubt.doubt"]),
        ("/nothing", "text/html", 404, []),
    ],
)
def test_no_view_is_called_twice(
    address: Address,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    accept: str,
    status: int | None,
    views: list[str] | None,
) -> None:
    """A query that is streamed calls none, nor does what is refused before it is asked."""
    called: Counter[str] = Counter()

    def count(name: str, view: Callable[..., Any]) -> Callable[..., Any]:
        def counting(**named: object) -> Any:
            called[name] += 1
            return view(**named)

        return counting

    for name, view in app.view_functions.items():
        monkeypatch.setitem(app.view_functions, name, count(name, view))
    response, _ = get(address, path, Accept=accept)
    assert status in (None, response.status)
    assert max(called.values(), default=0) <= 1
    assert views is None or list(called.elements()) == views


#: Two words of English on end.
ENGLISH: Final = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")
#: Marks, and what is in the words of the client or of the data.
TAGS: Final = re.compile(r"<(textarea|code|pre|table|script|title)\b.*?</\1>|<[^>]+>", re.DOTALL)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        (ask("SELECT * { ?s ?p") + "&lang=zh", 400),
        (ask("INSERT DATA {}") + "&lang=zh", 403),
        ("/explain?s=foo&lang=zh", 400),
        ("/explain?s=foo&p=a&o=b&lang=zh", 400),
        ("/doubt?claim=foo&lang=zh", 404),
        ("/id/nothing.html?lang=zh", 404),
        ("/data?graph=x&lang=zh", 400),
        ("/nothing?lang=zh", 404),
    ],
)
def test_a_problem_is_wholly_in_the_language_of_the_client(
    address: Address, path: str, status: int, accept: str
) -> None:
    response, body = get(address, path, Accept=accept)
    text = body.decode()
    assert response.status == status
    if accept == "text/html":
        assert 'lang="zh"' in text
        text = TAGS.sub("", text)
    else:
        problem = json.loads(text)
        assert re.fullmatch(r"[a-z]+(\.[a-z_0-9]+)+", problem["code"])
        text = f"{problem['title']} {problem['detail']}"
    assert re.search("[一-鿿]", text)
    assert ENGLISH.findall(text) == []


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_large_body_is_refused_in_the_language_of_the_client(
    address: Address, accept: str
) -> None:
    with connected(address) as connection:
        headers = {
            "Content-Type": "application/sparql-query",
            "Accept": accept,
            "Accept-Language": "zh",
        }
        connection.request("POST", "/sparql", b"a" * 10_000_000, headers)
        response = connection.getresponse()
        text = response.read().decode()
    assert response.status == 413
    assert say("statuses.413", "zh") in text
    assert "965,536 字节" in text
    assert ("<html" in text) == (accept == "text/html")
