"""Java's clients: Jena in each of its ways to send a query, and the JDK's own.

They offer HTTP/2 ("Upgrade: h2c") with each request by plain http, a body or none.
https://jena.apache.org/documentation/sparql-apis/
"""

import json
from pathlib import Path
from typing import Any

import pytest

from support.clients.programs import run
from support.clients.questions import LONG, QUERIES, check, make_new
from support.debian_jars import MissingJava, run_class

JAVA = Path(__file__).parent / "java"
ASKED = {**QUERIES, "a long SELECT": LONG}
#: Jena's modes (QuerySendMode); those with a limit change to POST for a long query.
MODES = (
    "asGetAlways",
    "asGetWithLimitForm",
    "asGetWithLimitBody",
    "asPost",
    "asPostForm",
    "connection",
)
JDK = ("JDK form", "JDK form, chunked", "JDK query", "JDK query, chunked")
GRAPHS = {"the default graph": "", "a graph": "https://w3id.org/jjjkg/graph/asserted"}


@pytest.fixture(scope="module")
def outcomes(endpoint: str) -> dict[str, Any]:
    """The outcomes of all requests, by "form, way"."""
    asked = [(form, way, make_new(query)) for form, query in ASKED.items() for way in MODES]
    selects = {form: query for form, query in ASKED.items() if form.endswith("SELECT")}
    asked += [(form, way, make_new(query)) for form, query in selects.items() for way in JDK]
    asked += [(words, "graph store", iri) for words, iri in GRAPHS.items()]
    given = [
        {
            "name": f"{form}, {way}",
            "form": form.rpartition(" ")[2],
            "way": way,
            "query": query,
            "endpoint": endpoint,
        }
        for form, way, query in asked
    ]
    try:
        command = run_class(JAVA, "JenaClient")
    except MissingJava as error:
        pytest.skip(str(error))
    found: dict[str, Any] = json.loads(run(command, json.dumps(given)))
    return found


@pytest.mark.parametrize("way", MODES)
@pytest.mark.parametrize("form", ASKED)
def test_jena_asks_in_each_mode(outcomes: dict[str, Any], form: str, way: str) -> None:
    check(outcomes[f"{form}, {way}"], form)


@pytest.mark.parametrize("way", JDK)
@pytest.mark.parametrize("form", ["SELECT", "a long SELECT"])
def test_the_jdk_posts_a_query(outcomes: dict[str, Any], form: str, way: str) -> None:
    check(outcomes[f"{form}, {way}"], form)


@pytest.mark.parametrize("graph", GRAPHS)
def test_jena_fetches_a_graph(outcomes: dict[str, Any], graph: str) -> None:
    check(outcomes[f"{graph}, graph store"], graph)
