"""Errors as problem details (https://www.rfc-editor.org/rfc/rfc9457), or as pages to browsers."""

import json
import logging
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)
from werkzeug.http import HTTP_STATUS_CODES

from jjjkg.evaluation import QueryError, UnavailableFormat
from jjjkg.messages import has, say
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format
from jjjkg.web.form import find_field
from jjjkg.web.negotiation import HTML, is_format, prefers_html

_LOG: Final = logging.getLogger(__name__)

#: How many characters of what a client wants are told back to it.
_MOST_SAID: Final = 300


def make_problem(status: int, detail: str, **members: Any) -> Response:
    """A response that says what was wrong; `members` are extensions of the problem object.

    A limit that only we have is its title; all other titles are those of the status.
    """
    limit = str(members.get("limit"))
    named = limit in ("bytes", "rows", "memory", "queue")
    title = say(f"statuses.past_{limit}", g.language) if named else _name_status(status)
    if prefers_html(request):
        page = render_template(
            "problem.html", status=status, reason=title, detail=detail, members=members
        )
        return Response(page, status, content_type="text/html; charset=utf-8")
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps(problem | members, ensure_ascii=False, indent=2)
    return Response(body + "\n", status, content_type="application/problem+json")


def _name_status(status: int) -> str:
    """The words for an HTTP status, in English for one that is never sent."""
    key = f"statuses.{status}"
    return say(key, g.language) if has(key) else HTTP_STATUS_CODES.get(status, "Error")


def refuse_formats(
    formats: Sequence[Format], key: str = "problems.no_format", form: str = ""
) -> Response:
    """The problem that none of the formats suits the client; it lists them.

    `key` is that of the words, for who knows more of it: the `form` of the query.
    """
    name, accepted = find_field("format"), request.headers.get("Accept", "")
    words = say(
        key if not name or is_format(name) else "problems.no_format_name",
        g.language,
        form=form,
        name=(name or "")[:_MOST_SAID],
        accepted=accepted[:_MOST_SAID],
        types=", ".join(f.media_type for f in formats),
        names=", ".join(f.name for f in formats),
    )
    available = [{"format": f.name, "mediaType": f.media_type} for f in formats]
    return make_problem(406, words, available=available)


def explain_query_error(error: QueryError) -> tuple[int, str, dict[str, Any]]:
    """The status, the detail and the members for a query that has no answer."""
    return error.status, error.say(g.language), error.members


def raise_error(error: Exception) -> NoReturn:
    """Raises an error, for the app's own handlers to tell."""
    raise error


def refuse_body() -> NoReturn:
    """Ends a request whose body is too large to be read."""
    raise RequestEntityTooLarge


def tell_options() -> Response:
    """The answer to OPTIONS about the server as a whole, and what can only be read."""
    return Response(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})


def handle_errors(app: Flask) -> None:
    """Have every error of an app answered by a problem; nobody ever sees a traceback."""

    @app.errorhandler(HTTPException)
    def tell(error: HTTPException) -> Response:
        if isinstance(error.response, Response):  # a view has told already
            return error.response
        limit = current_app.config["LONGEST_QUERY"]
        too_large = isinstance(error, RequestEntityTooLarge)
        members = {"limit": "length", "value": limit} if too_large else {}
        response = make_problem(error.code or 500, _explain(error), **members)
        for name, value in error.get_headers(request.environ):
            if name == "Allow":
                response.headers[name] = ", ".join(sorted(value.split(", ")))
            elif name == "Content-Range":  # of a range that the file does not have
                response.headers[name] = value
        return response

    @app.errorhandler(QueryError)
    def tell_query(error: QueryError) -> Response:
        if isinstance(error, UnavailableFormat):
            if error.form in ("SELECT", "ASK"):
                return refuse_formats((*RESULTS, HTML), "problems.no_results_format", error.form)
            return refuse_formats((*GRAPHS, HTML), "problems.no_graph_format", error.form)
        status, detail, members = explain_query_error(error)
        response = make_problem(status, detail, **members)
        if "retryAfter" in members:
            response.headers["Retry-After"] = str(members["retryAfter"])
        return response

    @app.errorhandler(Exception)
    def tell_nothing(error: Exception) -> Response:
        _LOG.error("while answering %s %s", request.method, request.path, exc_info=error)
        return make_problem(500, say("problems.server_failed", g.language))


def _explain(error: HTTPException) -> str:
    """What was wrong with a request, in our own words where werkzeug has but general ones."""
    match error:
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            method, path = request.method, request.path
            return say("problems.no_method", g.language, method=method, path=path, allowed=allowed)
        case RequestEntityTooLarge():
            limit = current_app.config["MAX_CONTENT_LENGTH"]
            return say("problems.large_body", g.language, limit=f"{limit:,}")
        case NotFound(description=NotFound.description):
            return say("problems.no_page", g.language, path=request.path)
        case _:
            return error.description or error.name
