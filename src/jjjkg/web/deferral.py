"""What a view leaves to the front: a query whose answer is to be streamed, or a thread to run in.

A WSGI app can neither stream without holding a thread nor see that a client has gone. So the front
puts a Deferral into a request's environ; a view that finds one there says in it what is to be
evaluated and returns at once. Under any other server there is none, and the view evaluates.
"""

from dataclasses import dataclass
from typing import Final

from flask import request

from jjjkg.evaluation.protocol import Request

#: The key of the Deferral in a WSGI environ.
KEY: Final = "jjjkg.deferral"
#: The key of a QueryError in a WSGI environ: why a deferred task has no answer. The view, called
#: again, raises it, so that the problem is written as every other one is.
FAILURE: Final = "jjjkg.failure"


@dataclass(frozen=True)
class Task:
    """What a view wants to be evaluated.

    `seconds` is the time that the client allows, which may be longer than the limit; `etag` is the
    opaque tag, without quotes, of the answer without a content coding; `modified` is the value of
    Last-Modified.
    """

    request: Request
    seconds: float | None
    etag: str
    modified: str = ""


@dataclass
class Deferral:
    """What a view has left to do: a task, or all of it in a thread that may wait (`blocking`)."""

    task: Task | None = None
    blocking: bool = False


def find_deferral() -> Deferral | None:
    """The deferral of the current request, where its server offers one."""
    found = request.environ.get(KEY)
    return found if isinstance(found, Deferral) else None


def leave_to_thread() -> bool:
    """Whether the view must return at once, to be called again where it may wait for answers."""
    deferral = find_deferral()
    if deferral is not None:
        deferral.blocking = True
    return deferral is not None


def raise_failure() -> None:
    """Raises the QueryError that ended the current request's task, if one did."""
    if (failure := request.environ.get(FAILURE)) is not None:
        raise failure
