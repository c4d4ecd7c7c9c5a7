"""rdflib: a store over our endpoint, graphs read from our addresses, and SERVICE."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from rdflib import RDFS, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from support.clients.questions import GRAPH_FORMS, HEBEI, LABEL, LONG, NAMES, QUERIES

# Its parsers use what it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
Names = set[tuple[str, str]]
METHODS = ("GET", "POST", "POST_FORM")
#: Its formats, and the Content-Type that each of them makes us send for a table.
FORMATS = ("xml", "json", "csv", "tsv")
BOUND = {"s": URIRef(HEBEI)}
HAS_NAME = (URIRef(HEBEI), RDFS.label, Literal("河北", lang="zh"))


def names_of(values: Any) -> Names:
    return {(str(value), value.language) for value in values}


#: What is done with a graph over the store, and what comes of it. A format without languages gives
#: plain literals, so that CSV finds the texts alone.
USES: dict[str, tuple[Callable[[Graph], Any], Any]] = {
    "SELECT": (lambda g: names_of(row.name for row in g.query(QUERIES["SELECT"])), NAMES),
    "a long SELECT": (lambda g: names_of(row.name for row in g.query(LONG)), NAMES),
    "a SELECT without rows": (lambda g: list(g.query("SELECT ?x { ?x <x:none> 1 }")), []),
    "a query with a value": (
        lambda g: names_of(row.o for row in g.query("SELECT ?o { ?s ?p ?o }", initBindings=BOUND)),
        NAMES,
    ),
    "triples": (lambda g: names_of(o for _, _, o in g.triples((*HAS_NAME[:2], None))), NAMES),
    "objects": (lambda g: names_of(g.objects(*HAS_NAME[:2])), NAMES),
    "subjects": (lambda g: list(g.subjects(*HAS_NAME[1:])), [URIRef(HEBEI)]),
    "length": (len, 6),
}


def open_graph(endpoint: str, format: str, method: str) -> Graph:
    return Graph(SPARQLStore(endpoint, returnFormat=format, method=method))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("use", USES)
def test_a_store_is_used_in_each_way(endpoint: str, use: str, format: str, method: str) -> None:
    do, expected = USES[use]
    if format == "csv" and expected == NAMES:
        expected = {(text, None) for text, _ in NAMES}
    assert do(open_graph(endpoint, format, method)) == expected


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format", ["xml", "json"])
def test_a_store_is_asked_yes_or_no(endpoint: str, format: str, method: str) -> None:
    """rdflib can't read a boolean from CSV or TSV, which have none."""
    graph = open_graph(endpoint, format, method)
    assert bool(graph.query(QUERIES["ASK"]))
    assert HAS_NAME in graph
    assert (*HAS_NAME[:2], Literal("河北")) not in graph


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", GRAPH_FORMS)
def test_a_store_constructs_and_describes(endpoint: str, form: str, method: str) -> None:
    found = open_graph(endpoint, "xml", method).query(QUERIES[form]).graph
    assert found is not None
    assert names_of(found.objects(URIRef(HEBEI), RDFS.label)) == NAMES


@pytest.mark.parametrize("format", ["json", "csv", "tsv"])
@pytest.mark.parametrize("form", GRAPH_FORMS)
def test_a_store_that_takes_results_alone_is_told_why_it_gets_no_graph(
    endpoint: str, form: str, format: str
) -> None:
    """Ask in formats beyond which rdflib takes no others; it shows little of the answer."""
    with pytest.raises(ValueError, match="formulating") as refused:
        open_graph(endpoint, format, "GET").query(QUERIES[form])
    answer: Any = refused.value.__context__
    assert answer.code == 406
    problem = json.load(answer)
    assert problem["detail"].startswith(f"{form} gives a graph, and no format of graphs suits")
    assert "text/turtle, application/n-triples" in problem["detail"]


@pytest.mark.parametrize("form", GRAPH_FORMS)
def test_a_graph_is_read_from_the_endpoint(endpoint: str, form: str) -> None:
    graph = Graph().parse(f"{endpoint}?{urlencode({'query': QUERIES[form]})}")
    assert names_of(graph.objects(URIRef(HEBEI), URIRef(LABEL))) == NAMES


@pytest.mark.parametrize("format", [None, "turtle", "nt", "xml", "json-ld", "n3"])
@pytest.mark.parametrize("path", ["id/hebei", "data?default", "data/graph/asserted"])
def test_a_graph_is_read_from_an_address(endpoint: str, path: str, format: str | None) -> None:
    graph = Graph().parse(endpoint.replace("sparql", path), format=format)
    assert names_of(graph.objects(URIRef(HEBEI), URIRef(LABEL))) == NAMES


def test_a_service_of_a_query_is_ours(endpoint: str) -> None:
    query = f"SELECT ?name {{ SERVICE <{endpoint}> {{ <{HEBEI}> <{LABEL}> ?name }} }}"
    assert names_of(row.name for row in Graph().query(query)) == NAMES
