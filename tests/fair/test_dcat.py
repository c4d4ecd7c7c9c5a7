"""The descriptions of the dataset by a release and by a server, held against DCAT-AP's shapes."""

import json
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from jjjkg.rdf.namespaces import BASE
from support.fair.visits import Site

SHAPES = Path(__file__).with_name("dcat.ttl")
DATASET = rdflib.URIRef(BASE + "dataset")


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(SHAPES)


@pytest.fixture(params=["releases/latest/dcat.ttl", ".well-known/void"])
def described(site: Site, request: pytest.FixtureRequest) -> rdflib.Graph:
    status, _, body = site.get(BASE + request.param, "text/turtle")
    assert status == 200
    return rdflib.Graph().parse(body, format="turtle")


def test_it_says_what_a_catalogue_wants(described: rdflib.Graph, shapes: rdflib.Graph) -> None:
    assert (DATASET, RDF.type, DCAT.Dataset) in described
    conforms, _, report = pyshacl.validate(described, shacl_graph=shapes)
    assert conforms, report


@pytest.mark.parametrize(
    ("subject", "property"),
    [
        (None, DCAT.accessURL),
        (None, DCAT.mediaType),
        (DATASET, DCTERMS.language),
        (DATASET, DCTERMS.license),
        (DATASET, DCTERMS.title),
        (None, FOAF.name),
    ],
)
def test_what_lacks_something_is_caught(
    described: rdflib.Graph,
    shapes: rdflib.Graph,
    subject: rdflib.URIRef | None,
    property: rdflib.URIRef,
) -> None:
    described.remove((subject, property, None))
    assert not pyshacl.validate(described, shacl_graph=shapes)[0]


def test_what_schema_org_says_of_languages_is_their_codes(site: Site) -> None:
    _, _, body = site.get(BASE + "releases/latest/schema.jsonld")
    assert json.loads(body)["inLanguage"] == ["en", "zh"]
