"""The app on a small snapshot, and a real server for what depends on one."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from jjjkg.dataset.questions import read_question
from jjjkg.evaluation import Evaluator, Limits
from jjjkg.rdf.namespaces import GRAPH
from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import Snapshot
from jjjkg.web.app import create_app
from jjjkg.web.http.caching import Cache
from jjjkg.web.server.access import AccessLog
from jjjkg.web.server.asgi import Front
from jjjkg.web.server.deployment import Deployment
from jjjkg.web.server.server import Settings, make_server
from jjjkg.web.site import Content, Site
from support.web.reasoners import reasoning

HERE = Path(__file__).parent
QUESTION = """#+ summary: Where is the firm?
#+ summary-zh: 企业在何处？
#+ description: The places of the firm, near and far.
#+ description-zh: 企业的远近所在地。
#+ topic: Places
#+ topic-zh: 地点
#+ tags: [firm]
#+ inference: The region.
#+ inference-zh: 该地区。
PREFIX jjj: <https://w3id.org/jjjkg/ontology#>
SELECT ?firm ?place { ?firm jjj:locatedIn ?place } ORDER BY ?place
"""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of tiny.trig, with its release."""
    folder = tmp_path_factory.mktemp("tiny")
    quads = list(ox.parse(path=HERE / "tiny.trig"))
    ox.serialize(quads, folder / "dataset.nq", ox.RdfFormat.N_QUADS)
    graphs = Counter(str(quad.graph_name)[1:-1].removeprefix(GRAPH) for quad in quads)
    snapshot = Snapshot(folder, "0123456789abcdef", {**graphs, "claims": 1, "trimmed": 0}, {})
    ensure_release(snapshot)
    return snapshot


@pytest.fixture(scope="session")
def evaluator(tiny: Snapshot) -> Iterator[Evaluator]:
    limits = Limits(seconds=1.0, memory=192 << 20, bytes=1 << 20, length=100_000)
    with Evaluator(tiny.quads, limits) as evaluator:
        yield evaluator


@pytest.fixture(scope="session")
def reasoners(tiny: Snapshot, evaluator: Evaluator) -> Iterator[Evaluator]:
    with reasoning(tiny, evaluator) as reasoners:
        yield reasoners


@pytest.fixture(scope="session")
def site(
    tiny: Snapshot,
    evaluator: Evaluator,
    reasoners: Evaluator,
    tmp_path_factory: pytest.TempPathFactory,
) -> Site:
    file = tmp_path_factory.mktemp("questions") / "where_is_the_firm.rq"
    file.write_text(QUESTION, encoding="utf-8")
    return Site.open(Content(tiny, [read_question(file)]), evaluator, reasoners)


@pytest.fixture(scope="session")
def app(site: Site) -> Flask:
    return create_app(site)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def front(site: Site, app: Flask, evaluator: Evaluator, reasoners: Evaluator) -> Front:
    """The ASGI app before the app."""
    deployment = Deployment(site, app, evaluator.pool, reasoners.pool, Cache(1 << 20))
    return Front(deployment, AccessLog(None))


@pytest.fixture(scope="session")
def address(front: Front, evaluator: Evaluator) -> Iterator[tuple[str, int]]:
    """Host and port of our server, which runs the app on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(front, Settings(limits=evaluator.limits))
        serving = asyncio.run_coroutine_threadsafe(
            server.serve(sockets=[listening]), evaluator.loop
        )
        yield "127.0.0.1", listening.getsockname()[1]
        server.should_exit = True
        serving.result(10)
        front.close()
