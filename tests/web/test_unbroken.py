"""A server whose processes die, stop or can't be had: what it tells, and when it ends itself."""

import os
import re
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from jjjkg.web.server.server import LOST
from jjjkg.web.server.supervision import Supervision
from support.web.served import Served

ANSWER = (200, "o\r\nhttp://example.org/old\r\n")
WHY = "/explain?format=json&" + "&".join(
    f"{name}=http://example.org/{value}" for name, value in (("s", "a"), ("p", "b"), ("o", "old"))
)
HASTY = "import jjjkg.evaluation.workers.supervisor as h; h.PAUSES = (0.0, 0.1, 0.2, 0.3)"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def served(cache: Path, tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path, "--workers", "2", "--quiet", "--grace", "1", before=HASTY)
    with served.process:
        yield served
        served.process.kill()


def fork_server_of(served: Served) -> int:
    return served.family()[0]


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def gauge(served: Served, name: str) -> float:
    (value,) = re.findall(rf"^{name} (\S+)$", served.get("/metrics")[1], re.MULTILINE)
    return float(value)


def test_a_cache_that_was_moved_away_stops_nothing(served: Served, cache: Path) -> None:
    cache.rename(cache.parent / "elsewhere")
    os.kill(fork_server_of(served), signal.SIGKILL)
    wait_until(lambda: gauge(served, "jjjkg_workers_restarts_total") == 1)
    wait_until(lambda: gauge(served, "jjjkg_workers") == 2)
    assert served.get() == ANSWER
    # What is first asked for now is read from what was opened then.
    assert gauge(served, "jjjkg_reasoners") == 0
    status, text = served.get(WHY)
    assert (status, '"goal"' in text) == (200, True)
    assert gauge(served, "jjjkg_reasoners") >= 1
    assert gauge(served, "jjjkg_reasoners_resident_bytes") > 1 << 20


def test_a_server_that_can_answer_nothing_more_ends_with_a_status(
    served: Served, cache: Path
) -> None:
    (quads,) = cache.glob("snapshots/*/dataset.nq")
    content = quads.read_bytes()
    quads.write_bytes(b"damaged, in the very file that is open")
    os.kill(fork_server_of(served), signal.SIGKILL)
    assert served.process.wait(15) == LOST
    assert served.process.stderr
    said = served.process.stderr.read().splitlines()
    assert len(said) == 2
    assert "it is tried again" in said[0]
    assert "the server ends" in said[1]
    quads.write_bytes(content)


def test_what_heals_in_time_is_served_again(served: Served, cache: Path) -> None:
    (quads,) = cache.glob("snapshots/*/dataset.nq")
    content = quads.read_bytes()
    quads.write_bytes(b"damaged")
    killed = fork_server_of(served)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: fork_server_of(served) != killed)
    quads.write_bytes(content)
    wait_until(lambda: served.get() == ANSWER)
    wait_until(lambda: gauge(served, "jjjkg_workers") == 2)


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
@pytest.mark.parametrize("whom", ["fork server", "workers", "all"])
def test_readiness_is_told_in_time_whatever_happens(
    served: Served, number: signal.Signals, whom: str
) -> None:
    fork_server, *workers = served.family()
    hit = {"fork server": [fork_server], "workers": workers, "all": [fork_server, *workers]}[whom]
    for pid in hit:
        os.kill(pid, number)
    connection = served.connect()
    start = time.monotonic()
    connection.request("GET", "/readyz")
    response = connection.getresponse()
    told = response.read()
    assert time.monotonic() - start < 6
    assert (response.status, told) == (200, b"ready\n") or response.status == 503
    start = time.monotonic()
    assert served.get("/healthz") == (200, "alive\n")
    assert time.monotonic() - start < 0.5
    connection.close()
    wait_until(lambda: served.get("/readyz") == (200, "ready\n"), 40)
    assert served.get() == ANSWER


def test_a_snapshot_that_vanished_makes_no_explanation_a_fault(served: Served, cache: Path) -> None:
    shutil.rmtree(cache)
    assert served.get(WHY)[0] == 200
    assert served.get(WHY.replace("/old", "/new"))[0] == 404
    assert served.get("/doubt?claim=nothing")[0] == 404


def test_data_that_can_not_be_closed_are_told_as_such(served: Served, cache: Path) -> None:
    (quads,) = cache.glob("snapshots/*/dataset.nq")
    content = quads.read_bytes()
    quads.write_bytes(b"damaged")
    connection = served.connect()
    connection.timeout = 60  # for so many processes to load and fail
    connection.request("GET", WHY)
    response = connection.getresponse()
    assert (response.status, b"no worker can be started" in response.read()) == (503, True)
    connection.close()
    assert served.get() == ANSWER  # which is another pool's
    quads.write_bytes(content)
    assert served.get(WHY)[0] == 200


# Supervision


@pytest.fixture
def notices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A supervisor's socket; one that is silent for a second is taken for dead."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "1000000")
        yield receiver


def next_but(notices: socket.socket, *left_out: bytes) -> bytes:
    while (said := notices.recv(1 << 12)) in left_out:
        pass
    return said


def test_a_supervisor_is_told_all_that_it_needs(notices: socket.socket, served: Served) -> None:
    alive = b"WATCHDOG=1"
    assert next_but(notices) == b"READY=1"
    for _ in range(3):
        start = time.monotonic()
        assert next_but(notices) == alive
        assert time.monotonic() - start < 0.9
    served.process.send_signal(signal.SIGHUP)
    assert re.fullmatch(rb"RELOADING=1\nMONOTONIC_USEC=\d+", next_but(notices, alive))
    assert next_but(notices, alive) == b"READY=1"
    served.file.write_text("no triples")
    served.process.send_signal(signal.SIGHUP)
    assert next_but(notices, alive).startswith(b"RELOADING=1")
    assert next_but(notices, alive) == b"READY=1"
    served.process.send_signal(signal.SIGTERM)
    assert next_but(notices, alive) == b"STOPPING=1"
    assert served.process.wait(10) == 0


def test_a_server_without_workers_does_not_say_that_it_lives(
    notices: socket.socket, cache: Path, tmp_path: Path
) -> None:
    served = Served(tmp_path, "--quiet", before=HASTY.replace("0.3)", "3.0, 60.0)"))
    with served.process:
        assert next_but(notices) == b"READY=1"
        assert next_but(notices) == b"WATCHDOG=1"
        (quads,) = cache.glob("snapshots/*/dataset.nq")
        quads.write_bytes(b"damaged")
        os.kill(fork_server_of(served), signal.SIGKILL)
        wait_until(lambda: gauge(served, "jjjkg_workers") == 0)
        notices.setblocking(False)
        with suppress(BlockingIOError):
            while notices.recv(1 << 12):  # what was said before
                pass
        notices.settimeout(1.5)
        with pytest.raises(TimeoutError):
            notices.recv(1 << 12)
        served.process.kill()


def test_addresses_of_supervisors() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"\0jjjkg-test-{os.getpid()}")
        environ = {"NOTIFY_SOCKET": f"@jjjkg-test-{os.getpid()}", "WATCHDOG_USEC": "30000000"}
        supervision = Supervision(environ)
        supervision.tell("READY=1")
        assert receiver.recv(100) == b"READY=1"
        assert supervision.patience == 30
    supervision.tell("READY=1")  # nobody is there any more
    assert Supervision({**environ, "WATCHDOG_PID": "1"}).patience == 0
    assert Supervision({}).patience == 0
    Supervision({}).tell("READY=1")
