"""Python's other clients: pyoxigraph's SERVICE, pandas, and bodies that are sent in chunks."""

import csv
import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pandas as pd
import pyoxigraph as ox
import pytest
import urllib3

from support.clients.questions import HEBEI, LABEL, LONG, NAMES, QUERIES, make_new

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"


def test_a_service_of_pyoxigraph_is_ours(endpoint: str) -> None:
    query = f"SELECT ?name {{ SERVICE <{endpoint}> {{ <{HEBEI}> <{LABEL}> ?name }} }}"
    found = ox.Store().query(query)
    assert isinstance(found, ox.QuerySolutions)
    assert {(row["name"].value, row["name"].language) for row in found} == NAMES


def test_pandas_reads_a_table(endpoint: str) -> None:
    addresses = {
        name: f"{endpoint}?{urlencode({'query': QUERIES['SELECT'], 'format': name})}"
        for name in ("csv", "tsv", "json")
    }
    texts = {text for text, _ in NAMES}
    assert set(pd.read_csv(addresses["csv"])["name"]) == texts
    terms = pd.read_csv(addresses["tsv"], sep="\t", quoting=csv.QUOTE_NONE)["?name"]
    assert set(terms) == {f'"{text}"@{language}' for text, language in NAMES}
    bindings = pd.read_json(addresses["json"])["results"]["bindings"]
    assert {row["name"]["value"] for row in bindings} == texts


def in_chunks(body: bytes) -> Iterator[bytes]:
    """A body whose length its sender doesn't know, as of a generator or a pipe."""
    for start in range(0, len(body), 100):
        yield body[start : start + 100]


@pytest.mark.parametrize("client", ["urllib3", "http.client"])
@pytest.mark.parametrize("query", [QUERIES["SELECT"], LONG], ids=["short", "long"])
@pytest.mark.parametrize("kind", [FORM, DIRECT])
def test_a_body_comes_in_chunks(endpoint: str, kind: str, query: str, client: str) -> None:
    query = make_new(query)
    body = (query if kind == DIRECT else urlencode({"query": query})).encode()
    headers = {"Content-Type": kind, "Accept": JSON}
    if client == "urllib3":
        response = urllib3.request("POST", endpoint, body=in_chunks(body), headers=headers)
        status, text = response.status, response.data
    else:
        connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
        connection.request("POST", "/sparql", in_chunks(body), headers, encode_chunked=False)
        answer = connection.getresponse()
        status, text = answer.status, answer.read()
        connection.close()
    assert status == 200, text
    rows = json.loads(text)["results"]["bindings"]
    assert {(row["name"]["value"], row["name"]["xml:lang"]) for row in rows} == NAMES
