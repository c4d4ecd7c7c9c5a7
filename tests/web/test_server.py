"""The server as a process: it says when it is ready, ends in time, and takes up new data."""

import json
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jjjkg.cli import main
from jjjkg.errors import InputError
from jjjkg.snapshot import Snapshot
from jjjkg.web.server.access import AccessLog
from jjjkg.web.server.server import Settings, serve
from jjjkg.web.site import Content
from support.web.served import DATA, Served

#: However few the data are.
VALUES = " ".join(f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 }}" for i in range(12))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {VALUES} }}"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    served = Served(tmp_path, "--workers", "2", "--grace", "1")
    with served.process:
        yield served
        served.process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_all_that_it_started(served: Served, number: signal.Signals) -> None:
    assert served.get() == (200, "o\r\nhttp://example.org/old\r\n")
    family = served.family()
    assert len(family) == 3
    served.process.send_signal(number)
    assert served.process.wait(10) == 0
    end = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in family):
        assert time.monotonic() < end, "a process is left over"
        time.sleep(0.01)


def test_running_queries_end_within_the_grace(served: Served) -> None:
    connection = served.connect()
    connection.request("POST", "/sparql", ENDLESS, {"Content-Type": "application/sparql-query"})
    time.sleep(0.3)
    start = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(15) == 0
    assert 0.5 < time.monotonic() - start < 5
    assert served.process.stderr is not None
    assert served.process.stderr.read() == ""
    response = connection.getresponse()
    assert (response.status, "shutting down" in response.read().decode()) == (503, True)
    connection.close()


def test_new_data_are_taken_up_without_dropping_a_request(served: Served) -> None:
    answers: list[tuple[int, str]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answers.append(served.get())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    before = set(served.family())
    served.file.write_text(DATA.format("new"))
    served.process.send_signal(signal.SIGHUP)
    served.wait_for("anew")
    time.sleep(0.3)
    done.set()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {200}
    assert {text.split("/")[-1].strip() for _, text in answers} == {"old", "new"}
    assert served.get() == (200, "o\r\nhttp://example.org/new\r\n")
    assert before.isdisjoint(served.family())


def test_data_that_cannot_be_loaded_anew_leave_the_old_ones_served(served: Served) -> None:
    served.file.write_text("no triples")
    served.process.send_signal(signal.SIGHUP)
    assert "does not parse" in served.wait_for("stays")
    assert served.get() == (200, "o\r\nhttp://example.org/old\r\n")


def test_the_latest_data_win_however_long_earlier_ones_take(served: Served) -> None:
    """The data served first are in the cache, so that they load sooner than the next."""
    served.file.write_text(DATA.format("new"))
    served.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    served.file.write_text(DATA.format("old"))
    for _ in range(5):
        served.process.send_signal(signal.SIGHUP)
    served.wait_for("anew")
    served.wait_for("anew")
    assert served.get() == (200, "o\r\nhttp://example.org/old\r\n")


@pytest.mark.parametrize(("option", "value"), [("rows", "1"), ("bytes", "10"), ("length", "10")])
def test_limits_that_are_too_low_to_begin_with_are_named(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--port", "0", f"--{option}", value]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"--{option} is too low for the server's own questions of the data" in said


def test_a_port_in_use_is_one_clear_line() -> None:
    def load() -> Content:
        raise AssertionError("nothing is loaded for a port that can't be had")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} of 127.0.0.1 is in use"):
            serve(load, Settings(port=port), AccessLog(None))


def test_earlier_releases_are_read_anew(
    tmp_path: Path, tiny: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(tmp_path / "cache"))
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    served = Served(tmp_path, "--quiet", "--releases", str(earlier))
    with served.process:
        listed = json.loads(served.get("/releases/?format=json")[1])
        assert listed["earlier"] == []
        shutil.copytree(tiny.release, earlier / "one")
        served.process.send_signal(signal.SIGHUP)
        served.wait_for("anew")
        listed = json.loads(served.get("/releases/?format=json")[1])
        assert len(listed["earlier"]) == 1
        served.process.kill()
