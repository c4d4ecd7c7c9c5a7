"""The access log of a running server: its lines, their fields, and a reader that has stopped."""

import http.client
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from support.web.served import OBJECTS, Served

EIGHTS = [f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 }}" for i in range(12)]
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(EIGHTS)} }}"
#: More rows than the server may send, of which it sends the first.
BROKEN = f"SELECT * {{ {' '.join(EIGHTS[:6])} }}"
FIELDS = ["time", "id", "address", "method", "target", "status", "ms", "bytes", "rows", "outcome"]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    served = Served(tmp_path, "--workers", "2", "--grace", "1", "--rows", "20000")
    with served.process:
        yield served
        served.process.kill()


def get(served: Served, path: str) -> str | None:
    """Return the X-Request-Id of an answer, whether it comes whole or not."""
    connection = served.connect()
    connection.request("GET", path)
    response = connection.getresponse()
    with suppress(http.client.IncompleteRead):
        response.read()
    connection.close()
    return response.headers["X-Request-Id"]


def leave(served: Served, path: str) -> None:
    """Ask for something and go away before it is answered."""
    with socket.create_connection(("127.0.0.1", served.port)) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.2)


def end(served: Served) -> list[dict[str, Any]]:
    """Return the lines of the log of a server that is ended."""
    served.process.send_signal(signal.SIGTERM)
    out, _ = served.process.communicate(timeout=20)
    return [json.loads(line) for line in out.splitlines()]


def test_a_line_tells_all_of_a_request(served: Served) -> None:
    broken, endless = (f"/sparql?format=csv&query={quote(q)}" for q in (BROKEN, ENDLESS))
    ids = [get(served, path) for path in (OBJECTS, OBJECTS, "/sparql?query=ASK", broken)]
    leave(served, endless)
    time.sleep(0.5)
    lines = end(served)
    assert [list(line) for line in lines] == [FIELDS] * 5
    assert [line["id"] for line in lines[:4]] == ids
    assert [line["outcome"] for line in lines] == ["miss", "hit", "miss", "broken", "gone"]
    assert [line["status"] for line in lines[:4]] == [200, 200, 400, 200]
    assert [line["target"] for line in lines[:2]] == [OBJECTS] * 2
    assert {line["address"] for line in lines} == {"127.0.0.1"}
    assert {line["method"] for line in lines} == {"GET"}
    first, again, *_ = lines
    assert first["rows"] == again["rows"] == 1
    assert first["bytes"] == again["bytes"] == len("o\r\nhttp://example.org/old\r\n")
    assert time.strptime(first["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
    assert 0 <= again["ms"] <= first["ms"]


def test_a_quiet_server_writes_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    served = Served(tmp_path, "--quiet")
    with served.process:
        assert served.get()[0] == 200
        assert end(served) == []


def test_a_log_that_nobody_reads_drops_lines_and_holds_nobody_up(served: Served) -> None:
    """Its reader takes nothing until the pipe and what waits for it are full."""
    asked = 0
    with socket.create_connection(("127.0.0.1", served.port)) as raw:
        raw.settimeout(10)
        for _ in range(56):  # more writes than may wait, each of more than a pipe holds
            raw.sendall(f"GET /healthz?{'x' * 400} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 200)
            received = b""
            while received.count(b"alive\n") < 200:
                received += raw.recv(1 << 16)
            asked += 200
            time.sleep(0.21)
        start = time.monotonic()
        assert served.get("/healthz")[0] == 200
        assert time.monotonic() - start < 1
    lines = end(served)
    assert sum(line.get("dropped", 0) for line in lines) > 0
    assert sum("id" in line for line in lines) < asked
