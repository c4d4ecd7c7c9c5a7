"""Tasks: queries that are answered before a view, or instead of it.

A page that is made of an answer comes in two parts: a function that asks, which reads the request
and gives a task, and a view that shows the answer. So a server may wait for the answer without a
thread, and end the query when the client goes away; the view is called once, with the answer.
Under a plain WSGI server `find_answer` does both in one thread.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Response, g, request

from jjjkg.evaluation import Answer, LimitExceeded, QueryError, Request, UnavailableFormat
from jjjkg.rdf.formats import Format
from jjjkg.web.http import caching
from jjjkg.web.http.request import HTML, READING, ClientRequest
from jjjkg.web.site import Site

#: The rows that a page shows; the other formats have them all.
SHOWN: Final = 1000
#: Bytes of an answer that a page is made of.
MOST_PAGE: Final = 1 << 20
#: Where that many are not enough for the rows, it is asked for a tenth of them.
_FEWER: Final = 10
#: The key of a task and its outcome in a WSGI environ.
ANSWERED: Final = "jjjkg.answered"

Outcome = Answer | QueryError


@dataclass(frozen=True)
class Task:
    """A query to be evaluated.

    `seconds` is the time that the client allows, which may be longer than the limit; `pool` names
    who evaluates it: "queries" or "reasons". With `paged`, the answer is collected and given to
    the view; `otherwise` is the task to be done if there is none in that format. Without it, the
    answer is streamed; `etag` is the opaque tag of the answer without a content coding, and
    `modified` its Last-Modified.
    """

    request: Request
    seconds: float | None = None
    etag: str = ""
    modified: str = ""
    pool: str = "queries"
    paged: bool = False
    otherwise: "Task | None" = None

    def follow(self, outcome: Outcome) -> "Task | None":
        """The task to be done after an outcome; None if the view shows that."""
        if isinstance(outcome, UnavailableFormat):
            return self.otherwise
        large = isinstance(outcome, LimitExceeded) and outcome.value == MOST_PAGE
        rows = self.request.most_rows // _FEWER
        if not (large and rows):
            return None
        return replace(self, request=replace(self.request, most_rows=rows))


#: Reads a request; None if its view needs no answer. Raises Refusal.
Ask = Callable[[Site, ClientRequest], Task | None]
Show = Callable[[Any], Response]


@dataclass(frozen=True)
class Asking:
    """The paths and the methods of a view that is made of an answer, and what asks for that.

    ``segment`` is the first segment of all of its paths.
    """

    segment: str
    paths: re.Pattern[str]
    ask: Ask
    methods: tuple[str, ...] = READING


def ask_reasoner(client: ClientRequest, kind: str, format: Format, **asked: object) -> Task:
    """Return a task for a reasoner (jjjkg.explanation.reasoner). Raises Refusal."""
    form = "page" if format is HTML else format.name
    text = json.dumps({"kind": kind, "form": form, "language": client.language, **asked})
    return Task(Request(text, "json", "ttl"), client.read_seconds(), pool="reasons", paged=True)


def respond(site: Site, ask: Ask, show: Show | None = None, told: bool = False) -> Response:
    """The response to what a view asks: `show` makes it of the answer, or it is the answer.

    A server may have found the answer already. With `told`, `show` is given errors too. Raises
    Refusal, and QueryError where there is no answer.
    """
    task, outcome = request.environ.get(ANSWERED) or (ask(site, g.client), None)
    assert task
    while outcome is None:
        status, etag = (0, "") if task.paged else caching.judge(g.client, task.etag, made=False)
        if status:
            return Response(status=status, headers=caching.validate(etag, task.modified))
        outcome = _evaluate(site, task)
        if task.paged and (following := task.follow(outcome)):
            task, outcome = following, None
    if isinstance(outcome, QueryError) and not (task.paged and told):
        raise outcome
    if task.paged and show:
        return show(outcome)
    assert isinstance(outcome, Answer)
    told_of = (outcome.format, None, outcome.volatile, outcome.note)
    return Response(
        outcome.body, headers=caching.describe_answer(task.etag, task.modified, *told_of)
    )


def _evaluate(site: Site, task: Task) -> Outcome:
    evaluator = site.reasoners if task.pool == "reasons" else site.evaluator
    try:
        return evaluator.answer(task.request, seconds=task.seconds)
    except QueryError as error:
        return error
