"""A doubt, if some claims were not so: the page, and the same as JSON, as a reasoner tells it."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request

from jjjkg.description import ResultTerm, SourcedTriple
from jjjkg.evaluation import Answer, Evaluator, QueryError
from jjjkg.messages import say
from jjjkg.rdf.namespaces import shorten
from jjjkg.web.asking import ask_reasoner
from jjjkg.web.negotiation import HTML, JSON, choose_format, content_type
from jjjkg.web.problems import refuse_formats


def make_doubt_blueprint(reasoners: Evaluator) -> Blueprint:
    """`/doubt?claim=...`: what falls when claims are withdrawn, and what stands."""
    blueprint = Blueprint("doubt", __name__)

    @blueprint.get("/doubt")
    def doubt() -> Response:
        format = choose_format(request, (HTML, JSON), request.args.get("format"))
        if format is None:
            return refuse_formats((HTML, JSON))
        names = [name for name in request.args.getlist("claim") if name.strip()]
        if not names:
            abort(400, say("problems.no_doubt", g.language))

        def finish(answer: Answer | QueryError) -> Response:
            if isinstance(answer, QueryError):
                raise answer
            if format is JSON:
                return Response(answer.body, content_type=content_type(JSON))
            return _show(json.loads(answer.body), names)

        return ask_reasoner(reasoners, "doubt", format, finish, claims=names)

    return blueprint


def _show(doubt: Mapping[str, Any], names: list[str]) -> Response:
    page = render_template(
        "doubt.html",
        **doubt,
        names=names,
        more=[*names, *(shorten(claim["iri"]) for claim in doubt["derived"]["claims"])],
        statement=_read_row,
    )
    return Response(page, content_type=content_type(HTML))


def _read_row(row: Mapping[str, Any], section: str) -> SourcedTriple:
    """The triple of a row of a section, as pages show triples."""
    part = "inferred" if section in ("fallen_inferred", "reproved") else "asserted"
    subject, value = _read_term(row["subject"]), _read_term(row["object"])
    return SourcedTriple(subject, row["predicate"]["value"], value, part)


def _read_term(encoded: Mapping[str, str]) -> ResultTerm:
    language, datatype = encoded.get("xml:lang", ""), encoded.get("datatype", "")
    return ResultTerm(encoded["type"], encoded["value"], language, datatype)
