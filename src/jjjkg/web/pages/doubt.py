"""A doubt, if some claims were not so: the page, and the same as JSON, as a reasoner tells it."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, g, render_template

from jjjkg.description import ResultTerm, SourcedTriple
from jjjkg.evaluation import Answer
from jjjkg.rdf.namespaces import shorten
from jjjkg.web.http.request import HTML, JSON, ClientRequest, Refusal, content_type
from jjjkg.web.site import Site
from jjjkg.web.tasks import Asking, Task, ask_reasoner, respond

_FORMATS: Final = (HTML, JSON)


def ask(_: Site, client: ClientRequest) -> Task:
    """The task of `/doubt?claim=...`. Raises Refusal."""
    format = client.require(_FORMATS)
    return ask_reasoner(client, "doubt", format, claims=_read_names(client))


ASKED: Final = Asking("doubt", re.compile("/doubt"), ask)


def make_blueprint(site: Site) -> Blueprint:
    """The page of what falls when claims are withdrawn, and what stands."""
    blueprint = Blueprint("doubt", __name__)

    @blueprint.get("/doubt")
    def doubt() -> Response:
        return respond(site, ask, _show)

    return blueprint


def _read_names(client: ClientRequest) -> list[str]:
    names = [name for name in client.values("claim") if name.strip()]
    if not names:
        raise Refusal(400, "problems.no_doubt")
    return names


def _show(answer: Answer) -> Response:
    client: ClientRequest = g.client
    if client.require(_FORMATS) is JSON:
        return Response(answer.body, content_type=content_type(JSON))
    doubt, names = json.loads(answer.body), _read_names(client)
    page = render_template(
        "doubt.html",
        **doubt,
        names=names,
        more=[*names, *(shorten(claim["iri"]) for claim in doubt["derived"]["claims"])],
        statement=_read_row,
    )
    return Response(page)


def _read_row(row: Mapping[str, Any], section: str) -> SourcedTriple:
    """The triple of a row of a section, as pages show triples."""
    part = "inferred" if section in ("fallen_inferred", "reproved") else "asserted"
    subject, value = ResultTerm.of(row["subject"]), ResultTerm.of(row["object"])
    return SourcedTriple(subject, row["predicate"]["value"], value, part)
