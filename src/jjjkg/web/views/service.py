"""What the endpoint says of itself: the service description, VoID with DCAT, and the examples.

https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/#well-known
"""

import secrets
from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, Response, abort, request
from werkzeug.http import http_date

from jjjkg.dataset.questions import Question
from jjjkg.errors import InputError
from jjjkg.evaluation import Limits
from jjjkg.metadata.dataset import describe_dataset
from jjjkg.metadata.facts import Triples
from jjjkg.metadata.service import describe_service, list_examples
from jjjkg.metadata.statistics import Statistics
from jjjkg.rdf.formats import GRAPHS, Format
from jjjkg.rdf.serialization import write_settled
from jjjkg.snapshot import Snapshot
from jjjkg.web.archive import Release
from jjjkg.web.deferral import leave_to_thread
from jjjkg.web.headers import name_host
from jjjkg.web.negotiation import choose_format, content_type
from jjjkg.web.problems import refuse_formats


class Service:
    """What is served, as far as it is told: a snapshot's data, and its descriptions.

    `dataset` is the IRI by which the data calls itself, or empty; `union` says whether a query
    without FROM sees the union of the named graphs. Of data that are `changing`, no validator of
    another moment holds: ``key`` is new each time, and there is no time of the last change.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        statistics: Statistics,
        limits: Limits,
        questions: Sequence[Question],
        dataset: str,
        union: bool,
        release: Release,
        changing: bool = False,
    ) -> None:
        self.key = secrets.token_hex(16) if changing else snapshot.key
        self.modified = "" if changing else http_date(snapshot.modified)
        self._snapshot, self._statistics, self._limits = snapshot, statistics, limits
        self._questions, self._dataset, self._union = questions, dataset, union
        self._release = release

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of that IRI."""
        return bool(iri) and iri in self._statistics.graphs

    def describe(self, root: str) -> Triples:
        """The service."""
        inferred = "graphs" not in self._snapshot.counts
        return describe_service(
            root, self._statistics.graphs, self._limits, inferred=inferred, union=self._union
        )

    def describe_dataset(self, root: str) -> Triples:
        """The dataset."""
        dumps = self._release.dumps()
        return describe_dataset(root, self._dataset, self._statistics, dumps)

    def list_examples(self, root: str) -> Triples:
        """The questions."""
        return list_examples(root, self._questions)

    def answer(self, describe: Callable[[str], Triples], format: Format | None) -> Response:
        """A description in a format, or the problem that there is none that suits."""
        if format is None:
            return refuse_formats(GRAPHS)
        return leave_to_thread(partial(_write, describe, format))


def _write(describe: Callable[[str], Triples], format: Format) -> Response:
    try:
        body = write_settled(describe(name_host()), format.name)
    except InputError as error:
        abort(400, str(error))
    return Response(body, content_type=content_type(format))


def make_service_blueprint(service: Service) -> Blueprint:
    """The descriptions that stand at well-known places."""
    blueprint = Blueprint("service", __name__, url_prefix="/.well-known")

    @blueprint.get("/void", strict_slashes=False)
    def get_dataset() -> Response:
        return service.answer(service.describe_dataset, _choose())

    @blueprint.get("/sparql-examples", strict_slashes=False)
    def get_examples() -> Response:
        return service.answer(service.list_examples, _choose())

    return blueprint


def _choose() -> Format | None:
    return choose_format(request, GRAPHS, request.args.get("format"))
