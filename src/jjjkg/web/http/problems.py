"""Problems: what was wrong with a request, as a page or as JSON, in the client's language.

https://www.rfc-editor.org/rfc/rfc9457
"""

import json
import logging
from dataclasses import dataclass, field
from typing import Any, Final

from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)
from werkzeug.http import HTTP_STATUS_CODES

from jjjkg.errors import InputError
from jjjkg.evaluation import QueryError, UnavailableFormat
from jjjkg.messages import Message, has, say
from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.web.http import caching
from jjjkg.web.http.request import HTML, ClientRequest, Refusal

_LOG: Final = logging.getLogger(__name__)
#: Headers of werkzeug's errors that are passed on: of methods, and of a range beyond a file's end.
_KEPT_HEADERS: Final = ("Allow", "Content-Range")


@dataclass(frozen=True)
class Problem:
    """A problem in a language: its status, its words, and the code of its message.

    `members` are extensions of the problem object, `headers` those of the response.
    """

    status: int
    title: str
    detail: str
    code: str
    members: dict[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()

    def write(self) -> str:
        """The problem object in JSON."""
        known = {"type": "about:blank", "title": self.title, "status": self.status}
        object = known | {"detail": self.detail, "code": self.code} | self.members
        return json.dumps(object, ensure_ascii=False, indent=2) + "\n"


def explain(error: Exception, client: ClientRequest) -> Problem:
    """The problem that an error is to a client. One that nobody foresaw goes to the log."""
    language = client.language
    status, message, members, headers = _judge(error, client)
    title = f"statuses.past_{members.get('limit')}"
    if not has(title):
        title = f"statuses.{status}"
    name = say(title, language) if has(title) else HTTP_STATUS_CODES.get(status, "Error")
    return Problem(status, name, message.say(language), message.key, members, tuple(headers))


Judged = tuple[int, Message, dict[str, Any], list[tuple[str, str]]]


def _judge(error: Exception, client: ClientRequest) -> Judged:
    """The status, the message, the members and the headers of an error."""
    match error:
        case UnavailableFormat():
            return _judge(_find_formats(error, client), client)
        case Refusal():
            return error.status, error.message, error.members, list(error.headers)
        case QueryError():
            members = error.members
            retry = [("Retry-After", str(members["retryAfter"]))] if "retryAfter" in members else []
            return error.status, error.message, members, retry
        case InputError():
            return 400, error.message, {}, []
        case HTTPException():
            kept = [(n, v) for n, v in error.get_headers() if n in _KEPT_HEADERS]
            return error.code or 500, _explain(error, client), {}, kept
        case _:
            _LOG.error("while answering %s %s", client.method, client.path, exc_info=error)
            return 500, Message("problems.server_failed"), {}, []


def _find_formats(error: UnavailableFormat, client: ClientRequest) -> Refusal:
    """The refusal that lists the formats of a query's form."""
    table = error.form in ("SELECT", "ASK")
    formats, key = (RESULTS, "no_results_format") if table else (GRAPHS, "no_graph_format")
    try:
        client.refuse_formats((*formats, HTML), key, error.form)
    except Refusal as refusal:
        return refusal


def _explain(error: HTTPException, client: ClientRequest) -> Message:
    """The message for an error of werkzeug's, which has but general words for it."""
    match error:
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            values = {"method": client.method, "path": client.path, "allowed": allowed}
            return Message("problems.no_method", values)
        case RequestEntityTooLarge():
            return Message("problems.large_body")
        case NotFound():
            return Message("problems.no_page", {"path": client.path})
        case _:
            return Message(f"statuses.{error.code}")


def tell(error: Exception, client: ClientRequest) -> tuple[int, caching.Headers, bytes]:
    """The response that tells an error in JSON: its status, its headers and its body."""
    problem = explain(error, client)
    kind = ("Content-Type", "application/problem+json")
    return problem.status, [kind, *caching.PROBLEM, *problem.headers], problem.write().encode()
