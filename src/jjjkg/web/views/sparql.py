"""The SPARQL endpoint. https://www.w3.org/TR/sparql11-protocol/#query-operation"""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, g, render_template, request

from jjjkg.dataset.questions import Question
from jjjkg.evaluation import Answer, Evaluator, QueryError, Request, UnavailableFormat
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format
from jjjkg.web.answers import NOT_KEPT
from jjjkg.web.asking import make_request, make_task, reply
from jjjkg.web.form import find_field, list_fields
from jjjkg.web.negotiation import HTML, choose_format, content_type
from jjjkg.web.parameters import read_graphs, read_seconds, read_text
from jjjkg.web.problems import explain_query_error, refuse_formats
from jjjkg.web.results import Shown, ask_for_page, show
from jjjkg.web.serving.keys import ASKING
from jjjkg.web.views.service import Service

#: Parameters that ask for a page or a description, and not for an answer. Clients that can't know
#: which of its names a server takes send the format by three; ours is the first.
_NO_QUERY: Final = frozenset({"format", "output", "results", "lang"})


def make_sparql_blueprint(
    service: Service, evaluator: Evaluator, questions: Sequence[Question]
) -> Blueprint:
    """The endpoint for an evaluator; its page links the questions."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.route("/sparql", methods=["GET", *ASKING], strict_slashes=False)
    def query() -> Response:
        named = request.args.get("format")
        if request.method not in ASKING and not set(request.args) - _NO_QUERY:
            format = choose_format(request, (*GRAPHS, HTML), named)
            if format is HTML:
                return _page("", questions)
            return service.answer(service.describe, format)
        text = read_text()
        # Only now is the body known to be a form.
        named = find_field("format")
        results = choose_format(request, (*RESULTS, HTML), named)
        triples = choose_format(request, (*GRAPHS, HTML), named)
        if results is None and triples is None:
            return refuse_formats((*RESULTS, *GRAPHS, HTML))
        seconds, graphs = read_seconds(), read_graphs()
        if HTML not in (results, triples):
            return _stream(text, _name(results), _name(triples), graphs, seconds)

        def finish(answer: Answer | QueryError) -> Response:
            if isinstance(answer, UnavailableFormat):
                # Of this kind of result a page is not what is wanted.
                return _stream(text, _name(results), _name(triples), graphs, seconds)
            if isinstance(answer, QueryError):
                return _page(text, questions, error=answer)
            return _page(text, questions, show(answer), answer.volatile)

        # A page is made from formats of its own.
        shown = ("json" if results is HTML else None, "ttl" if triples is HTML else None)
        asked = Request(text, *shown, *graphs, base=request.base_url)
        return ask_for_page(evaluator, asked, seconds, finish)

    def _stream(
        text: str,
        results: str | None,
        triples: str | None,
        graphs: tuple[tuple[str, ...], tuple[str, ...]],
        seconds: float | None,
    ) -> Response:
        asked = make_request(text, results, triples, *graphs)
        return reply(evaluator, make_task(service.key, asked, seconds, service.modified))

    def _page(
        text: str,
        questions: Sequence[Question],
        shown: Shown | None = None,
        volatile: bool = False,
        error: QueryError | None = None,
    ) -> Response:
        status, detail, members = explain_query_error(error) if error else (200, "", {})
        page = render_template(
            "sparql.html",
            query=text,
            questions=questions,
            detail=detail,
            members=members,
            limits=vars(evaluator.limits),
            shown=shown,
            note=shown.note.say(g.language) if shown and shown.note else "",
            fields=[(name, value) for name, value in list_fields() if name not in _NO_QUERY],
        )
        response = Response(page, status, content_type=content_type(HTML))
        if "retryAfter" in members:
            response.headers["Retry-After"] = str(members["retryAfter"])
        if volatile:
            response.headers["Cache-Control"] = NOT_KEPT
        return response

    return blueprint


def _name(format: Format | None) -> str | None:
    """The format of a streamed answer; None where it is a page, or not to be had."""
    return format.name if format and format is not HTML else None
