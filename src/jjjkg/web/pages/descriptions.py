"""Descriptions at well-known places: of the service, of the dataset, and of the examples.

https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/#well-known
"""

from typing import Final

from flask import Blueprint, Response, g

from jjjkg.metadata.dataset import describe_dataset
from jjjkg.metadata.facts import Triples
from jjjkg.metadata.service import describe_service as describe
from jjjkg.metadata.service import list_examples
from jjjkg.rdf.formats import GRAPHS, Format
from jjjkg.rdf.serialization import write_settled
from jjjkg.web.http.caching import name_host
from jjjkg.web.http.request import content_type
from jjjkg.web.site import Site

WAITING: Final = ("/.well-known/",)


def make_blueprint(site: Site) -> Blueprint:
    """The descriptions of the dataset and of the examples; the endpoint has that of the service."""
    blueprint = Blueprint("descriptions", __name__, url_prefix="/.well-known")

    @blueprint.get("/void", strict_slashes=False)
    def get_dataset() -> Response:
        format, dumps = g.client.require(GRAPHS), site.release.dumps()
        itself = site.dataset.iri if site.dataset.values else ""
        return _write(describe_dataset(name_host(), itself, site.statistics, dumps), format)

    @blueprint.get("/sparql-examples", strict_slashes=False)
    def get_examples() -> Response:
        format = g.client.require(GRAPHS)
        return _write(list_examples(name_host(), site.content.questions), format)

    return blueprint


def describe_service(site: Site, format: Format) -> Response:
    """The description of the endpoint."""
    content, limits = site.content, site.limits
    triples = describe(
        *(name_host(), site.statistics.graphs, limits),
        inferred="graphs" not in content.snapshot.counts,
        union=content.default != "alone",
    )
    return _write(triples, format)


def _write(triples: Triples, format: Format) -> Response:
    return Response(write_settled(triples, format.name), content_type=content_type(format))
