"""Over a thousand requests and queries that are wrong: each is answered as such, or cut off."""

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.web.connections import Address
from support.web.served import Served

QUERIES = (
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "PREFIX a: <http://example.org/> SELECT ?x (COUNT(*) AS ?n) { ?x a:b 'c'@en } GROUP BY ?x",
    "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?o > 3.5e1) }",
    'ASK { VALUES (?x ?y) { (1 UNDEF) (<a:b> """c"""^^<a:d>) } OPTIONAL { ?x a:b+/^a:c ?y } }',
    "DESCRIBE <http://example.org/京津冀>",
)
PIECES = (
    *(
        "{",
        "}",
        "(",
        ")",
        "<",
        ">",
        '"',
        "'",
        "\\",
        "#",
        "?",
        "@",
        "^^",
        ";",
        ".",
        "\x00",
        "\ud7ff",
    ),
    *("SERVICE <http://example.org/> {}", "INSERT DATA {}", "\\u0053", "{" * 300, "\U0001f600"),
    *(
        "SELECT",
        "FROM <a:b>",
        "BIND(1/0 AS ?e)",
        "REGEX('a','(a+)+$')",
        "LIMIT -1",
        "\r\n",
        "\ufeff",
    ),
)
#: What a server may say to a request that is wrong, or right after all.
TOLD = {200, 303, 304, 308, 400, 403, 404, 405, 406, 408, 411, 412, 413, 414, 415, 431, 501, 504}
EXAMPLES = settings(
    max_examples=400,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("malformed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JJJKG_CACHE", str(folder / "cache"))
        served = Served(folder, "--seconds", "2", "--quiet")
    with served.process:
        yield served
        served.process.terminate()
        assert served.process.stderr is not None
        said = served.process.stderr.read()
        assert "Traceback" not in said, said


def read_status(address: Address, request: bytes, ended: bool = True) -> int | None:
    """Return the status of the first final answer; None where the connection is just closed.

    Whoever ends a request that was whole may be taken for gone before it is answered.
    """
    goes_on = b"HTTP/1.1 100 Continue\r\n\r\n"
    with socket.create_connection(address, timeout=5) as raw:
        received = b""
        with contextlib.suppress(ConnectionError):
            raw.sendall(request)
            if ended:
                raw.shutdown(socket.SHUT_WR)
            while b"\r\n" not in received.removeprefix(goes_on) and (data := raw.recv(1 << 16)):
                received += data
    received = received.removeprefix(goes_on)
    return int(received.split()[1]) if received else None


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A query with pieces put in, taken out or doubled."""
    query = draw(st.sampled_from(QUERIES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(query)))
        end = min(len(query), start + draw(st.integers(0, 12)))
        query = query[:start] + draw(st.sampled_from((*PIECES, ""))) + query[end:]
    return query


@EXAMPLES
@given(query=mutated(), post=st.booleans(), accept=st.sampled_from(("*/*", "text/html", "a/b")))
def test_malformed_queries(served: Served, query: str, post: bool, accept: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    text = query.encode("utf-8", "surrogatepass")
    if post:
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        connection.request("POST", "/sparql", text, headers)
    else:
        connection.request("GET", f"/sparql?query={quote(text)}", headers={"Accept": accept})
    response = connection.getresponse()
    with contextlib.suppress(http.client.IncompleteRead):
        response.read()
    connection.close()
    assert response.status in TOLD


METHODS = st.sampled_from(
    ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "X")
)
PATHS = st.one_of(
    st.sampled_from(
        ("/sparql", "/sparql/", "/data", "/explain", "/doubt", "/id/x", "/dumps/..", "//")
    ),
    st.text(max_size=20).map(lambda text: "/" + quote(text.encode("utf-8", "surrogatepass"))),
)
ARGUMENTS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "query",
                "update",
                "format",
                "lang",
                "timeout",
                "graph",
                "default",
                "s",
                "claim",
                "%zz",
            )
        ),
        st.one_of(
            st.sampled_from(("ASK{}", "-1", "nan", "%FF", "%", "%00", "", "a:b", "x" * 9_000)),
            st.binary(max_size=12).map(quote),
        ),
    ),
    max_size=4,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "If-None-Match"),
                *(
                    "Range",
                    "Expect",
                    "Upgrade",
                    "Connection",
                    "Transfer-Encoding",
                    "Content-Length",
                ),
            )
        ),
        st.one_of(
            st.sampled_from(
                (
                    *(
                        "*/*;q=x",
                        ";;;",
                        "text/html;q=2",
                        "gzip;q=0,identity;q=0",
                        "zh-;q",
                        "chunked",
                    ),
                    *(
                        "application/x-www-form-urlencoded",
                        "application/sparql-query",
                        '"',
                        "0",
                        "7",
                    ),
                    *("bytes=5-1", "100-continue", "websocket", "close, upgrade", "99999999999999"),
                )
            ),
            st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20),
        ),
    ),
    max_size=5,
)


def waits_for_more(headers: list[tuple[str, str]], body: bytes) -> bool:
    """Tell if a body is shorter than the headers say, so that its end is never seen."""
    for name, value in headers:
        if name == "Transfer-Encoding" and value == "chunked" and b"\r\n" not in body:
            return True
        if name == "Content-Length" and value.isdecimal() and int(value) > len(body):
            return True
    return False


@EXAMPLES
@given(
    method=METHODS,
    path=PATHS,
    arguments=ARGUMENTS,
    headers=HEADERS,
    body=st.one_of(st.just(b""), st.binary(max_size=60), st.just(b"query=ASK%7B%7D&query=%FF")),
)
def test_malformed_requests(
    served: Served,
    method: str,
    path: str,
    arguments: str,
    headers: list[tuple[str, str]],
    body: bytes,
) -> None:
    lines = [f"{method} {path}?{arguments} HTTP/1.1", "Host: x", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    framed = any(name in ("Content-Length", "Transfer-Encoding") for name, _ in headers)
    if not framed:
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(lines).encode("latin-1")
    whole = head + b"\r\n\r\n" + body
    status = read_status(("127.0.0.1", served.port), whole, ended=framed)
    if status is None:
        assert waits_for_more(headers, body), "it hung up on a request that was whole"
    else:
        assert status in TOLD


@EXAMPLES
@given(
    request=st.one_of(
        st.binary(min_size=1, max_size=200),
        st.tuples(
            st.sampled_from(QUERIES), st.integers(0, 60), st.binary(min_size=1, max_size=8)
        ).map(
            lambda t: (
                f"GET /sparql?query={quote(t[0])} HTTP/1.1\r\nHost: x\r\n\r\n".encode()[: t[1]]
                + t[2]
                + b"\r\n\r\n"
            )
        ),
    )
)
def test_what_is_hardly_http(served: Served, request: bytes) -> None:
    status = read_status(("127.0.0.1", served.port), request)
    # RFC 9112, section 2.2: empty lines before a request are passed over.
    assert (status in TOLD | {505}) == bool(request.strip(b"\r\n"))


def test_it_answers_after_all_that(served: Served) -> None:
    assert served.get() == (200, "o\r\nhttp://example.org/old\r\n")
    end = time.monotonic() + 10
    while len(served.family()) <= 4:  # one that was killed may be on its way back
        assert time.monotonic() < end
        time.sleep(0.05)
    assert Path(f"/proc/{served.process.pid}").exists()
