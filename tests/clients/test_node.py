"""Node.js's clients: Comunica, fetch-sparql-endpoint, sparql-http-client, and fetch with a stream.

https://comunica.dev/, https://github.com/rubensworks/fetch-sparql-endpoint.js and
https://rdf-ext.github.io/sparql-http-client/
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from support.clients.programs import run_node
from support.clients.questions import HEBEI, LABEL, LONG, QUERIES, check, make_new

JS = Path(__file__).parent / "js"
WAYS = ("get", "postUrlencoded", "postDirect")
ASKED = {**QUERIES, "a long SELECT": LONG}
#: What Comunica is given as sources, by words and by their paths here.
SOURCES = {
    "an endpoint": ["sparql"],
    "a thing": ["id/hebei"],
    "a graph": ["data/graph/asserted"],
    "an endpoint and a thing": ["sparql", "id/shijiazhuang"],
    "two things": ["id/hebei", "id/shijiazhuang"],
}


def ask_in_each_way(
    script: str, endpoint: str, forms: Mapping[str, str], ways: Sequence[str] = WAYS
) -> dict[str, Any]:
    """The outcomes of queries, by "form, way"."""
    requests = {
        f"{form}, {way}": {
            "form": form.rpartition(" ")[2],
            "query": make_new(query),
            "endpoint": endpoint,
            "way": way,
        }
        for form, query in forms.items()
        for way in ways
    }
    return run_node(JS / script, requests)


@pytest.fixture(scope="module")
def fetch_sparql_endpoint(endpoint: str) -> dict[str, Any]:
    return ask_in_each_way("fetch_sparql_endpoint.mjs", endpoint, ASKED)


@pytest.fixture(scope="module")
def sparql_http_client(endpoint: str) -> dict[str, Any]:
    return ask_in_each_way("sparql_http_client.mjs", endpoint, ASKED)


@pytest.fixture(scope="module")
def fetch_stream(endpoint: str) -> dict[str, Any]:
    selects = {form: query for form, query in ASKED.items() if form.endswith("SELECT")}
    return ask_in_each_way("fetch_stream.mjs", endpoint, selects, WAYS[1:])


@pytest.fixture(scope="module")
def comunica(endpoint: str) -> dict[str, Any]:
    requests = {
        f"{form}, {source}": {
            "form": form.rpartition(" ")[2],
            "query": make_new(query),
            "sources": [endpoint.removesuffix("sparql") + path for path in paths],
        }
        for form, query in ASKED.items()
        for source, paths in SOURCES.items()
    }
    inner = f"SERVICE <{endpoint}> {{ <{HEBEI}> <{LABEL}> ?name }}"
    requests["SELECT, SERVICE in it"] = {
        "form": "SELECT",
        "query": f"SELECT ?name {{ {inner} }}",
        "sources": [endpoint.replace("sparql", "id/shijiazhuang")],
    }
    return run_node(JS / "comunica.mjs", requests)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ASKED)
@pytest.mark.parametrize("client", ["fetch_sparql_endpoint", "sparql_http_client"])
def test_a_client_asks_in_each_way(
    request: pytest.FixtureRequest, client: str, form: str, way: str
) -> None:
    check(request.getfixturevalue(client)[f"{form}, {way}"], form)


@pytest.mark.parametrize("way", WAYS[1:])
@pytest.mark.parametrize("form", ["SELECT", "a long SELECT"])
def test_a_stream_is_a_body(fetch_stream: dict[str, Any], form: str, way: str) -> None:
    check(fetch_stream[f"{form}, {way}"], form)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("form", ASKED)
def test_comunica_asks_each_source(comunica: dict[str, Any], form: str, source: str) -> None:
    outcome = comunica[f"{form}, {source}"]
    if (form, source) == ("ASK", "a thing"):
        assert outcome is False, "Hebei's document does not say what is part of Hebei"
    elif (form, source) == ("DESCRIBE", "an endpoint and a thing"):
        assert outcome == "Error: Unknown Operation type union", "mended there: expect the names"
    else:
        check(outcome, form)


def test_a_service_of_comunica_is_ours(comunica: dict[str, Any]) -> None:
    check(comunica["SELECT, SERVICE in it"], "SELECT")
