"""Why a statement holds, as a page, as JSON and as RDF: a reasoner says it, this shows it."""

import json
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, render_template, request

from jjjkg.description import ResultTerm, SourcedTriple
from jjjkg.evaluation import Answer, Evaluator, QueryError
from jjjkg.explanation.formats import FILES
from jjjkg.explanation.formats.ttl import RULES
from jjjkg.explanation.names import write_iri, write_literal
from jjjkg.messages import say
from jjjkg.rdf.formats import Format
from jjjkg.web.asking import ask_reasoner
from jjjkg.web.negotiation import HTML, choose_format, content_type
from jjjkg.web.problems import refuse_formats

_FORMATS: Final = (HTML, *FILES)
#: How many proofs are given to who asks for the others too.
_MOST: Final = 10


def make_explain_blueprint(reasoners: Evaluator) -> Blueprint:
    """/explain?s=&p=&o=: the proof of a statement, or with all=1 its shortest proofs."""
    blueprint = Blueprint("explain", __name__)
    blueprint.app_context_processor(lambda: {"explain_path": make_path})

    @blueprint.get("/explain")
    def explain() -> Response:
        format = choose_format(request, _FORMATS, request.args.get("format"))
        if format is None:
            return refuse_formats(_FORMATS)
        for name in ("s", "p", "o"):
            if not request.args.get(name, "").strip():
                abort(400, say("problems.no_term", g.language, name=name))
        several = request.args.get("all", "0")
        if several not in ("0", "1"):
            abort(400, say("problems.bad_all", g.language, value=several))

        def finish(answer: Answer | QueryError) -> Response:
            if isinstance(answer, QueryError):
                raise answer
            return _show(answer, format, several == "1")

        terms = [request.args[name] for name in "spo"]
        most = _MOST if several == "1" else 1
        return ask_reasoner(reasoners, "why", format, finish, terms=terms, most=most)

    return blueprint


def make_path(statement: SourcedTriple) -> str:
    """Where a statement is explained; "" for one with a blank node, which has no name to ask by."""
    terms = (statement.subject, ResultTerm("uri", statement.property), statement.value)
    if any(term.kind == "bnode" for term in terms):
        return ""
    return f"/explain?{urlencode(dict(zip('spo', map(_write, terms), strict=True)))}"


def _write(term: ResultTerm) -> str:
    if term.kind == "uri":
        return write_iri(term.value)
    return write_literal(term.value, term.language, term.datatype)


def _show(answer: Answer, format: Format, several: bool) -> Response:
    if format is not HTML:
        return Response(answer.body, content_type=content_type(format))
    page = render_template(
        "explain.html", **json.loads(answer.body), rules=RULES, path=_path_with, several=several
    )
    return Response(page, content_type=content_type(HTML))


def _path_with(**changes: str) -> str:
    """This page's address with arguments changed, or left out where they are empty."""
    arguments = {**request.args.to_dict(), **changes}
    return f"{request.path}?{urlencode({k: v for k, v in arguments.items() if v})}"
