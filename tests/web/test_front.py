"""The server before the views, over real connections: what is kept, streamed, broken off."""

import asyncio
import gzip
import http.client
import json
import socket
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jjjkg.evaluation import Evaluator
from support.web.connections import Address, ask, come_about, connected, get, send_raw

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ALL = "SELECT * { ?s ?p ?o }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(9))} }}"
#: More than the evaluator's limit on bytes.
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def count_hits(address: Address) -> float:
    _, text = get(address, "/metrics")
    return sum(
        sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
        if sample.name == "jjjkg_requests_total" and sample.labels["outcome"] == "hit"
    )


# What is kept


def test_a_repeated_question_is_answered_from_the_cache(address: Address) -> None:
    query = ask(COUNT + "# repeated")
    first, body = get(address, query)
    hits = count_hits(address)
    again, same = get(address, query)
    assert count_hits(address) == hits + 1
    assert same == body
    assert again.getheader("ETag") == first.getheader("ETag")
    assert again.getheader("X-Request-Id") != first.getheader("X-Request-Id")


def test_the_same_question_in_another_request_is_known_by_its_tag(address: Address) -> None:
    get(address, ask(COUNT + "# one way"))
    hits = count_hits(address)
    get(address, ask(COUNT + "# one way") + "&x=1")
    assert count_hits(address) == hits + 1


@pytest.mark.parametrize("warm", [False, True])
def test_what_a_client_has_is_not_sent_again(address: Address, warm: bool) -> None:
    query = ask(f"{COUNT}# {warm}")
    tag = get(address, query)[0].getheader("ETag") if warm else None
    if tag is None:
        tag = get(address, query)[0].getheader("ETag")
        query += "&other=1"
    assert tag
    response, body = get(address, query, If_None_Match=f'"x", W/{tag}')
    assert (response.status, body) == (304, b"")
    assert response.getheader("ETag") == tag


