"""The SPARQL endpoint. https://www.w3.org/TR/sparql11-protocol/#query-operation"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug import Response as WerkzeugResponse

from jjjkg.evaluation import Evaluator, QueryError, UnavailableFormat
from jjjkg.mediatypes import RESULTS, TRIPLES, Format
from jjjkg.question import Question
from jjjkg.web.negotiation import HTML, choose_format, content_type, repeat_query
from jjjkg.web.problems import explain_query_error, make_problem
from jjjkg.web.results import show

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"


def make_sparql_blueprint(evaluator: Evaluator, questions: Sequence[Question]) -> Blueprint:
    """The endpoint for an evaluator; its page links the questions."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.route("/sparql/", methods=["GET", "POST"])
    def lead_on() -> WerkzeugResponse:
        return redirect("/sparql" + repeat_query(request), 308)

    @blueprint.route("/sparql", methods=["GET", "POST"])
    def query() -> Response:
        if request.method == "POST" and request.mimetype not in (FORM, DIRECT):
            return _refuse_body()
        try:
            _check_encoding()
        except UnicodeDecodeError as error:
            return make_problem(400, f"the request's parameters are not in UTF-8: {error}")
        named = request.values.get("format")
        results = choose_format(request, (*RESULTS, HTML), named)
        triples = choose_format(request, (*TRIPLES, HTML), named)
        if "update" in request.values:
            return make_problem(403, "updates are refused: this dataset can only be queried")
        if request.method == "POST" and request.mimetype == DIRECT:
            try:
                texts = [request.get_data().decode()]
            except UnicodeDecodeError as error:
                return make_problem(400, f"the query is not in UTF-8: {error}")
        else:
            texts = request.values.getlist("query")
        if not texts and request.method == "GET" and HTML in (results, triples):
            return _page("", questions)
        if len(texts) != 1:
            return make_problem(
                400,
                f"the request holds {len(texts)} queries and needs one: GET /sparql?query=..., a "
                f"POST form with query=..., or a POST of {DIRECT}",
            )
        if results is None and triples is None:
            return _refuse_formats((*RESULTS, *TRIPLES, HTML))
        try:
            answer = evaluator.evaluate(
                texts[0],
                results=_name(results, "json"),
                triples=_name(triples, "ttl"),
                default_graphs=request.values.getlist("default-graph-uri"),
                named_graphs=request.values.getlist("named-graph-uri"),
            )
        except UnavailableFormat as error:
            asks = error.form in ("SELECT", "ASK")
            return _refuse_formats((*(RESULTS if asks else TRIPLES), HTML))
        except QueryError as error:
            if HTML in (results, triples):
                return _page(texts[0], questions, error=error)
            raise
        if (results if answer.format in RESULTS else triples) is HTML:
            return _page(texts[0], questions, shown=show(answer), form=answer.form)
        return Response(answer.body, content_type=content_type(answer.format))

    return blueprint


def _check_encoding() -> None:
    """Raises UnicodeDecodeError for parameters that are no UTF-8, which werkzeug would replace."""
    encoded = [request.query_string]
    if request.mimetype == FORM:
        encoded.append(request.get_data())  # it is kept, so that request.form can read it too
    for parameters in encoded:
        unquote_to_bytes(parameters).decode()


def _name(format: Format | None, in_page: str) -> str | None:
    """What the evaluator is asked for; a page is made from a format of its own."""
    return in_page if format is HTML else format.name if format else None


def _page(
    text: str,
    questions: Sequence[Question],
    error: QueryError | None = None,
    **shown: object,
) -> Response:
    status, detail, members = explain_query_error(error) if error else (200, "", {})
    page = render_template(
        "sparql.html", query=text, questions=questions, detail=detail, members=members, **shown
    )
    return Response(page, status, content_type="text/html; charset=utf-8")


def _refuse_body() -> Response:
    if request.mimetype == UPDATE:
        return make_problem(403, "updates are refused: this dataset can only be queried")
    return make_problem(
        415,
        f"a POST body of type {request.mimetype or 'none'!r} is no query; send {FORM} or {DIRECT}",
    )


def _refuse_formats(formats: Sequence[Format]) -> Response:
    wanted = request.values.get("format") or request.headers.get("Accept", "")
    return make_problem(
        406,
        f"the answer can't be had as {wanted!r}; ask for one of these by Accept or ?format=",
        available=[{"format": f.name, "mediaType": f.media_type} for f in formats],
    )
