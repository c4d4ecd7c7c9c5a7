"""Work that a view leaves to the front: a query and what becomes of its answer, or a thread's work.

A WSGI app can neither wait without holding a thread nor see that a client has gone. So the front
puts a Deferral into a request's environ; a view that finds one there says in it what is to be done
and returns at once. Under any other server there is none, and the view does it itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Response, request

from jjjkg.evaluation import Answer, QueryError, Request

#: The key of the Deferral in a WSGI environ.
KEY: Final = "jjjkg.deferral"
#: Makes the response out of a query's end. It may raise, and leave another task, as a view may.
Finish = Callable[[Answer | QueryError], Response]


@dataclass(frozen=True)
class Task:
    """A query to be evaluated for a view.

    `seconds` is the time that the client allows, which may be longer than the limit; `pool` is
    who evaluates it: "queries" or "reasons". Without `finish` the answer is streamed as it comes;
    `etag` is then the opaque tag, without quotes, of the answer without a content coding, and
    `modified` the value of Last-Modified. With it, the answer is collected, and `finish` is called
    with it in a thread, in a context of the same request.
    """

    request: Request
    seconds: float | None = None
    etag: str = ""
    modified: str = ""
    pool: str = "queries"
    finish: Finish | None = None


@dataclass
class Deferral:
    """Work that a view has left: a task, or work that makes the response in a thread."""

    task: Task | None = None
    work: Callable[[], Response] | None = None


def find_deferral() -> Deferral | None:
    """The deferral of the current request, where its server offers one."""
    found = request.environ.get(KEY)
    return found if isinstance(found, Deferral) else None


def leave(task: Task) -> Response | None:
    """Leaves a task to the front; None where there is no front."""
    deferral = find_deferral()
    if deferral is None:
        return None
    deferral.task = task
    return _unmade()


def leave_to_thread(work: Callable[[], Response]) -> Response:
    """The response that work makes; it is made in a thread where there is a front."""
    deferral = find_deferral()
    if deferral is None:
        return work()
    deferral.work = work
    return _unmade()


def _unmade() -> Response:
    response = Response()
    del response.headers["Content-Type"]
    return response
