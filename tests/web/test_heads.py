"""Heads of requests: hosts, long and foreign targets, headers that are long to read."""

import json
import re
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from jjjkg.web.server.access import AccessLog
from jjjkg.web.server.asgi import PEER, Exchange
from jjjkg.web.server.connection import Gate
from support.web.connections import Address, get, send_raw


def ask_status(address: Address, head: str | bytes) -> tuple[int, bytes]:
    raw = head if isinstance(head, bytes) else head.encode("latin-1")
    received = send_raw(address, raw.rstrip() + b"\r\nConnection: close\r\n\r\n")
    return int(received.split()[1]), received.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /healthz HTTP/1.1", 400),
        ("GET /healthz HTTP/1.1\r\nHost: x\r\nHost: x", 400),
        ("GET /healthz HTTP/1.1\r\nHost: x\r\nHOST: y", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a b", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a/b", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a@b", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a:b", 400),
        ("GET /healthz HTTP/1.1\r\nHost: [::1", 400),
        ("GET /healthz HTTP/1.0\r\nHost: x\r\nHost: x", 400),
        ("GET /healthz HTTP/2.0\r\nHost: x", 505),
        ("POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked", 501),
        ("POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip", 501),
        ("GET /healthz HTTP/1.0", 200),
        ("GET /healthz HTTP/1.1\r\nHost:", 200),
        ("GET /healthz HTTP/1.1\r\nHost: example.org:8000", 200),
        ("GET /healthz HTTP/1.1\r\nHost: [::1]:80", 200),
        ("GET http://example.org/healthz HTTP/1.1\r\nHost: x", 200),
        ("OPTIONS * HTTP/1.1\r\nHost: x", 204),
        ("OPTIONS /healthz HTTP/1.1\r\nHost: x", 204),
        ("GET * HTTP/1.1\r\nHost: x", 404),
    ],
)
def test_a_host_is_named_once(address: Address, head: str, status: int) -> None:
    """https://www.rfc-editor.org/rfc/rfc9112#section-3.2"""
    assert ask_status(address, head)[0] == status


@pytest.mark.parametrize("size", [65_536, 66_000, 1_000_000, 20_000_000])
def test_a_long_address_is_told_to_use_post(address: Address, size: int) -> None:
    target = "/sparql?query=" + "a" * (size - 14)
    status, body = ask_status(address, f"GET {target} HTTP/1.1\r\nHost: x")
    assert (status, "use POST" in json.loads(body)["detail"]) == (414, True)


def test_the_longest_address_is_read(address: Address) -> None:
    query = "ASK%20%7B%7D%23"
    target = f"/sparql?query={query}" + "a" * (65_535 - 14 - len(query))
    assert ask_status(address, f"GET {target} HTTP/1.1\r\nHost: x")[0] == 200


def test_letters_that_are_not_encoded_are_read(address: Address) -> None:
    query = 'SELECT ("石家庄" AS ?x) {}'.replace(" ", "%20")
    request = f"GET /sparql?format=csv&query={query} HTTP/1.1\r\nHost: x".encode()
    status, body = ask_status(address, request)
    assert (status, body.decode()) == (200, "x\r\n石家庄\r\n")
    status, body = ask_status(address, "GET /id/石 HTTP/1.1\r\nHost: x".encode("gbk"))
    assert status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "a/b;q=0.5," * 410},
        {"Accept-Language": "en," * 1400},
        {"Accept": "a/b," * 600, "Accept-Encoding": "gzip," * 400},
        {"If-None-Match": '"a", ' * 1000},
    ],
)
def test_headers_that_are_long_to_read_are_refused(
    address: Address, headers: dict[str, str]
) -> None:
    lines = "".join(f"\r\n{name}: {value}" for name, value in headers.items())
    for path in ("/sparql?query=ASK%7B%7D", "/"):
        assert ask_status(address, f"GET {path} HTTP/1.1\r\nHost: x{lines}")[0] == 431
    assert get(address, "/", Cookie="a=b;" * 10_000)[0].status == 200


