"""Bodies, however they come: with a wish to upgrade, in chunks, after an expectation, or too large.

https://www.rfc-editor.org/rfc/rfc9110#name-upgrade,
https://www.rfc-editor.org/rfc/rfc9112#name-message-body
"""

import http.client
import itertools
import json
import re
import socket
import time
from urllib.parse import quote

import pytest

from jjjkg.web.server import budget
from support.web.connections import Address, connected

YES = b'{"head":{},"boolean":true}'
ASK = b"ASK {}"
TYPE = b"Content-Type: application/sparql-query\r\n"
UPGRADES = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    "websocket": b"Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n",
    "two lines": b"Connection: keep-alive\r\nConnection: upgrade\r\nUPGRADE: TLS/1.0\r\n",
    "none": b"",
}
FRAMED = {
    "length": (b"Content-Length: 6\r\n", ASK),
    "chunked": (b"Transfer-Encoding: chunked\r\n", b"2\r\nAS\r\n4;x=y\r\nK {}\r\n0\r\n\r\n"),
}
PROBE = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def talk(address: Address, pieces: list[bytes]) -> bytes:
    """All that comes back for some segments."""
    with socket.create_connection(address, timeout=10) as raw:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            raw.sendall(piece)
            time.sleep(0.02)
        received = b""
        while data := raw.recv(1 << 16):
            received += data
        return received


def statuses(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


@pytest.mark.parametrize("cut", ["one segment", "head first", "byte by byte", "pipelined"])
@pytest.mark.parametrize("framed", FRAMED)
@pytest.mark.parametrize("upgrade", UPGRADES)
def test_a_body_is_a_body_whatever_goes_with_it(
    address: Address, upgrade: str, framed: str, cut: str
) -> None:
    framing, body = FRAMED[framed]
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + TYPE + UPGRADES[upgrade] + framing + b"\r\n"
    pieces = {
        "one segment": [head + body, PROBE],
        "head first": [head, body, PROBE],
        "byte by byte": [*(bytes([byte]) for byte in (head + body)[-40:]), PROBE],
        "pipelined": [head + body + head + body + PROBE],
    }[cut]
    if cut == "byte by byte":
        pieces[0] = (head + body)[:-40] + pieces[0]
    received = talk(address, pieces)
    assert statuses(received) == [200] * (3 if cut == "pipelined" else 2)
    assert received.count(YES) == (2 if cut == "pipelined" else 1)
    assert received.endswith(b"alive\n")


@pytest.mark.parametrize("upgrade", UPGRADES)
def test_no_byte_of_a_body_is_read_as_a_request(address: Address, upgrade: str) -> None:
    length = b"Content-Length: %d\r\n\r\n" % len(PROBE)
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + TYPE + UPGRADES[upgrade] + length
    for pieces in ([head + PROBE, PROBE], [head, PROBE, PROBE]):
        received = talk(address, pieces)
        assert statuses(received) == [400, 200]
        assert received.count(b"alive") == 1


def test_a_wish_to_upgrade_keeps_the_wish_to_close(address: Address) -> None:
    request = (
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close, upgrade\r\nUpgrade: h2c\r\n\r\n"
    )
    assert statuses(talk(address, [request])) == [200]


def test_many_wishes_at_once_are_all_heard(address: Address) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + UPGRADES["h2c"] + b"\r\n"
    assert statuses(talk(address, [request * 2000 + PROBE])) == [200] * 2001


def test_this_is_no_proxy(address: Address) -> None:
    received = talk(address, [b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n" + PROBE])
    assert statuses(received) == [405]


@pytest.mark.parametrize("method", ["POST", "QUERY"])
@pytest.mark.parametrize("direct", [True, False])
def test_chunks_make_a_query(address: Address, method: str, direct: bool) -> None:
    type = "application/sparql-query" if direct else "application/x-www-form-urlencoded"
    body = ASK if direct else b"query=ASK%20%7B%7D"
    with connected(address) as connection:
        for _ in range(2):
            pieces = iter([body[:3], body[3:]])
            connection.request(
                method, "/sparql", pieces, {"Content-Type": type}, encode_chunked=True
            )
            response = connection.getresponse()
            assert (response.status, response.read()) == (200, YES)


def test_a_query_by_the_method_of_that_name_is_kept_like_one_by_get(address: Address) -> None:
    """https://datatracker.ietf.org/doc/draft-ietf-httpbis-safe-method-w-body/"""
    headers = {"Content-Type": "application/sparql-query"}
    with connected(address) as connection:
        connection.request("QUERY", "/sparql", "ASK { ?s ?p 'kept' }", headers)
        response = connection.getresponse()
        response.read()
        headers["If-None-Match"] = response.headers["ETag"]
        connection.request("QUERY", "/sparql", "ASK { ?s ?p 'kept' }", headers)
        assert connection.getresponse().status == 304


def test_whoever_expects_to_be_told_to_go_on_is_told(address: Address) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" + TYPE
    with socket.create_connection(address, timeout=10) as raw:
        raw.sendall(head + b"Content-Length: 6\r\n\r\n")
        assert raw.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        raw.sendall(ASK)
        response = http.client.HTTPResponse(raw)
        response.begin()
        assert response.read() == YES
    received = talk(address, [head + b"Content-Length: 99999999\r\n\r\n"])
    assert statuses(received) == [413]
    old = head.replace(b"1.1", b"1.0") + b"Content-Length: 6\r\n\r\n" + ASK
    assert b"100 Continue" not in talk(address, [old])


@pytest.mark.parametrize("declared", [True, False])
def test_what_is_too_large_is_told_as_the_client_reads(address: Address, declared: bool) -> None:
    """Before it has come, where its length is said; and the connection goes on."""
    size = 2 << 20
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nAccept-Language: zh\r\n" + TYPE
    )
    framing = (
        b"Content-Length: %d\r\n\r\n" % size if declared else b"Transfer-Encoding: chunked\r\n\r\n"
    )
    body = b"a" * size if declared else b"%x\r\n%b\r\n0\r\n\r\n" % (size, b"a" * size)
    received = talk(address, [head + framing + body, PROBE])
    assert statuses(received) == [413, 200]
    assert "内容过大" in received.decode()
    assert 'lang="zh"' in received.decode()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (b"query=" + b"%20" * 300_000, 413),
        (b"a&" * 450_000, 413),
        (b"query=&" * 1_000, 413),
        (b"query=ASK%20{}%23" + "石".encode() * 89_000, 200),
        (b"query=ASK%20%7B%7D%23" + b"%E7%9F%B3" * 90_000, 200),
        (b"query=ASK%20%7B%7D%23" + b"+%E7" * 90_000, 400),
        (b"&&query=ASK+%7B%7D&x&y=&=z&", 200),
        (b"query=ASK+{}%23%zz%", 200),
    ],
)
def test_forms_are_bounded_before_they_are_read(address: Address, form: bytes, status: int) -> None:
    with connected(address) as connection:
        type = "application/x-www-form-urlencoded"
        connection.request("POST", "/sparql", form, {"Content-Type": type})
        response = connection.getresponse()
        told = json.loads(response.read())
        assert response.status == status, told


