"""Why a statement holds, as a page, as JSON and as RDF: a reasoner says it, this shows it."""

import json
import re
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request

from jjjkg.description import ResultTerm, SourcedTriple
from jjjkg.evaluation import Answer
from jjjkg.explanation.formats import FILES
from jjjkg.explanation.formats.ttl import RULES
from jjjkg.explanation.names import write_iri, write_literal
from jjjkg.web.http.request import HTML, ClientRequest, Refusal, content_type
from jjjkg.web.site import Site
from jjjkg.web.tasks import Asking, Task, ask_reasoner, respond

_FORMATS: Final = (HTML, *FILES)
#: Proofs for readers who ask for the others too.
_MOST: Final = 10


def ask(_: Site, client: ClientRequest) -> Task:
    """The task of /explain?s=&p=&o=: the proof of a statement, or with all=1 its shortest ones.

    Raises Refusal.
    """
    format = client.require(_FORMATS)
    terms = [client.find(name) or "" for name in "spo"]
    for name, term in zip("spo", terms, strict=True):
        if not term.strip():
            raise Refusal(400, "problems.no_term", name=name)
    several = client.find("all") or "0"
    if several not in ("0", "1"):
        raise Refusal(400, "problems.bad_all", value=several)
    return ask_reasoner(client, "why", format, terms=terms, most=_MOST if several == "1" else 1)


ASKED: Final = Asking("explain", re.compile("/explain"), ask)


def make_blueprint(site: Site) -> Blueprint:
    """The page of the proofs of a statement."""
    blueprint = Blueprint("explain", __name__)
    blueprint.app_context_processor(lambda: {"explain_path": make_path})

    @blueprint.get("/explain")
    def explain() -> Response:
        return respond(site, ask, _show)

    return blueprint


def make_path(statement: SourcedTriple) -> str:
    """The path of a statement's proof; "" for one with a blank node, which has no name."""
    terms = (statement.subject, ResultTerm("uri", statement.property), statement.value)
    if any(term.kind == "bnode" for term in terms):
        return ""
    return f"/explain?{urlencode(dict(zip('spo', map(_write, terms), strict=True)))}"


def _write(term: ResultTerm) -> str:
    if term.kind == "uri":
        return write_iri(term.value)
    return write_literal(term.value, term.language, term.datatype)


def _show(answer: Answer) -> Response:
    client: ClientRequest = g.client
    format = client.require(_FORMATS)
    if format is not HTML:
        return Response(answer.body, content_type=content_type(format))
    several = client.find("all") == "1"
    page = render_template(
        "explain.html", **json.loads(answer.body), rules=RULES, path=_path_with, several=several
    )
    return Response(page)


def _path_with(**changes: str) -> str:
    """This page's address with arguments changed, or left out where they are empty."""
    arguments = {**request.args.to_dict(), **changes}
    return f"{request.path}?{urlencode({k: v for k, v in arguments.items() if v})}"
