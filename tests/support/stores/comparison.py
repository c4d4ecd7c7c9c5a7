"""Two servers, of which one has its store elsewhere: what they answer is the same."""

import http.client
import json
from typing import Any
from urllib.parse import urlencode

from jjjkg.dataset.loading import own_folder
from jjjkg.dataset.questions import load_questions
from jjjkg.publishing.answers import read_answer

JSON = "application/sparql-results+json"
PAGES = (
    "/id/shenyue-soft.html",
    "/claim/P19-S1-c.html?lang=zh",
    "/questions/which_firms_left_beijing",
    "/ontology.html",
    "/graph/asserted.html",
)


def get(
    port: int, path: str, accept: str = "*/*", **headers: str
) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers={"Accept": accept, **named})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def ask(query: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": query, **more})


def get_text(port: int, query: str, accept: str = JSON, **more: str) -> str:
    response, text = get(port, ask(query, **more), accept)
    assert response.status == 200, text
    return text


def get_json(port: int, query: str, **more: str) -> Any:
    return json.loads(get_text(port, query, **more))


def compare_servers(own: int, other: int) -> None:
    """All questions, and pages, of which an engine that sorts otherwise changes the order."""
    for question in load_questions(own_folder() / "queries" / "questions"):
        ours, theirs = (read_answer(get_text(p, question.text).encode()) for p in (own, other))
        assert theirs.read_booleans(ours).differs(ours) == "", question.name
    for path in PAGES:
        ours, theirs = (sorted(get(port, path)[1].splitlines()) for port in (own, other))
        assert theirs == ours, path
    asserted = "/data/graph/asserted"
    triples = get(other, asserted, "application/n-triples")[1]
    assert len(triples.splitlines()) == 1_179
