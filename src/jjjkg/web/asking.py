"""How a view has a task done: by what the client holds already, by the front, or here and now."""

from flask import Response, request

from jjjkg.evaluation import Answer, Evaluator
from jjjkg.evaluation.protocol import Request
from jjjkg.web.answers import KEPT, describe_answer, find_held, make_etag
from jjjkg.web.deferral import Task, find_deferral, raise_failure
from jjjkg.web.negotiation import takes_gzip


def make_request(
    query: str,
    results: str | None,
    triples: str | None,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
    forms: bool = False,
) -> Request:
    """A request to evaluate, in the content coding that suits the current client."""
    graphs = (default_graphs, named_graphs)
    return Request(query, results, triples, *graphs, gzip=takes_gzip(request), forms=forms)


def make_task(key: str, asked: Request, seconds: float | None, modified: str) -> Task:
    """A task about the snapshot of that key, built at that time (as Last-Modified has it)."""
    return Task(asked, seconds, make_etag(key, asked), modified)


def reply(evaluator: Evaluator, task: Task) -> Response:
    """The response to a task; empty where the front is to fill it.

    Raises QueryError where there is no answer.
    """
    raise_failure()
    if held := find_held(task.etag, request.headers.get("If-None-Match")):
        return _spare(held, task)
    if deferral := find_deferral():
        deferral.task = task
        response = Response()
        del response.headers["Content-Type"]
        return response
    answer = evaluate(evaluator, task)
    headers = describe_answer(task, answer.form, answer.format, None, answer.volatile)
    return Response(answer.body, headers=headers)


def evaluate(evaluator: Evaluator, task: Task) -> Answer:
    """The whole answer to a task; raises QueryError where there is none."""
    asked = task.request
    return evaluator.evaluate(
        asked.query,
        results=asked.results,
        triples=asked.triples,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        seconds=task.seconds,
        forms=asked.forms,
    )


def _spare(held: str, task: Task) -> Response:
    """What says that the client's copy still holds; only reading may be spared.

    https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
    """
    response = Response(status=304 if request.method in ("GET", "HEAD") else 412)
    response.set_etag(held)
    response.headers["Cache-Control"] = KEPT
    if task.modified:
        response.headers["Last-Modified"] = task.modified
    return response
