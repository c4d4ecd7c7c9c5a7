"""The graphs one by one. https://www.w3.org/TR/sparql11-http-rdf-update/#http-get"""

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from jjjkg.evaluation.store import open_store
from jjjkg.rdf.formats import GRAPHS, Format
from jjjkg.rdf.namespaces import CLAIM, GRAPH
from jjjkg.snapshot import Snapshot


def read(body: bytes, media_type: str) -> set[ox.Triple]:
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    assert rdf_format is not None
    return {quad.triple for quad in ox.parse(body, rdf_format)}


def triples_of(tiny: Snapshot, graph: ox.NamedNode | ox.DefaultGraph) -> set[ox.Triple]:
    store = open_store(tiny.quads)
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}


@pytest.mark.parametrize("format", GRAPHS, ids=lambda format: format.name)
@pytest.mark.parametrize("iri", [GRAPH + "asserted", CLAIM + "P1.S1.d"])
def test_a_graph_comes_in_each_format(
    client: FlaskClient, tiny: Snapshot, iri: str, format: Format
) -> None:
    accept = {"Accept": format.media_type}
    response = client.get("/data", query_string={"graph": iri}, headers=accept)
    assert (response.status_code, response.mimetype) == (200, format.media_type)
    assert read(response.data, format.media_type) == triples_of(tiny, ox.NamedNode(iri))
    direct = client.get("/data/" + iri.removeprefix("https://w3id.org/jjjkg/"), headers=accept)
    assert direct.data == response.data


@pytest.mark.parametrize("path", ["/data?default", "/data/?default="])
def test_the_default_graph_has_every_triple_once(
    client: FlaskClient, tiny: Snapshot, path: str
) -> None:
    response = client.get(path, headers={"Accept": "application/n-triples"})
    assert read(response.data, "application/n-triples") == triples_of(tiny, ox.DefaultGraph())
    assert len(response.data.splitlines()) == len(set(response.data.splitlines()))


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/data?graph=http://example.org/no", 404, "no graph <http://example.org/no>"),
        ("/data/id/firm", 404, "no graph"),
        ("/data/%FF", 404, "no graph"),
        ("/data?graph=graph/asserted", 400, "not an absolute IRI"),
        ("/data?graph=", 400, "not an absolute IRI"),
        ("/data?default&graph=http://example.org/no", 400, "name exactly one graph"),
        ("/data?graph=x:a&graph=x:b", 400, "name exactly one graph"),
        ("/data/graph/asserted?default", 400, "name exactly one graph"),
        ("/data?default&format=yaml", 406, "no format is called 'yaml'"),
        ("/data?format=yaml", 406, "?format= one of trig, nq,"),
        ("/data?default&timeout=-1", 400, "timeout"),
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, path: str, status: int, words: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert words in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("path", ["/data?default", "/data/graph/asserted", "/data?graph=x:new"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_written(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, data=b"<x:a> <x:b> <x:c> .")
    assert response.status_code == 405
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS"}


def test_without_a_graph_it_is_the_whole_dataset_with_its_graphs(
    client: FlaskClient, tiny: Snapshot
) -> None:
    for path in ("/data", "/data/"):
        led = client.get(path)
        assert (led.status_code, led.headers["Location"]) == (303, "/releases/latest/dataset.trig")
    with client.get("/data", headers={"Accept": "application/n-quads"}) as quads:
        assert quads.mimetype == "application/n-quads"
        assert quads.data == tiny.quads.read_bytes()
