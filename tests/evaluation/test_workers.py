"""Workers that go over a limit or die: an error of their own query, and no process left over."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jjjkg.errors import InputError
from jjjkg.evaluation import (
    Evaluator,
    LimitExceeded,
    Limits,
    WorkerCrashed,
)
from support.evaluation.queries import COUNT, ENDLESS, HUNGRY, LARGE, count


def server_of(evaluator: Evaluator) -> int:
    return evaluator.pool.fork_server.process.pid


def workers_of(pid: int) -> list[int]:
    """The children of a process."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in listed.split()]


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


def find_busy(server: int) -> int:
    """The worker that has used the most processor time, once that is a tenth of a second."""

    def used(pid: int) -> int:
        return int(Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11])

    wait_until(
        lambda: max(map(used, workers_of(server)), default=0) > os.sysconf("SC_CLK_TCK") // 10
    )
    return max(workers_of(server), key=used)


def ask_aside(evaluator: Evaluator, query: str) -> tuple[threading.Thread, list[object]]:
    """Evaluate in another thread; the list gets the answer or the error."""
    outcome: list[object] = []

    def ask() -> None:
        try:
            outcome.append(evaluator.evaluate(query))
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, outcome


def assert_complete(evaluator: Evaluator) -> None:
    """There are as many workers as wanted, and no more, once those that were killed are gone."""
    wait_until(lambda: len(workers_of(server_of(evaluator))) == evaluator.pool.workers)
    assert evaluator.pool.running == 0


# Limits


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        (ENDLESS, "seconds"),
        (HUNGRY, "memory"),
        (LARGE, "bytes"),
        ("SELECT ?a { ?a ?b ?c . ?d ?e ?f } LIMIT 10001", "rows"),
        ("CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }", "rows"),
        (" " * 100_001, "length"),
    ],
)
def test_a_query_over_a_limit_ends_and_the_next_works(
    evaluator: Evaluator, query: str, limit: str
) -> None:
    start = time.monotonic()
    with pytest.raises(LimitExceeded) as caught:
        evaluator.evaluate(query)
    assert caught.value.limit == limit
    assert time.monotonic() - start < 5
    assert count(evaluator) == 1501
    assert_complete(evaluator)


def test_a_long_chain_of_operators_is_no_nesting(evaluator: Evaluator) -> None:
    query = f"ASK {{ FILTER({' || '.join(['false'] * 8000)}) }}"
    assert json.loads(evaluator.evaluate(query).body)["boolean"] is False


# Deaths


def test_a_killed_worker_is_an_error_of_its_own_query_only(quads: Path) -> None:
    with Evaluator(quads, Limits(seconds=20)) as evaluator:
        server = server_of(evaluator)
        thread, outcome = ask_aside(evaluator, ENDLESS)
        os.kill(find_busy(server), signal.SIGKILL)
        thread.join(5)
        assert isinstance(outcome[0], WorkerCrashed)
        assert outcome[0].message.values["signal"] == signal.SIGKILL
        assert count(evaluator) == 1501
        assert server_of(evaluator) == server


def test_a_killed_fork_server_is_replaced(quads: Path) -> None:
    killed: list[int] = []
    with Evaluator(quads) as evaluator:
        for _ in range(3):
            wait_until(lambda: server_of(evaluator) not in killed)
            killed.append(server_of(evaluator))
            os.kill(killed[-1], signal.SIGKILL)
            assert count(evaluator) == 1501


def test_queries_run_side_by_side(evaluator: Evaluator) -> None:
    thread, outcome = ask_aside(evaluator, ENDLESS)
    wait_until(lambda: evaluator.pool.running)
    assert count(evaluator) == 1501
    assert not outcome
    thread.join(5)
    assert isinstance(outcome[0], LimitExceeded)


def test_closing_leaves_no_process(quads: Path) -> None:
    evaluator = Evaluator(quads, Limits(seconds=20))
    server = server_of(evaluator)
    thread, outcome = ask_aside(evaluator, ENDLESS)
    wait_until(lambda: workers_of(server))
    family = [server, *workers_of(server)]
    evaluator.close()
    thread.join(5)
    assert isinstance(outcome[0], WorkerCrashed)
    wait_until(lambda: not any(map(lives, family)))
    with pytest.raises(WorkerCrashed):
        evaluator.evaluate(COUNT)


def test_the_fork_server_dies_with_the_process_that_started_it(quads: Path) -> None:
    script = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from jjjkg.evaluation import Evaluator\n"
        "evaluator = Evaluator(Path(sys.argv[1]))\n"
        "threading.Thread(target=evaluator.evaluate, args=[sys.argv[2]]).start()\n"
        "print(evaluator.pool.fork_server.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(quads), ENDLESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        wait_until(lambda: workers_of(server))
        family = [server, *workers_of(server)]
        starter.kill()
    wait_until(lambda: not any(map(lives, family)))


@pytest.mark.parametrize("content", [None, b"no quads"])
def test_quads_that_cannot_be_loaded_are_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "dataset.nq"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=r"dataset\.nq: can't be loaded"):
        Evaluator(file)


def test_an_unknown_part_is_named(quads: Path) -> None:
    with pytest.raises(InputError, match="'guessed' is not a part"):
        Evaluator(quads, without=("guessed",))