def test_bodies_together_have_a_bound(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST", 1 << 20)
    monkeypatch.setattr(budget, "_SHARE", 1 << 19)
    withheld = []
    try:
        for _ in range(4):
            raw = socket.create_connection(address, timeout=10)
            withheld.append(raw)
            head = (
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 300001\r\n" + TYPE + b"\r\n"
            )
            raw.sendall(head + b"a" * 300_000)
            time.sleep(0.2)  # so that it is the first that is held
        told = [raw.recv(1 << 16) for raw in withheld[1:]]
        assert [statuses(answer) for answer in told] == [[503]] * 3
        assert b"retry-after: 2" in told[0]
        with connected(address) as connection:
            connection.request("POST", "/sparql", ASK, {"Content-Type": "application/sparql-query"})
            assert connection.getresponse().status == 200
        withheld[0].sendall(b"a")
        assert statuses(withheld[0].recv(1 << 16)) == [413]
    finally:
        for raw in withheld:
            raw.close()


def test_a_body_that_comes_late_is_no_request_line(address: Address) -> None:
    """A server that takes it for one percent-encodes it, and answers what is past its length."""
    tail = b"GET /healthz?smuggled HTTP/1.1\r\nHost: host.x\r\n\r\n"
    body = "é".encode() * (len(tail) // 4) + tail
    assert len(tail) % 4 == 0
    slow = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{n} ?b{n} ?c{n} . " for n in range(6)) + "}"
    first = f"GET /sparql?timeout=0.5&query={quote(slow)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    head = (
        "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    for padding, count in itertools.product((450, 500), range(9, 12)):
        alive = b"GET /healthz HTTP/1.1\r\nX-P: " + b"p" * padding + b"\r\nHost: x\r\n\r\n"
        received = talk(address, [first + alive * count + head, body, PROBE])
        assert statuses(received) == [504, *[200] * count, 400, 200]


def test_a_body_without_a_host_is_itself(address: Address) -> None:
    query = 'SELECT ("é" AS ?x) {}'.encode()
    head = (
        "POST /sparql HTTP/1.0\r\nAccept: text/csv\r\nContent-Type: application/sparql-query\r\n"
        f"Content-Length: {len(query)}\r\n\r\n"
    )
    received = talk(address, [head.encode(), query])
    assert statuses(received) == [200]
    assert received.endswith("x\r\né\r\n".encode())


def test_headers_count_with_what_they_are_written_with(address: Address) -> None:
    for header in (b"a:\r\n", b"a: b\r\n", b"\xe9: \r\n"):
        head = b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + header * 64_000 + b"\r\n"
        assert statuses(talk(address, [head]))[-1] in (400, 431)
    few = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 900
    assert statuses(talk(address, [few + b"Connection: close\r\n\r\n"])) == [200]
