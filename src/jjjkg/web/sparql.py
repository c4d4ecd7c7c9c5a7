"""The SPARQL endpoint. https://www.w3.org/TR/sparql11-protocol/#query-operation"""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, render_template, request

from jjjkg.evaluation import Evaluator, QueryError, UnavailableFormat
from jjjkg.mediatypes import GRAPHS, RESULTS, Format
from jjjkg.question import Question
from jjjkg.web.answers import NOT_KEPT
from jjjkg.web.asking import evaluate, make_request, make_task, reply
from jjjkg.web.deferral import leave_to_thread
from jjjkg.web.negotiation import HTML, choose_format, content_type
from jjjkg.web.parameters import read_graphs, read_seconds, read_text
from jjjkg.web.problems import explain_query_error, refuse_formats
from jjjkg.web.results import show
from jjjkg.web.service import Service

#: Parameters that ask for a page or a description, and not for an answer. Clients that can't know
#: which of its names a server takes send the format by three; ours is the first.
_NO_QUERY: Final = frozenset({"format", "output", "results", "lang"})


def make_sparql_blueprint(
    service: Service, evaluator: Evaluator, questions: Sequence[Question]
) -> Blueprint:
    """The endpoint for an evaluator; its page links the questions."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
    def query() -> Response:
        named = request.args.get("format")
        if request.method != "POST" and not set(request.args) - _NO_QUERY:
            format = choose_format(request, (*GRAPHS, HTML), named)
            if format is HTML:
                return _page("", questions)
            return service.answer(service.describe, format)
        text = read_text()
        # Only now is the body known to be a form.
        named = request.values.get("format")
        results = choose_format(request, (*RESULTS, HTML), named)
        triples = choose_format(request, (*GRAPHS, HTML), named)
        if results is None and triples is None:
            return refuse_formats((*RESULTS, *GRAPHS, HTML))
        seconds = read_seconds()
        asked = make_request(text, _name(results, "json"), _name(triples, "ttl"), *read_graphs())
        task = make_task(service.key, asked, seconds, service.modified)
        try:
            if HTML not in (results, triples):
                return reply(evaluator, task)
            if leave_to_thread():
                return Response()
            answer = evaluate(evaluator, task)
        except UnavailableFormat as error:
            asks = error.form in ("SELECT", "ASK")
            return refuse_formats((*(RESULTS if asks else GRAPHS), HTML), error.form)
        except QueryError as error:
            if HTML in (results, triples):
                return _page(text, questions, error=error)
            raise
        if (results if answer.format in RESULTS else triples) is HTML:
            page = _page(text, questions, shown=show(answer), form=answer.form)
        else:
            page = Response(answer.body, content_type=content_type(answer.format))
        if answer.volatile:
            page.headers["Cache-Control"] = NOT_KEPT
        return page

    def _page(
        text: str,
        questions: Sequence[Question],
        error: QueryError | None = None,
        **shown: object,
    ) -> Response:
        status, detail, members = explain_query_error(error) if error else (200, "", {})
        page = render_template(
            "sparql.html",
            query=text,
            questions=questions,
            detail=detail,
            members=members,
            limits=vars(evaluator.limits),
            **shown,
        )
        response = Response(page, status, content_type=content_type(HTML))
        if "retryAfter" in members:
            response.headers["Retry-After"] = str(members["retryAfter"])
        return response

    return blueprint


def _name(format: Format | None, in_page: str) -> str | None:
    """What the evaluator is asked for; a page is made from a format of its own."""
    return in_page if format is HTML else format.name if format else None
