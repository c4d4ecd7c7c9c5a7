"""Errors as problem details (https://www.rfc-editor.org/rfc/rfc9457), or as pages to browsers."""

import json
import logging
from typing import Any, Final

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from jjjkg.evaluation import (
    LimitExceeded,
    MalformedQuery,
    QueryError,
    RefusedQuery,
    UnavailableFormat,
    UnsupportedQuery,
    WorkerCrashed,
)
from jjjkg.web.negotiation import prefers_html
from jjjkg.web.words import name_status, say

_LOG: Final = logging.getLogger(__name__)

_STATUS_BY_LIMIT: Final = {"seconds": 504, "memory": 503, "bytes": 503, "length": 413}


def make_problem(status: int, detail: str, **members: Any) -> Response:
    """A response that says what was wrong; `members` are extensions of the problem object.

    A limit that only we have is its title; all other titles are those of the status.
    """
    limit = str(members.get("limit"))
    named = limit in ("bytes", "memory")
    title = say(limit, g.language) if named else name_status(status, g.language)
    if prefers_html(request):
        page = render_template(
            "problem.html", status=status, reason=title, detail=detail, members=members
        )
        return Response(page, status, content_type="text/html; charset=utf-8")
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps(problem | members, ensure_ascii=False, indent=2)
    return Response(body + "\n", status, content_type="application/problem+json")


def explain_query_error(error: QueryError) -> tuple[int, str, dict[str, Any]]:
    """The status, the detail and the members for a query that has no answer."""
    match error:
        case MalformedQuery():
            place = {"line": error.line, "column": error.column, "excerpt": error.excerpt}
            return 400, error.reason, place
        case RefusedQuery():
            return 403, str(error), {}
        case UnsupportedQuery():
            return 400, str(error), {}
        case UnavailableFormat():
            return 406, str(error), {}
        case LimitExceeded():
            return _STATUS_BY_LIMIT[error.limit], str(error), {"limit": error.limit}
        case WorkerCrashed():
            return 503, str(error), {}
        case _:
            return 500, str(error), {}


def handle_errors(app: Flask) -> None:
    """Have every error of an app answered by a problem; nobody ever sees a traceback."""

    @app.errorhandler(HTTPException)
    def tell(error: HTTPException) -> Response:
        response = make_problem(error.code or 500, _explain(error))
        for name, value in error.get_headers(request.environ):
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(QueryError)
    def tell_query(error: QueryError) -> Response:
        status, detail, members = explain_query_error(error)
        return make_problem(status, detail, **members)

    @app.errorhandler(Exception)
    def tell_nothing(error: Exception) -> Response:
        _LOG.error("while answering %s %s", request.method, request.path, exc_info=error)
        return make_problem(500, "the server failed on this request; its log says why")


def _explain(error: HTTPException) -> str:
    """What was wrong with a request, in our own words where werkzeug has but general ones."""
    match error:
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            method, path = request.method, request.path
            return say("no_method", g.language, method=method, path=path, allowed=allowed)
        case NotFound(description=NotFound.description):
            return say("no_page", g.language, path=request.path)
        case _:
            return error.description or error.name