def test_any_header_may_be_sent_from_any_page(address: Address) -> None:
    """https://fetch.spec.whatwg.org/#http-cors-protocol"""
    names = "authorization,queryid,traceparent,x-requested-with"
    for path in ("/sparql", "/data", "/id/x", "/releases/", "/explain", "/doubt", "/metrics"):
        head = f"OPTIONS {path} HTTP/1.1\r\nHost: x\r\nOrigin: http://example.org\r\n"
        head += f"Access-Control-Request-Headers: {names}"
        received = send_raw(address, head.encode() + b"\r\nConnection: close\r\n\r\n").decode()
        assert received.split()[1] in ("200", "204"), path
        assert f"access-control-allow-headers: {names}\r\n" in received
        (methods,) = re.findall("access-control-allow-methods: (.*)\r\n", received)
        assert "GET" in methods.split(", ")


@pytest.mark.parametrize("names", ["a b", "x\r\n", "a,,b", "a;b", ""])
def test_what_are_no_names_of_headers_is_not_repeated(client: FlaskClient, names: str) -> None:
    asked = {"Access-Control-Request-Headers": names.strip()}
    allowed = client.options("/sparql", headers=asked).headers["Access-Control-Allow-Headers"]
    assert allowed == ("x" if names == "x\r\n" else "Accept, Content-Type, If-None-Match")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/dumps", "/dumps/"),
        ("/id//hebei", "/id/hebei"),
        ("/releases?x=1", "/releases/?x=1"),
        ("/questions?lang=zh", "/?lang=zh"),
        ("/data?format=trig", "/releases/latest/dataset.trig"),
        ("/id/firm?lang=zh", "/id/firm.ttl?lang=zh"),
    ],
)
def test_redirects_lead_to_paths_and_are_not_kept(
    client: FlaskClient, path: str, location: str
) -> None:
    headers = {"Host": "evil.example", "Accept": "text/turtle"}
    response = client.get(path, headers=headers)
    assert 300 < response.status_code < 400
    assert response.headers["Location"] == location
    assert response.headers["Cache-Control"] == "no-store"
    assert b"evil" not in response.data


def make_exchange(**scope: Any) -> Exchange:
    known = {"method": "GET", "scheme": "http", "path": "/", "query_string": b"", "headers": []}
    return Exchange({**known, **scope}, None, None, "1", None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ('evil","status":200', "127.0.0.1"),
        ("unknown", "127.0.0.1"),
        ("1.2.3.4.5", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_a_proxy_is_believed_only_an_address(said: str, address: str) -> None:
    exchange = make_exchange(client=(said, 0), **{PEER: ("127.0.0.1", 5)})
    assert exchange.address == address


def test_the_log_is_json_whatever_an_address_says() -> None:
    target = b'/"\xff' + b"a" * 1000
    exchange = make_exchange(method="GET", raw_path=target, query_string=b"")
    exchange.address = 'a","b":"\n'
    line = json.loads(exchange.log(0.1))
    assert line["address"] == 'a","b":"\n'
    assert line["target"] == '/"\xff' + "a" * 497


def test_the_log_writes_what_is_left_at_its_end() -> None:
    file = StringIO()
    log = AccessLog(file)
    log.write(["a\n", "b\n"])
    log.close()
    assert file.getvalue() == "a\nb\n"


def test_connections_are_counted() -> None:
    gate = Gate(8, "10.0.0.0/8, 192.0.2.1")
    assert [bool(gate.enter("a")) for _ in range(3)] == [False, False, True]
    assert [bool(gate.enter("10.1.1.1")) for _ in range(3)] == [False] * 3
    for _ in range(3):
        gate.leave("a")
    assert not gate.enter("b")
    assert [bool(gate.enter(str(n))) for n in range(5)] == [False] * 4 + [True]
    assert not gate.crowded
    for n in range(8):
        gate.enter(str(n))
    assert gate.crowded
    assert [bool(Gate(8, "*").enter("x")) for _ in range(3)] == [False] * 3
