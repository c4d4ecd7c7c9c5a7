"""The endpoint's description of itself. https://www.w3.org/TR/sparql11-service-description/"""

from collections.abc import Iterator
from dataclasses import asdict

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from jjjkg.evaluation import Evaluator, UnsupportedQuery
from jjjkg.metadata.service import FUNCTIONS
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format
from jjjkg.rdf.namespaces import BASE, GRAPH, expand
from jjjkg.snapshot import Snapshot

ENDPOINT = ox.NamedNode("http://localhost/sparql")
PATHS = ("/sparql", "/.well-known/void", "/.well-known/sparql-examples")


def describe(client: FlaskClient, path: str, format: Format = GRAPHS[0]) -> ox.Store:
    response = client.get(path, headers={"Accept": format.media_type})
    assert (response.status_code, response.mimetype) == (200, format.media_type)
    rdf_format = ox.RdfFormat.from_media_type(format.media_type)
    assert rdf_format is not None
    store = ox.Store()
    store.extend(ox.parse(response.data, rdf_format))
    return store


def values(store: ox.Store, subject: ox.NamedNode | ox.BlankNode, *path: str) -> Iterator[str]:
    """The values at the end of a path of properties."""
    for quad in store.quads_for_pattern(subject, ox.NamedNode(expand(path[0])), None):
        value = quad.object
        if path[1:]:
            assert isinstance(value, ox.NamedNode | ox.BlankNode)
            yield from values(store, value, *path[1:])
        else:
            assert not isinstance(value, ox.Triple)
            yield value.value


@pytest.mark.parametrize("format", GRAPHS, ids=lambda format: format.name)
@pytest.mark.parametrize("path", PATHS)
def test_each_description_comes_in_each_format(
    client: FlaskClient, path: str, format: Format
) -> None:
    assert len(describe(client, path, format)) == len(describe(client, path)) > 0
    other = client.get(path, headers={"Accept": "image/png"})
    assert other.status_code == 406
    assert len(other.get_json(force=True)["available"]) == len(GRAPHS)


def test_the_service_has_its_endpoint_formats_and_limits(
    client: FlaskClient, evaluator: Evaluator
) -> None:
    store = describe(client, "/sparql/")
    assert list(values(store, ENDPOINT, "sd:endpoint")) == [ENDPOINT.value]
    assert expand("sd:Service") in values(store, ENDPOINT, "rdf:type")
    assert len(list(values(store, ENDPOINT, "sd:resultFormat"))) == len((*RESULTS, *GRAPHS))
    regime = "http://www.w3.org/ns/entailment/OWL-RDF-Based"
    assert list(values(store, ENDPOINT, "sd:defaultEntailmentRegime")) == [regime]
    limits = set(values(store, ENDPOINT, "schema:additionalProperty", "schema:propertyID"))
    assert limits == set(asdict(evaluator.limits))
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    assert all(f"<code>{limit}</code>" in page for limit in limits)
    assert f"{evaluator.limits.memory:,}" in page


def test_the_graphs_are_told_with_their_counts(client: FlaskClient, tiny: Snapshot) -> None:
    store = describe(client, "/sparql")
    sizes = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(expand("sd:name")), None):
        assert isinstance(quad.subject, ox.BlankNode)
        assert isinstance(quad.object, ox.NamedNode)
        (size,) = values(store, quad.subject, "sd:graph", "void:triples")
        sizes[quad.object.value] = int(size)
    counted: dict[str, int] = {}
    for quad in ox.parse(path=tiny.quads):
        assert isinstance(quad.graph_name, ox.NamedNode)
        counted[quad.graph_name.value] = counted.get(quad.graph_name.value, 0) + 1
    assert sizes == counted
    (whole,) = values(store, ENDPOINT, "sd:defaultDataset", "sd:defaultGraph", "void:triples")
    assert int(whole) == sum(n for iri, n in sizes.items() if iri.startswith(GRAPH))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_functions_are_there(evaluator: Evaluator, function: str) -> None:
    arguments = '"x"' if function.startswith(expand("xsd:")) else '"x", "y"'
    evaluator.evaluate(f"SELECT (<{function}>({arguments}) AS ?x) {{}}")
    with pytest.raises(UnsupportedQuery):
        evaluator.evaluate(f'SELECT (<{function}-not>("x") AS ?x) {{}}')


def test_void_and_dcat_have_the_counts_and_the_dumps(client: FlaskClient) -> None:
    store = describe(client, "/.well-known/void")
    dataset = ox.NamedNode(BASE + "dataset")
    assert list(values(store, dataset, "void:sparqlEndpoint")) == [ENDPOINT.value]
    (whole,) = values(store, dataset, "void:triples")
    parts = values(store, dataset, "void:propertyPartition", "void:triples")
    assert int(whole) == sum(map(int, parts)) > 0
    assert "The tiny graph" in values(store, dataset, "dcterms:title")
    addresses = set(values(store, dataset, "dcat:distribution", "dcat:downloadURL"))
    assert addresses == set(values(store, dataset, "void:dataDump"))
    sizes = {}
    for address in addresses:
        path = address.removeprefix("http://localhost")
        with client.get(path) as response:
            assert response.status_code == 200
            sizes[address] = len(response.data)
    told = map(int, values(store, dataset, "dcat:distribution", "dcat:byteSize"))
    assert sorted(told) == sorted(sizes.values())


def test_the_examples_can_be_run(client: FlaskClient) -> None:
    store = describe(client, "/.well-known/sparql-examples")
    question = ox.NamedNode("http://localhost/questions/where_is_the_firm")
    (query,) = values(store, question, "sh:select")
    (target,) = values(store, question, "schema:target")
    assert target == ENDPOINT.value
    assert set(values(store, question, "rdfs:comment")) >= {"Where is the firm?", "企业在何处？"}
    assert client.post("/sparql", data={"query": query}).status_code == 200
    assert client.get("/questions/where_is_the_firm").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_host_that_is_none_is_refused(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Host": 'a"b<c>', "Accept": "text/turtle"})
    assert response.status_code == 400
    assert "Host" in response.get_json(force=True)["detail"]
