"""How a view has a task done: by what the client holds already, by the front, or here and now."""

import json

from flask import Response, g, request

from jjjkg.evaluation import Evaluator, QueryError, Request
from jjjkg.rdf.formats import Format
from jjjkg.web.answers import KEPT, describe_answer, find_held, make_etag
from jjjkg.web.deferral import Finish, Task, leave
from jjjkg.web.negotiation import HTML, takes_gzip


def make_request(
    query: str,
    results: str | None,
    triples: str | None,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
    forms: bool = False,
) -> Request:
    """A request to evaluate, in the content coding that suits the current client.

    With `forms`, literals come as their source has them. Relative IRIs are relative to the address
    that it was sent to: https://www.w3.org/TR/sparql11-protocol/#base-iri
    """
    graphs = (default_graphs, named_graphs)
    gzip, base = takes_gzip(request), request.base_url
    return Request(query, results, triples, *graphs, gzip=gzip, base=base, forms=forms)


def make_task(key: str, asked: Request, seconds: float | None, modified: str) -> Task:
    """A task about the snapshot of that key, built at that time (as Last-Modified has it)."""
    return Task(asked, seconds, make_etag(key, asked), modified)


def reply(evaluator: Evaluator, task: Task) -> Response:
    """The response to a task; an unmade one where the front is to make it.

    Raises QueryError where there is no answer.
    """
    if task.finish is None and (held := find_held(task.etag, request.headers.get("If-None-Match"))):
        return _spare(held, task)
    if left := leave(task):
        return left
    try:
        answer = evaluator.answer(task.request, seconds=task.seconds)
    except QueryError as error:
        if task.finish is None:
            raise
        return task.finish(error)
    if task.finish:
        return task.finish(answer)
    headers = describe_answer(task, answer.format, None, answer.volatile, answer.note)
    return Response(answer.body, headers=headers)


def ask_reasoner(
    reasoners: Evaluator, kind: str, format: Format, finish: Finish, **asked: object
) -> Response:
    """The response that `finish` makes of what a reasoner says (jjjkg.explanation.reasoner)."""
    form = "page" if format is HTML else format.name
    text = json.dumps({"kind": kind, "form": form, "language": g.language, **asked})
    return reply(reasoners, Task(Request(text, "json", "ttl"), pool="reasons", finish=finish))


def _spare(held: str, task: Task) -> Response:
    """What says that the client's copy still holds; only reading may be spared.

    https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
    """
    response = Response(status=412 if request.method == "POST" else 304)
    response.set_etag(held)
    response.headers["Cache-Control"] = KEPT
    if task.modified:
        response.headers["Last-Modified"] = task.modified
    return response
