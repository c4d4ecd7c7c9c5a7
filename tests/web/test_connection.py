"""Connections that are cut off, and the probes of who watches the server."""

import socket
import time
from contextlib import suppress

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jjjkg.web.server import connection as connection_module
from support.web.connections import Address, ask, get

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 1_200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"no request at all\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", 400),
    ],
)
def test_what_is_no_good_request_is_a_problem(
    address: Address, request_: bytes, status: int
) -> None:
    with socket.create_connection(address, timeout=10) as raw:
        received = b""
        try:
            raw.sendall(request_)
            raw.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it was answered before all of it had come
        while b"\r\n\r\n" not in received and (data := raw.recv(1 << 16)):
            received += data
    head, _, _ = received.partition(b"\r\n\r\n")
    assert head.splitlines()[0].split()[1] == str(status).encode()
    assert b"application/problem+json" in head
    assert b"content-security-policy" in head


@pytest.mark.parametrize("length", [b"many", b"-1"])
def test_a_refusal_on_a_page_has_one_length(address: Address, length: bytes) -> None:
    asked = (
        b"GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nAccept-Language: zh\r\nX: y\r\n"
        b"Content-Length: " + length + b"\r\n\r\n"
    )
    with socket.create_connection(address, timeout=10) as raw:
        raw.sendall(asked)
        received = b"".join(iter(lambda: raw.recv(1 << 16), b""))
    head, _, page = received.partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    lengths = [line for line in head.splitlines() if line.lower().startswith(b"content-length")]
    assert lengths == [b"content-length: %d" % len(page)]
    assert '<html lang="zh">' in page.decode()


def test_slow_senders_are_cut_off_and_starve_nobody(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "SECONDS", 0.5)
    slow = [socket.create_connection(address, timeout=5) for _ in range(50)]
    try:
        for raw in slow:
            raw.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nq")
        start = time.monotonic()
        assert get(address, ask(COUNT))[0].status == 200
        assert time.monotonic() - start < 0.4
        for raw in slow:
            assert b" 408 " in raw.recv(1 << 16).splitlines()[0]
    finally:
        for raw in slow:
            raw.close()


def test_probes_tell_that_it_lives_and_answers(address: Address) -> None:
    for path in ("/healthz", "/readyz"):
        response, _ = get(address, path)
        assert (response.status, response.getheader("Cache-Control")) == (200, "no-store")
    _, text = get(address, "/metrics")
    names = {family.name for family in text_string_to_metric_families(text.decode())}
    assert {
        *("jjjkg_requests", "jjjkg_request_duration_seconds", "jjjkg_queries_waiting"),
        *("jjjkg_queries_running", "jjjkg_kills", "jjjkg_cache_bytes"),
        *("jjjkg_workers", "jjjkg_workers_resident_bytes"),
    } <= names


def test_whoever_takes_nothing_is_dropped(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within seconds here."""
    monkeypatch.setattr(connection_module, "STUCK", 0.5)
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.settimeout(5)
        raw.connect(address)
        raw.sendall(b"GET /ontology.html HTTP/1.1\r\nHost: x\r\n\r\n" * 2000)
        time.sleep(12)
        received = 0
        with suppress(ConnectionError):
            while data := raw.recv(1 << 16):
                received += data.count(b"HTTP/1.1 200 OK")
        assert received < 2000
