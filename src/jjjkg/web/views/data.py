"""The graphs one by one. https://www.w3.org/TR/sparql11-http-rdf-update/ as far as it reads.

Without a graph, it is the whole dataset that is asked for, in a format that keeps the graphs.
"""

from functools import partial
from pathlib import Path

from flask import Blueprint, Response, abort, g, redirect, request, send_file, url_for
from werkzeug import Response as WerkzeugResponse

from jjjkg.dataset.questions import read_question
from jjjkg.evaluation import Evaluator
from jjjkg.messages import say
from jjjkg.rdf.formats import GRAPHS, QUADS, Format
from jjjkg.rdf.namespaces import BASE
from jjjkg.release.graphs import TRIG
from jjjkg.release.manifest import LATEST
from jjjkg.snapshot import Snapshot
from jjjkg.web.asking import make_request, make_task, reply
from jjjkg.web.deferral import leave_to_thread
from jjjkg.web.negotiation import choose_format, content_type
from jjjkg.web.parameters import check_iri, read_seconds
from jjjkg.web.problems import refuse_formats
from jjjkg.web.views.service import Service


def make_data_blueprint(
    service: Service, evaluator: Evaluator, snapshot: Snapshot, page_queries: Path
) -> Blueprint:
    """The graphs of a snapshot, by ?graph=, ?default, or the path of one of our own."""
    blueprint = Blueprint("data", __name__)
    query = read_question(page_queries / "graph.rq").text

    @blueprint.get("/data", strict_slashes=False)
    def get_indirectly() -> Response | WerkzeugResponse:
        named, default = request.args.getlist("graph"), "default" in request.args
        if not named and not default:
            return _send_all()
        if len(named) + default != 1:
            abort(400, say("problems.not_one_graph", g.language))
        return _send(named[0] if named else None)

    @blueprint.get("/data/<path:name>")
    def get_directly(name: str) -> Response:
        if {"graph", "default"} & set(request.args):
            abort(400, say("problems.not_one_graph", g.language))
        return _send(BASE + name)

    def _send(iri: str | None) -> Response:
        if iri is not None:
            check_iri("graph", iri)
            if not service.has_graph(iri):
                abort(404, say("problems.no_graph", g.language, iri=iri))
        format = choose_format(request, GRAPHS, request.args.get("format"))
        if format is None:
            return refuse_formats(GRAPHS)
        seconds = read_seconds()
        graphs = () if iri is None else (iri,)
        asked = make_request(query, None, format.name, graphs, forms=True)
        return reply(evaluator, make_task(service.key, asked, seconds, service.modified))

    def _send_all() -> Response | WerkzeugResponse:
        format = choose_format(request, QUADS, request.args.get("format"))
        if format is None:
            return refuse_formats(QUADS)
        if format.name == "trig":
            return redirect(url_for("releases.get_file", which=LATEST, name=TRIG), 303)
        return leave_to_thread(partial(_send_quads, format))

    def _send_quads(format: Format) -> Response:
        try:
            response = send_file(
                snapshot.quads, mimetype=format.media_type, etag=f"{snapshot.key[:32]}-nq"
            )
        except OSError:
            abort(503, say("problems.lost_file", g.language, name=snapshot.quads.name))
        response.content_type = content_type(format)
        return response

    return blueprint
