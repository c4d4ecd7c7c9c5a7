"""The SPARQL endpoint. https://www.w3.org/TR/sparql11-protocol/#query-operation"""

import re
from typing import Final

from flask import Blueprint, Response, g, render_template

from jjjkg.evaluation import QueryError, Request
from jjjkg.messages import Message
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format
from jjjkg.web.http import caching, problems
from jjjkg.web.http.request import ASKING, FORM, HTML, READING, ClientRequest, Refusal
from jjjkg.web.pages.descriptions import describe_service
from jjjkg.web.pages.results import Shown, show
from jjjkg.web.site import Site
from jjjkg.web.tasks import SHOWN, Asking, Outcome, Task, respond

DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_UPDATING: Final = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})
WAITING: Final = ("/sparql",)
#: Parameters that ask for a page or a description, and not for an answer. Clients that can't know
#: which of its names a server takes send the format by three; ours is the first.
_NO_QUERY: Final = frozenset({"format", "output", "results", "lang"})


def ask(site: Site, client: ClientRequest) -> Task | None:
    """The task that a request to the endpoint is; None for one that asks what the endpoint is.

    Raises Refusal.
    """
    if _is_introduction(client):
        return None
    text, named = _read_text(client), client.find("format")
    results = client.choose((*RESULTS, HTML), named)
    triples = client.choose((*GRAPHS, HTML), named)
    if results is None and triples is None:
        client.refuse_formats((*RESULTS, *GRAPHS, HTML))
    seconds = client.read_seconds()
    graphs = (client.read_iris("default-graph-uri"), client.read_iris("named-graph-uri"))
    base = client.base
    streamed = None
    if results is not HTML or triples is not HTML:
        formats = (_name(results), _name(triples))
        asked = Request(text, *formats, *graphs, gzip=client.takes_gzip, base=base)
        etag = caching.make_etag(site.key, asked)
        streamed = Task(asked, seconds, etag, site.modified)
        if HTML not in (results, triples):
            return streamed
    # A page is made from formats of its own. Whoever takes pages of tables only has a graph
    # streamed.
    shown = ("json" if results is HTML else None, "ttl" if triples is HTML else None)
    asked = Request(text, *shown, *graphs, base=base, most_rows=SHOWN)
    return Task(asked, seconds, paged=True, otherwise=streamed)


ASKED: Final = Asking("sparql", re.compile(r"/sparql/?"), ask, (*READING, *ASKING))


def _is_introduction(client: ClientRequest) -> bool:
    """Tell if a request asks for the endpoint's page or its description."""
    return client.method not in ASKING and {name for name, _ in client.fields} <= _NO_QUERY


def _read_text(client: ClientRequest) -> str:
    """The one query of a request. Raises Refusal where there is not one."""
    posted = client.method in ASKING
    if posted:
        _check_body(client)
    if not _UPDATING.isdisjoint(name for name, _ in client.fields):
        raise Refusal(403, "problems.no_update")
    texts = client.values("query")
    if posted and client.media_type == DIRECT:
        try:
            texts.append(client.body.decode())
        except UnicodeDecodeError as error:
            byte, offset = error.object[error.start], error.start
            raise Refusal(400, "problems.query_not_utf8", byte=byte, offset=offset) from error
    if len(texts) != 1:
        raise Refusal(400, "problems.not_one_query", count=len(texts), type=DIRECT)
    return texts[0]


def _check_body(client: ClientRequest) -> None:
    """Raise Refusal for a body that can't hold a query."""
    if client.media_type == UPDATE:
        raise Refusal(403, "problems.no_update")
    coding = (client.header(b"content-encoding") or "identity").strip().lower()
    if coding != "identity":
        accepted = ("Accept-Encoding", "identity")
        raise Refusal(415, "problems.coded_body", accepted, coding=coding)
    types = ("Accept-Post", f"{FORM}, {DIRECT}")
    if client.media_type not in (FORM, DIRECT):
        given = client.media_type or Message("problems.none")
        raise Refusal(415, "problems.no_query_type", types, given=given, form=FORM, direct=DIRECT)
    if client.charset not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal(415, "problems.no_charset", types, charset=client.charset)


def _name(format: Format | None) -> str | None:
    """The format of a streamed answer; None where it is a page, or not to be had."""
    return format.name if format and format is not HTML else None


def make_blueprint(site: Site) -> Blueprint:
    """The endpoint of a site, with its page and its description."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.route("/sparql", methods=["GET", *ASKING], strict_slashes=False)
    def query() -> Response:
        client: ClientRequest = g.client
        if not _is_introduction(client):
            return respond(site, ask, lambda outcome: _show(site, client, outcome), told=True)
        format = client.choose((*GRAPHS, HTML), client.find("format"))
        if format is None:
            client.refuse_formats(GRAPHS)
        if format is HTML:
            return Response(_render(site, client))
        return describe_service(site, format)

    return blueprint


def _show(site: Site, client: ClientRequest, outcome: Outcome) -> Response:
    """The page of an answer, or of the problem with a query."""
    if isinstance(outcome, QueryError):
        problem = problems.explain(outcome, client)
        page = _render(site, client, problem=problem)
        return Response(page, problem.status, problem.headers)
    if outcome.volatile:
        g.freshness = caching.NOT_KEPT
    return Response(_render(site, client, show(outcome)))


def _render(
    site: Site,
    client: ClientRequest,
    shown: Shown | None = None,
    problem: problems.Problem | None = None,
) -> str:
    asked = not _is_introduction(client)
    return render_template(
        "sparql.html",
        query=_read_text(client) if asked else "",
        questions=site.content.questions,
        problem=problem,
        limits=vars(site.limits),
        shown=shown,
        note=shown.note.say(client.language) if shown and shown.note else "",
        fields=[(name, value) for name, value in client.fields if name not in _NO_QUERY],
    )
