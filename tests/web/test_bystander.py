"""Hostile requests cost a bystander nothing: support.hostile has them, and measures to print."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from jjjkg.snapshot import Snapshot
from support.hostile.bystander import PATHS, Bystander, resident
from support.hostile.programs import ROWS

#: Seconds that anybody may have to wait, and bytes by which the HTTP process may grow in all.
LONGEST = 0.3
MOST = 64 << 20
#: Bytes that may be left of that: the ready answers, which have a bound of their own.
LEFT = 40 << 20
#: Seconds in which it must have come back: some sweeps of the server.
SOON = 15


@pytest.fixture(scope="module")
def bystander(snapshot: Snapshot) -> Iterator[tuple[Bystander, int, int]]:
    """A bystander of a server of our own data; its process, and the memory that it begins with."""
    command = [sys.executable, "-m", "jjjkg.cli", "serve", "--port", "0", "--quiet"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    with process:
        assert process.stderr
        found = None
        while not found:
            found = re.search(r"ready: .*:(\d+)/", process.stderr.readline())
        watching = Bystander.of(int(found[1]), process.pid)
        yield watching, process.pid, resident(process.pid)
        process.terminate()
        assert "Traceback" not in process.stderr.read()


# The waits are of the server's own making only, so that a busy machine fails no test.
@pytest.mark.parametrize("row", [row.__name__ for row in ROWS])
def test_a_bystander_waits_for_nothing(bystander: tuple[Bystander, int, int], row: str) -> None:
    watching, _, began = bystander
    seen = watching.watch(row)
    assert seen.wrong == []
    assert all(seen.worst[path] < LONGEST for path in PATHS), seen.worst
    assert seen.peak - began < MOST, f"{(seen.peak - began) >> 20} MB more"
    assert seen.looks > 3


def test_the_memory_comes_back(bystander: tuple[Bystander, int, int]) -> None:
    _, pid, began = bystander
    deadline = time.monotonic() + SOON
    while resident(pid) - began >= LEFT:
        assert time.monotonic() < deadline, f"{(resident(pid) - began) >> 20} MB are left"
        time.sleep(0.5)
