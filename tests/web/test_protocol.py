"""The protocol to the letter, over a socket. https://www.w3.org/TR/sparql11-protocol/#query-operation

The cases are those of W3C's protocol tests that read, and what else the text says.
"""

import http.client
import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from jjjkg.rdf.namespaces import GRAPH, KG

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
ASSERTED, INFERRED = GRAPH + "asserted", GRAPH + "inferred"
CHINESE = KG + "京津冀%E4%BA%AC"


def send(
    address: tuple[str, int],
    method: str,
    path: str,
    body: bytes | str | None = None,
    **headers: str,
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def ask(address: tuple[str, int], way: str, query: str, *graphs: tuple[str, str]) -> Any:
    """The bindings of a query's one row, asked in one of the three ways."""
    if way == "get":
        response, body = send(address, "GET", "/sparql?" + urlencode([("query", query), *graphs]))
    elif way == "form":
        text = urlencode([("query", query), *graphs])
        response, body = send(address, "POST", "/sparql", text, Content_Type=FORM)
    else:
        path = "/sparql?" + urlencode(graphs)
        response, body = send(address, "POST", path, query.encode(), Content_Type=DIRECT)
    assert response.status == 200, body
    (row,) = json.loads(body)["results"]["bindings"]
    return {name: term["value"] for name, term in row.items()}


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_dataset_is_the_protocols_in_each_way(address: tuple[str, int], way: str) -> None:
    def count(query: str, *graphs: tuple[str, str]) -> int:
        return int(ask(address, way, query, *graphs)["n"])

    one = count(COUNT, ("default-graph-uri", INFERRED))
    other = count(COUNT, ("default-graph-uri", ASSERTED))
    both = (("default-graph-uri", INFERRED), ("default-graph-uri", ASSERTED))
    assert count(COUNT, *both) == one + other < count(COUNT)
    assert count(COUNT, *both, both[0]) == one + other
    assert count(NAMED, *both) == 0
    named = (("named-graph-uri", INFERRED), ("named-graph-uri", ASSERTED))
    assert count(NAMED, *named) == one + other
    assert count(COUNT, *named) == 0
    mixed = (both[0], named[1])
    assert (count(COUNT, *mixed), count(NAMED, *mixed)) == (one, other)
    over = f"SELECT (COUNT(*) AS ?n) FROM <{ASSERTED}> {{ ?s ?p ?o }}"
    assert (count(over), count(over, both[0])) == (other, one)
    assert count(COUNT, ("default-graph-uri", "http://example.org/not-there")) == 0


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_what_is_percent_encoded_is_decoded_once(address: tuple[str, int], way: str) -> None:
    row = ask(address, way, f'SELECT (<{CHINESE}> AS ?x) ("%2B+ %冀"@zh AS ?y) {{}}')
    assert row == {"x": CHINESE, "y": "%2B+ %冀"}
    graph = ("default-graph-uri", CHINESE)
    assert ask(address, way, COUNT, graph) == {"n": "0"}


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize(
    "type", [FORM, f"{FORM}; charset=UTF-8", f'{FORM};charset="utf-8"', FORM.upper()]
)
def test_a_form_is_one_with_each_name_of_its_encoding(
    address: tuple[str, int], path: str, type: str
) -> None:
    response, body = send(address, "POST", path, "query=ASK+%7B%7D", Content_Type=type)
    assert (response.status, json.loads(body)["boolean"]) == (200, True)


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize("type", [DIRECT, f"{DIRECT}; charset=utf-8", f"{DIRECT};charset=us-ascii"])
def test_a_query_is_posted_as_it_is(address: tuple[str, int], path: str, type: str) -> None:
    response, body = send(address, "POST", path, "ASK {}", Content_Type=type)
    assert (response.status, json.loads(body)["boolean"]) == (200, True)


BAD = {
    "no query in a form": ("POST", "", "default-graph-uri=x%3Ay", FORM, 400),
    "no query in a body": ("POST", "", "", DIRECT, 400),
    "several queries by GET": ("GET", "?query=ASK%7B%7D&query=ASK%7B%7D", None, "", 400),
    "several queries in a form": ("POST", "", "query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
    "one here, one there": ("POST", "?query=ASK%7B%7D", "query=ASK%7B%7D", FORM, 400),
    "one in the address too": ("POST", "?query=ASK%7B%7D", "ASK {}", DIRECT, 400),
    "bad syntax by GET": ("GET", "?query=ASK%7B", None, "", 400),
    "bad syntax in a form": ("POST", "", "query=ASK%7B", FORM, 400),
    "bad syntax in a body": ("POST", "", "ASK {", DIRECT, 400),
    "not UTF-8 but UTF-16": ("POST", "", "ASK {}".encode("utf-16"), DIRECT, 400),
    "says that it is UTF-16": (
        *("POST", "", "ASK {}".encode("utf-16"), f"{DIRECT}; charset=UTF-16", 415),
    ),
    "says that it is GBK": ("POST", "", "query=ASK%7B%7D", f"{FORM}; charset=gbk", 415),
    "no media type": ("POST", "", "ASK {}", "", 415),
    "another media type": ("POST", "", "ASK {}", "text/plain", 415),
    "a form of parts": ("POST", "", "--x--", "multipart/form-data; boundary=x", 415),
    "an update": ("POST", "", "CLEAR ALL", "application/sparql-update", 403),
    "an update in a form": ("POST", "", "update=CLEAR%20ALL", FORM, 403),
    "an update by GET": ("GET", "?update=CLEAR%20ALL", None, "", 403),
    "an update as a query": ("GET", "?query=CLEAR%20ALL", None, "", 403),
    "an update's dataset": ("POST", "?using-graph-uri=x%3Ay", "query=ASK%7B%7D", FORM, 403),
    "PUT": ("PUT", "", "ASK {}", DIRECT, 405),
    "PATCH": ("PATCH", "", "query=ASK%7B%7D", FORM, 405),
    "DELETE": ("DELETE", "?query=ASK%7B%7D", None, "", 405),
    "a relative graph": ("GET", "?query=ASK%7B%7D&default-graph-uri=here", None, "", 400),
    "an empty graph": ("GET", "?query=ASK%7B%7D&named-graph-uri=", None, "", 400),
    "a time that is none": ("GET", "?query=ASK%7B%7D&timeout=soon", None, "", 400),
    "no time": ("GET", "?query=ASK%7B%7D&timeout=0", None, "", 400),
    "time without end": ("GET", "?query=ASK%7B%7D&timeout=inf", None, "", 400),
}


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_what_is_wrong_is_told(
    address: tuple[str, int], path: str, case: tuple[str, str, bytes | str | None, str, int]
) -> None:
    method, query, body, type, status = case
    headers = {"Content-Type": type} if type else {}
    response, content = send(address, method, path + query, body, **headers)
    assert response.status == status, content
    assert response.getheader("Content-Type") == "application/problem+json"
    problem = json.loads(content)
    assert problem["status"] == status
    assert len(problem["detail"]) > 10
    if status == 405:
        assert response.getheader("Allow") == "GET, HEAD, OPTIONS, POST, QUERY"
    if status == 415:
        assert DIRECT in (response.getheader("Accept-Post") or "")


def test_a_packed_body_is_refused_with_what_is_read(address: tuple[str, int]) -> None:
    response, _ = send(
        address, "POST", "/sparql", b"x", Content_Type=DIRECT, Content_Encoding="gzip"
    )
    assert (response.status, response.getheader("Accept-Encoding")) == (415, "identity")


PATHS = (
    *("/", "/sparql", "/sparql/", "/data", "/data/", "/data/graph/asserted", "/dumps/"),
    *("/.well-known/void", "/.well-known/sparql-examples", "/id/firm", "/ontology", "/explain"),
)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_has_options_and_head(address: tuple[str, int], path: str) -> None:
    options, body = send(address, "OPTIONS", path, Origin="http://example.org")
    assert (options.status, body) == (200, b"")
    assert {"GET", "HEAD", "OPTIONS"} <= set((options.getheader("Allow") or "").split(", "))
    assert options.getheader("Access-Control-Allow-Methods") == options.getheader("Allow")
    assert options.getheader("Access-Control-Allow-Origin") == "*"
    head, body = send(address, "HEAD", path)
    got, _ = send(address, "GET", path)
    assert (head.status, body) == (got.status, b"")
    for name in ("Content-Type", "Vary", "ETag", "Location"):
        assert head.getheader(name) == got.getheader(name)


def test_the_head_of_an_answer_is_that_of_the_answer(address: tuple[str, int]) -> None:
    path = f"/sparql?query={quote(COUNT)}"
    head, body = send(address, "HEAD", path)
    got, _ = send(address, "GET", path)
    assert body == b""
    for name in ("Content-Type", "Content-Length", "Vary", "ETag", "Cache-Control"):
        assert head.getheader(name) == got.getheader(name) is not None


def test_a_request_may_shorten_the_time_and_not_lengthen_it(address: tuple[str, int]) -> None:
    product = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))
    endless = f"SELECT (COUNT(*) AS ?n) {{ {product} }}"
    for asked, value in (("0.2", 0.2), ("3600", 1.0)):
        path = f"/sparql?query={quote(endless)}&timeout={asked}"
        response, content = send(address, "GET", path)
        problem = json.loads(content)
        assert (response.status, problem["limit"], problem["value"]) == (504, "seconds", value)
