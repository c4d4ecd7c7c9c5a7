"""A crowd of clients, good and bad; and processes that are killed under their hands."""

import http.client
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from support.web.served import Served

TRIPLES = "".join(
    f"<http://example.org/{i}> <http://example.org/next> <http://example.org/{i + 1}> .\n"
    for i in range(400)
)
#: Joins that take much longer than the limit on time, in silence or with much to say.
SILENT = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(9))} }}"
LOUD = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CLIENTS = 200


@pytest.fixture
def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    served = Served(tmp_path, "--workers", "4", "--seconds", "1", "--quiet", data=TRIPLES)
    with served.process:
        yield served
        served.process.kill()


def path_of(query: str) -> str:
    return f"/sparql?format=csv&query={quote(query)}"


def connect(served: Served, client: int) -> http.client.HTTPConnection:
    """A connection from an address of its own, as if from another machine."""
    return http.client.HTTPConnection(
        "127.0.0.1", served.port, timeout=60, source_address=(f"127.0.1.{client % 250 + 1}", 0)
    )


def ask_greedily(served: Served, client: int) -> str:
    connection = connect(served, client)
    try:
        connection.request("GET", path_of(random.choice((SILENT, LOUD)) + f"# {client}"))
        response = connection.getresponse()
        response.read()
    except (http.client.HTTPException, OSError):
        return "broken"
    else:
        return "whole" if response.status == 200 else str(response.status)
    finally:
        connection.close()


def ask_and_leave(served: Served, client: int) -> str:
    source = (f"127.0.1.{client % 250 + 1}", 0)
    with socket.create_connection(("127.0.0.1", served.port), 10, source) as raw:
        request = f"GET {path_of(random.choice((SILENT, LOUD)))} HTTP/1.1\r\nHost: x\r\n\r\n"
        raw.sendall(request.encode()[: random.choice((10, 10_000))])
        time.sleep(random.random() / 5)
    return "left"


def ask_fairly(served: Served, client: int) -> str:
    """Asks for three triples' ends, again where the server is busy, as it says."""
    wanted = [str(random.randrange(400)) for _ in range(3)]
    values = " ".join(f"<http://example.org/{i}>" for i in wanted)
    query = f"SELECT ?o {{ VALUES ?s {{ {values} }} ?s <http://example.org/next> ?o }}"
    for _ in range(30):
        connection = connect(served, client)
        connection.request("GET", path_of(query))
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        if response.status == 200:
            found = sorted(line.rpartition("/")[2] for line in body.split()[1:])
            right = found == sorted(str(int(i) + 1) for i in wanted)
            return "right" if right else f"wrong: {body}"
        if response.status != 503:
            return f"{response.status}: {body}"
        time.sleep(float(response.headers["Retry-After"]) * random.random())
    return "never answered"


def resident(pid: int) -> int:
    """The memory of a process, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_fair_questions_are_answered_in_a_crowd_of_greedy_ones(crowded: Served) -> None:
    assert ask_fairly(crowded, 0) == "right"
    family, before = crowded.family(), resident(crowded.process.pid)
    outcomes: dict[str, list[str]] = {"greedy": [], "leaving": [], "fair": []}
    kinds = {"greedy": ask_greedily, "leaving": ask_and_leave, "fair": ask_fairly}

    def run(client: int) -> None:
        kind = tuple(kinds)[client % 3]
        outcomes[kind].append(kinds[kind](crowded, client))

    threads = [threading.Thread(target=run, args=[client]) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes["fair"]) == {"right"}
    assert set(outcomes["greedy"]) <= {"broken", "504", "503"}
    assert len(outcomes["leaving"]) >= CLIENTS // 3
    end = time.monotonic() + 5
    while len(crowded.family()) != len(family):
        assert time.monotonic() < end, "processes are left over"
        time.sleep(0.05)
    assert ask_fairly(crowded, 0) == "right"
    assert resident(crowded.process.pid) - before < 48 << 20


def test_whatever_process_is_killed_the_next_request_works(crowded: Served) -> None:
    """Worker after worker, then the fork server that they come from, in the middle of answers."""
    for turn in (1, 2, 3, 4, 0):
        outcomes: list[str] = []

        def ask(client: int, outcomes: list[str] = outcomes) -> None:
            outcomes.append(ask_greedily(crowded, client))

        threads = [threading.Thread(target=ask, args=[client]) for client in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        fork_server, *workers = crowded.family()
        os.kill(workers[turn - 1] if turn else fork_server, signal.SIGKILL)
        for thread in threads:
            thread.join()
        assert set(outcomes) <= {"broken", "503", "504"}
        assert ask_fairly(crowded, 0) == "right"
    end = time.monotonic() + 5
    while len(crowded.family()) != 5:
        assert time.monotonic() < end, "processes are missing or left over"
        time.sleep(0.05)


def test_slow_readers_starve_nobody(crowded: Served) -> None:
    slow = []
    try:
        for client in range(60):
            raw = socket.socket()
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.bind((f"127.0.2.{client + 1}", 0))
            raw.connect(("127.0.0.1", crowded.port))
            raw.sendall(f"GET {path_of(LOUD)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            slow.append(raw)
        for raw in slow:
            assert raw.recv(1)
        for turn in range(5):
            assert ask_fairly(crowded, turn) == "right"
    finally:
        for raw in slow:
            raw.close()
