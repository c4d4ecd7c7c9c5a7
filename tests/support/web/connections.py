"""Real connections to a server, for tests."""

import http.client
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

Address = tuple[str, int]


@contextmanager
def connected(address: Address) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def get(address: Address, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    with connected(address) as connection:
        connection.request(
            "GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        response = connection.getresponse()
        return response, response.read()


def ask(query: str) -> str:
    return f"/sparql?query={quote(query)}"


def send_raw(address: Address, request: bytes) -> bytes:
    """All that comes back for some bytes, until the connection ends."""
    with socket.create_connection(address, timeout=10) as raw:
        raw.sendall(request)
        received = b""
        while data := raw.recv(1 << 16):
            received += data
        return received


def come_about(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 3
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)
