"""The graphs one by one. https://www.w3.org/TR/sparql11-http-rdf-update/ as far as it reads.

Without a graph, it is the whole dataset that is asked for, in a format that keeps the graphs.
"""

import re
from typing import Final

from flask import Blueprint, Response, g, redirect, url_for
from werkzeug import Response as WerkzeugResponse

from jjjkg.evaluation import Request
from jjjkg.rdf.formats import GRAPHS, QUADS
from jjjkg.rdf.namespaces import BASE
from jjjkg.release.graphs import TRIG
from jjjkg.release.manifest import LATEST
from jjjkg.web.http import caching, files
from jjjkg.web.http.request import ClientRequest, Refusal
from jjjkg.web.site import Site
from jjjkg.web.tasks import Asking, Task, respond


def ask(site: Site, client: ClientRequest) -> Task | None:
    """The task of a graph: by ?graph=, by ?default, or by the path of one of ours.

    None for the whole dataset. Raises Refusal.
    """
    path = client.path.removeprefix("/data").removeprefix("/")
    own = [BASE + path] if path else []
    named: list[str | None] = [*own, *client.read_iris("graph")]
    if client.values("default"):
        named.append(None)
    if not named:
        return None
    if len(named) != 1:
        raise Refusal(400, "problems.not_one_graph")
    iri = named[0]
    if iri is not None and iri not in site.statistics.graphs:
        raise Refusal(404, "problems.no_graph", iri=iri)
    format = client.require(GRAPHS)
    asked = Request(
        *(site.graph_query, None, format.name, () if iri is None else (iri,)),
        gzip=client.takes_gzip,
        base=client.base,
        forms=True,
    )
    etag = caching.make_etag(site.key, asked)
    return Task(asked, client.read_seconds(), etag, site.modified)


ASKED: Final = Asking("data", re.compile(r"/data(/.*)?"), ask)


def make_blueprint(site: Site) -> Blueprint:
    """The graphs of a site, and the whole of it."""
    blueprint = Blueprint("data", __name__)

    @blueprint.get("/data", strict_slashes=False)
    @blueprint.get("/data/<path:name>")
    def get(name: str = "") -> Response | WerkzeugResponse:
        whole = not (name or {"graph", "default"} & {key for key, _ in g.client.fields})
        return _send_all(site) if whole else respond(site, ask)

    return blueprint


def _send_all(site: Site) -> Response | WerkzeugResponse:
    """Send the dataset with its graphs; as TriG it is a file of the release."""
    format = g.client.require(QUADS)
    if format.name == "trig":
        return redirect(url_for("releases.get_file", which=LATEST, name=TRIG), 303)
    snapshot = site.content.snapshot
    return files.send(
        snapshot.quads, format.media_type, f"{snapshot.key[:32]}-nq", snapshot.quads.name
    )
