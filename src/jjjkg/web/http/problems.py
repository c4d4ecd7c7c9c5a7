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
    RequestedRangeNotSatisfiable,
)
from werkzeug.http import HTTP_STATUS_CODES

from jjjkg.errors import InputError, MessageError
from jjjkg.evaluation import QueryError, UnavailableFormat
from jjjkg.messages import has, say
from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.web.http import caching
from jjjkg.web.http.request import HTML, ClientRequest, Refusal

_LOG: Final = logging.getLogger(__name__)


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
    headers: caching.Headers = field(default_factory=list)

    def write(self) -> str:
        """The problem object in JSON."""
        known = {"type": "about:blank", "title": self.title, "status": self.status}
        object = known | {"detail": self.detail, "code": self.code} | self.members
        return json.dumps(object, ensure_ascii=False, indent=2) + "\n"


def explain(error: Exception, client: ClientRequest) -> Problem:
    """The problem that an error is to a client. One that nobody foresaw goes to the log."""
    language = client.language
    status, told, members, headers = _judge(error, client)
    title = f"statuses.past_{members.get('limit')}"
    if not has(title):
        title = f"statuses.{status}"
    name = say(title, language) if has(title) else HTTP_STATUS_CODES.get(status, "Error")
    return Problem(status, name, told.say(language), told.message.key, members, headers)


def _judge(
    error: Exception, client: ClientRequest
) -> tuple[int, MessageError, dict[str, Any], caching.Headers]:
    """The status, the words, the members and the headers of an error."""
    match error:
        case UnavailableFormat():
            return _judge(_find_formats(error, client), client)
        case Refusal():
            return error.status, error, error.members, list(error.headers)
        case QueryError():
            members = error.members
            retry = [("Retry-After", str(members["retryAfter"]))] if "retryAfter" in members else []
            return error.status, error, members, retry
        case InputError():
            return 400, error, {}, []
        case HTTPException():
            words, kept = _explain(error, client)
            return error.code or 500, words, {}, kept
        case _:
            _LOG.error("while answering %s %s", client.method, client.path, exc_info=error)
            return 500, MessageError("problems.server_failed"), {}, []


def _find_formats(error: UnavailableFormat, client: ClientRequest) -> Refusal:
    """The refusal that lists the formats of a query's form."""
    table = error.form in ("SELECT", "ASK")
    formats = RESULTS if table else GRAPHS
    key = "problems.no_results_format" if table else "problems.no_graph_format"
    try:
        client.refuse_formats((*formats, HTML), key, error.form)
    except Refusal as refusal:
        return refusal


def _explain(error: HTTPException, client: ClientRequest) -> tuple[MessageError, caching.Headers]:
    """The words for an error of werkzeug's, which has but general ones, and its headers."""
    match error:
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            told = {"method": client.method, "path": client.path, "allowed": allowed}
            return MessageError("problems.no_method", **told), [("Allow", allowed)]
        case NotFound():
            return MessageError("problems.no_page", path=client.path), []
    key = f"statuses.{error.code}"
    words = MessageError(key if has(key) else "problems.server_failed")
    if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
        return words, [("Content-Range", f"{error.units} */{error.length}")]
    return words, []


def tell(error: Exception, client: ClientRequest) -> tuple[int, caching.Headers, bytes]:
    """The response that tells an error in JSON: its status, its headers and its body."""
    problem = explain(error, client)
    kind = ("Content-Type", "application/problem+json")
    return problem.status, [kind, *caching.PROBLEM, *problem.headers], problem.write().encode()
