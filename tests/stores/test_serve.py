"""`jjjkg serve --store`: the same pages and answers from a store elsewhere, and clear errors."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jjjkg.cli import main
from jjjkg.rdf.namespaces import PREFIXES
from support.servers import serving
from support.stores.comparison import ask, compare_servers, get
from support.stores.proxy import Answer, Request, proxied


def test_pages_and_questions_are_those_of_the_embedded_store(oxigraph: int) -> None:
    root = f"http://127.0.0.1:{oxigraph}"
    assert main(["publish", "--to", f"{root}/store", "--query", f"{root}/query"]) == 0
    with serving() as own, serving("--store", f"{root}/query") as port:
        compare_servers(own, port)
        assert (
            get(port, "/data?graph=https://w3id.org/jjjkg/graph/asserted", "text/csv")[0].status
            == 406
        )


def test_no_answer_of_a_store_elsewhere_is_kept(oxigraph: int, small: Path) -> None:
    root = f"http://127.0.0.1:{oxigraph}"
    data = ["--data", str(small)]
    assert main(["publish", "--to", f"{root}/store", "--query", f"{root}/query", *data]) == 0
    asked = ask("SELECT (COUNT(*) AS ?n) { ?s <https://w3id.org/jjjkg/ontology#price> ?o }")
    with serving("--store", f"{root}/query", *data) as port:
        response, text = get(port, asked, "text/csv")
        assert (response.status, text) == (200, "n\r\n1\r\n")
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["ETag"] is None
        assert response.headers["Last-Modified"] is None
        page, before = get(port, "/id/town.html")
        assert page.headers["Cache-Control"] == "no-cache"
        assert page.headers["Last-Modified"] is None
        connection = http.client.HTTPConnection("127.0.0.1", oxigraph, timeout=10)
        connection.request("DELETE", "/store?graph=https://w3id.org/jjjkg/graph/asserted")
        assert connection.getresponse().status == 204
        connection.close()
        assert get(port, asked, "text/csv")[1] == "n\r\n0\r\n"
        again, after = get(port, "/id/town.html", If_None_Match=page.headers["ETag"])
        assert (again.status, after != before) == (404, True)


@pytest.fixture
def broken(oxigraph: int, small: Path) -> Iterator[object]:
    """A server whose store can be told what to do wrong."""
    root = f"http://127.0.0.1:{oxigraph}"
    data = ["--data", str(small)]
    assert main(["publish", "--to", f"{root}/store", "--query", f"{root}/query", *data]) == 0
    with (
        proxied(oxigraph) as proxy,
        serving("--store", f"{proxy.url}/query", "--seconds", "1", *data) as port,
    ):
        yield proxy, port


JSON = {"Content-Type": "application/sparql-results+json"}


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (Answer(500, body=b"Traceback: secret"), 502, "the store fails on this query"),
        (Answer(503), 502, "status 503"),
        (Answer(401), 502, "does not let this server in"),
        (Answer(302, {"Location": "http://127.0.0.1:1/"}), 502, "leads elsewhere"),
        (Answer(504), 504, "takes too long"),
        (Answer(400, body=b"no such function"), 400, "no such function"),
        (Answer(200, {"Content-Type": "text/html"}, b"<h1>Hello</h1>"), 502, "'text/html'"),
        (Answer(200, {**JSON, "Content-Encoding": "gzip"}, b"\x1f"), 502, "the coding 'gzip'"),
        (Answer(200, JSON, b'{"head": {"vars": ["n"]}, "results"'), 502, "can't be read"),
        (Answer(200, JSON, b'{"head": {"vars": []', length=999), 502, "broke its answer off"),
        (Answer(200, JSON, b'{"head": {"vars": []', length=-5), 502, "has '-5' bytes"),
        (Answer(200, JSON, b'{"head": {"link": ["' + b"a" * (9 << 20)), 502, "a whole row"),
        (Answer(206, JSON, b"{}"), 504, "only a part of the answer"),
        (Answer(200, {**JSON, "X-SQL-State": "S1TAT"}, b"{}"), 504, "only a part of the answer"),
    ],
)
def test_a_store_that_fails_is_told_as_such(
    broken: tuple[object, int], answer: Answer, status: int, words: str
) -> None:
    proxy, port = broken
    proxy.react = lambda _: answer  # type: ignore[attr-defined]
    response, text = get(port, ask("SELECT (1 AS ?n) {}"), "text/csv")
    assert response.status == status, text
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = json.loads(text)
    assert words in problem["detail"]
    assert "secret" not in text
    proxy.react = lambda _: None  # type: ignore[attr-defined]
    assert get(port, ask("SELECT (1 AS ?n) {}"), "text/csv")[1] == "n\r\n1\r\n"


BOOLEAN = b'{"head": {}, "boolean": true}'
TABLE = b'{"head": {"vars": ["n"]}, "results": {"bindings": []}}'


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("ASK {}", TABLE), ("SELECT * {}", BOOLEAN), ("SELECT ?n ?m { ?n ?o ?m }", TABLE)],
)
def test_an_answer_of_the_other_kind_is_none(
    broken: tuple[object, int], query: str, wrong: bytes
) -> None:
    proxy, port = broken
    proxy.react = lambda _: Answer(200, JSON, wrong)  # type: ignore[attr-defined]
    for accept in ("application/sparql-results+json", "text/csv"):
        response, text = get(port, ask(query), accept)
        assert response.status == 502
        words = "without the column ?m" if "?m" in query else "asked for"
        assert words in json.loads(text)["detail"]
    assert get(port, "/id/firm.html")[0].status == 502
    ready, text = get(port, "/readyz")
    assert (ready.status, "a boolean was asked for" in text) == (
        (200, False) if wrong == BOOLEAN else (503, True)
    )


@pytest.mark.parametrize(
    ("lang", "title", "words"),
    [
        ("en", "Bad Gateway", "the store fails on this query (status 500)"),
        ("zh", "错误网关", "存储库执行此查询时出错（状态码 500）"),
    ],
)
def test_a_browser_is_told_on_a_page(
    broken: tuple[object, int], lang: str, title: str, words: str
) -> None:
    proxy, port = broken
    proxy.react = lambda _: Answer(500)  # type: ignore[attr-defined]
    response, text = get(port, f"/id/firm.html?lang={lang}", "text/html")
    assert response.status == 502
    assert f"<h1>502 {title}</h1>" in text
    for path in ("/questions/prices?", ask("ASK {}") + "&"):
        response, text = get(port, f"{path}lang={lang}", "text/html")
        assert (response.status, f'lang="{lang}"' in text) == (502, True)
        assert words in text


def test_a_store_that_is_slow_or_down_is_told_in_time(broken: tuple[object, int]) -> None:
    proxy, port = broken
    import time

    def wait(_: Request) -> None:
        time.sleep(5)

    proxy.react = wait  # type: ignore[attr-defined]
    start = time.monotonic()
    response, text = get(port, ask("SELECT (1 AS ?n) {}"))
    assert (response.status, json.loads(text)["limit"]) == (504, "seconds")
    assert time.monotonic() - start < 4
    assert get(port, "/healthz")[0].status == 200
    response, text = get(port, "/id/firm.html")
    assert response.status == 504


def test_readiness_is_that_of_the_store(broken: tuple[object, int]) -> None:
    proxy, port = broken
    assert get(port, "/readyz")[0].status == 200
    proxy.react = lambda _: Answer(500)  # type: ignore[attr-defined]
    response, text = get(port, "/readyz")
    assert response.status == 503
    assert "the store fails" in text


def test_what_is_refused_here_never_reaches_the_store(broken: tuple[object, int]) -> None:
    proxy, port = broken
    before = len(proxy.seen)  # type: ignore[attr-defined]
    for query, status in (
        ("DROP ALL", 403),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403),
        ("SELECT * { ?s ?p }", 400),
        # The same for engines that take escapes before anything else.
        (r"SELECT * { ?s ?p ?o # \u000A SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }" + "\n}", 403),
        (r'SELECT * { ?s ?p "\u0022 . \U00000053ERVICE <x:y> {} . ?a ?b \u0022" }', 403),
        (r"# \u000ADROP ALL #" + "\nASK {}", 403),
    ):
        assert get(port, ask(query))[0].status == status
    assert len(proxy.seen) == before  # type: ignore[attr-defined]
    fine = r"SELECT ('\u4eac' AS ?x) { FILTER('\U00004EAC' = '京') }"
    assert get(port, ask(fine), "text/csv")[1] == "x\r\n京\r\n"


def test_a_store_of_another_make_serves_too(rdflib_endpoint: int, small: Path) -> None:
    root = f"http://127.0.0.1:{rdflib_endpoint}/"
    data = ["--data", str(small)]
    assert main(["publish", "--protocol", "update", "--to", root, *data]) == 0
    with serving("--store", root, *data) as port:
        for name, expected in (("prices", "34.9"), ("places", "京")):
            response, text = get(port, f"/questions/{name}")
            assert response.status == 200
            assert expected in text
        response, text = get(port, "/id/firm", "text/turtle")
        assert response.status == 303
        assert get(port, response.headers["Location"])[0].status == 200


QLEVER = {
    "head": {"vars": ["n", "m"]},
    "results": {
        "bindings": [
            {"n": {"type": "bnode", "value": "bn3"}, "m": {"type": "literal", "value": "a"}},
            {"m": {"type": "literal", "value": "1", "datatype": PREFIXES["xsd"] + "int"}},
        ]
    },
    "meta": {"query-time-ms": 1, "result-size-total": 2},
}


def test_members_after_the_rows_are_passed_over(broken: tuple[object, int]) -> None:
    proxy, port = broken
    proxy.react = lambda _: Answer(200, JSON, json.dumps(QLEVER).encode())  # type: ignore[attr-defined]
    response, text = get(port, ask("SELECT ?n ?m {}"), "text/csv")
    assert (response.status, text) == (200, "n,m\r\n_:bn3,a\r\n,1\r\n")


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_table_that_a_store_may_have_cut_is_told(broken: tuple[object, int], rows: int) -> None:
    proxy, port = broken
    bindings = [{"n": {"type": "literal", "value": "x"}}] * rows
    body = json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": bindings}}).encode()
    headers = {**JSON, "X-SPARQL-MaxRows": "2"}
    proxy.react = lambda _: Answer(200, headers, body)  # type: ignore[attr-defined]
    response, text = get(port, ask("SELECT ?n {}"))
    if rows == 1:
        assert response.status == 200, text
        return
    problem = json.loads(text)
    assert (problem["limit"], problem["value"]) == ("rows", 2)
    assert "the store ends a table after 2 rows" in problem["detail"]