@pytest.mark.parametrize("function", ["RAND()", "NOW()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_is_never_kept(address: Address, function: str) -> None:
    query = ask(f"SELECT ({function} AS ?x) {{}}")
    first, body = get(address, query)
    assert (first.getheader("ETag"), first.getheader("Cache-Control")) == (None, "no-store")
    time.sleep(0.002)
    again, another = get(address, query)
    assert again.getheader("X-Request-Id") != first.getheader("X-Request-Id")
    if function != "BNODE()":  # whose label is the same in each answer
        assert another != body


def test_each_content_coding_has_its_own_tag(address: Address) -> None:
    plain, body = get(address, ask(ALL))
    packed, small = get(address, ask(ALL), Accept_Encoding="gzip")
    assert packed.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(small) == body
    assert plain.getheader("ETag") != packed.getheader("ETag")
    assert "Accept-Encoding" in (packed.getheader("Vary") or "")
    again, _ = get(address, ask(ALL))
    assert again.getheader("Content-Encoding") is None


def test_what_was_decided_for_one_query_holds_for_another(address: Address) -> None:
    """But not for one in another format, on another dataset, or that is wrong."""
    asked = {
        "": "application/sparql-results+json",
        "&format=csv": "text/csv; charset=utf-8",
        "&default-graph-uri=a%3Ab": "application/sparql-results+json",
    }
    for turn in range(3):
        for more, content_type in asked.items():
            response, body = get(address, ask(f"{COUNT}# turn {turn}") + more)
            assert (response.status, response.getheader("Content-Type")) == (200, content_type)
            assert (b'"0"' in body) == ("graph" in more)
            assert response.getheader("Content-Security-Policy")
        for more in ("&query=ASK%7B%7D", "&update=DROP+ALL", "&timeout=x"):
            assert get(address, ask(COUNT) + more)[0].status in (400, 403)
        assert get(address, ask("SELECT") + f"&x={turn}")[0].status == 400
        assert get(address, f"/sparql?query=ASK%7B%7D%FF&x={turn}")[0].status == 400


def test_a_page_is_kept_in_each_language(address: Address) -> None:
    tags = {}
    for language in ("en", "zh"):
        response, body = get(address, "/ontology.html", Accept_Language=language)
        assert f'lang="{language}"' in body.decode()
        tags[language] = response.headers["ETag"]
        hits = count_hits(address)
        assert get(address, "/ontology.html", Accept_Language=language)[1] == body
        assert count_hits(address) == hits + 1
    for language, tag in tags.items():
        for other in tags:
            again, _ = get(address, "/ontology.html", Accept_Language=other, If_None_Match=tag)
            assert again.status == (304 if other == language else 200)


def test_a_query_may_be_posted_from_a_page(address: Address) -> None:
    with connected(address) as connection:
        headers = {"Content-Type": "application/sparql-query", "Accept": "text/html"}
        for query, status in ((COUNT, 200), ("SELECT", 400)):
            connection.request("POST", "/sparql", query, headers)
            response = connection.getresponse()
            assert (response.status, "<html" in response.read().decode()) == (status, True)


# What is streamed, and what breaks off


def test_what_fails_in_the_middle_is_visibly_broken(address: Address) -> None:
    with connected(address) as connection:
        connection.request("GET", ask(LARGE))
        response = connection.getresponse()
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead):
            response.read()


def test_an_old_client_gets_an_answer_with_its_length_or_an_error(address: Address) -> None:
    head, _, body = send_raw(address, f"GET {ask(ALL)} HTTP/1.0\r\n\r\n".encode()).partition(
        b"\r\n\r\n"
    )
    assert f"content-length: {len(body)}".encode() in head
    assert json.loads(body)["results"]["bindings"]
    head, _, body = send_raw(address, f"GET {ask(LARGE)} HTTP/1.0\r\n\r\n".encode()).partition(
        b"\r\n\r\n"
    )
    assert b" 503 " in head.splitlines()[0]
    assert json.loads(body)["limit"] == "bytes"


def test_who_goes_away_takes_the_query_along(address: Address, evaluator: Evaluator) -> None:
    gone = evaluator.pool.kills["gone"]
    for query in (ENDLESS, LARGE + " LIMIT 2000"):
        with socket.create_connection(address) as raw:
            raw.sendall(f"GET {ask(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.1)
        come_about(lambda: evaluator.pool.running == 0)
    assert evaluator.pool.kills["gone"] > gone


def test_abandoned_pages_hold_nobody_up(address: Address, evaluator: Evaluator) -> None:
    for turn in range(16):
        with socket.create_connection(address) as raw:
            request = f"GET {ask(ENDLESS + f'# {turn}')} HTTP/1.1\r\nHost: x\r\nAccept: text/html"
            raw.sendall(request.encode() + b"\r\n\r\n")
    start = time.monotonic()
    assert get(address, "/", Accept="text/html")[0].status == 200
    assert time.monotonic() - start < 0.3
    come_about(lambda: evaluator.pool.running + evaluator.pool.waiting == 0)
    assert time.monotonic() - start < evaluator.limits.seconds


def test_a_path_that_only_begins_like_the_endpoints_is_a_things(address: Address) -> None:
    """Such a view waits for queries, which would wait for it if it ran in their loop."""
    for path in ("/dataset.ttl", "/dataset", "/datas", "/sparqls"):
        response, _ = get(address, path, Accept="text/turtle")
        assert response.status in (200, 303, 404), path


def test_who_runs_the_loop_is_told_not_to_wait_for_it(evaluator: Evaluator) -> None:
    async def ask_here() -> None:
        evaluator.evaluate(COUNT)

    asked = asyncio.run_coroutine_threadsafe(ask_here(), evaluator.loop)
    with pytest.raises(RuntimeError, match="would wait for itself"):
        asked.result(10)


def test_a_head_request_has_the_headers_and_no_body(address: Address) -> None:
    with connected(address) as connection:
        for path in (ask(COUNT), ask(LARGE), "/", "/data?default", "/healthz"):
            connection.request("HEAD", path)
            response = connection.getresponse()
            assert (response.status, response.read()) == (200, b""), path
            assert response.getheader("Content-Type")


@pytest.mark.parametrize(
    "path",
    ["/", "/ontology.ttl", "/releases/", "/static/style.css", "/.well-known/void", "/nothing"],
)
def test_every_answer_has_one_date(address: Address, path: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc9110#name-date has it as a field of one value."""
    for _ in range(2):  # the second may be from memory
        response, _ = get(address, path)
        assert len(response.headers.get_all("Date", [])) == 1
