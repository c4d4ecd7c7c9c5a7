"""A bystander of hostile requests: what it waits for, and what the server's memory does."""

import http.client
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

from support import environment

PROGRAM: Final = "support.hostile.programs"
#: What is asked again and again, and how often.
PATHS: Final = ("/healthz", "/")
_PAUSE: Final = 0.03
#: A question whose answer is known, and never kept: the turn is in it.
FAIR: Final = "SELECT (COUNT(?c) + %d AS ?n) { ?c a <https://w3id.org/jjjkg/ontology#Claim> }"


def resident(pid: int) -> int:
    """The memory of a process, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def delay_of(pid: int, thread: int) -> float:
    """Seconds for which a thread could have run, and had no processor.

    https://docs.kernel.org/scheduler/sched-stats.html
    """
    told = Path(f"/proc/{pid}/task/{thread}/schedstat").read_text("ascii")
    return int(told.split()[1]) / 1e9


@dataclass
class Seen:
    """The sights of a bystander while one row was run: seconds, bytes, and what was wrong.

    The `worst` waits are without the time for which the machine had no processor for the server
    and the bystander; `slowest` is the longest with it.
    """

    row: str
    worst: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PATHS, 0.0))
    slowest: float = 0.0
    fair: float = 0.0
    looks: int = 0
    before: int = 0
    peak: int = 0
    after: int = 0
    wrong: list[str] = field(default_factory=list)


class Bystander:
    """Watches a server from addresses of its own."""

    def __init__(self, port: int, pid: int) -> None:
        self._port, self._pid, self._turn = port, pid, 0
        self._wanted = self._count(0)

    @classmethod
    def of(cls, port: int, pid: int) -> Self:
        """One that has warmed the server up: what is loaded once is no growth."""
        self = cls(port, pid)
        for _ in range(20):
            self._look(Seen(""))
            self._ask_fairly(Seen(""))
        return self

    def watch(self, row: str) -> Seen:
        """Runs a row, and looks until it has ended."""
        seen = Seen(row, before=resident(self._pid), peak=resident(self._pid))
        process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM, row, str(self._port)], env=environment()
        )
        threads = [
            threading.Thread(target=self._repeat, args=[look, seen, process])
            for look in (self._look, self._ask_fairly, self._weigh)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(0.3)
        seen.after = resident(self._pid)
        return seen

    def _repeat(self, look, seen: Seen, process: subprocess.Popen[bytes]) -> None:  # type: ignore[no-untyped-def]
        while process.poll() is None:
            look(seen)
            time.sleep(_PAUSE)

    def _weigh(self, seen: Seen) -> None:
        seen.peak = max(seen.peak, resident(self._pid))

    def _look(self, seen: Seen) -> None:
        seen.looks += 1
        for path in PATHS:
            start, lost = time.monotonic(), self._lost()
            status, body = self._get(path, "127.0.0.3")
            wait = time.monotonic() - start
            seen.slowest = max(seen.slowest, wait)
            seen.worst[path] = max(seen.worst[path], wait - self._lost() + lost)
            if status != 200 or not body:
                seen.wrong.append(f"{path}: {status}")

    def _lost(self) -> float:
        """Seconds that the server's loop and this thread have lost for want of a processor."""
        own = delay_of(os.getpid(), threading.get_native_id())
        return own + delay_of(self._pid, self._pid)

    def _ask_fairly(self, seen: Seen) -> None:
        self._turn += 1
        start = time.monotonic()
        try:
            found = self._count(self._turn)
        except ValueError as error:
            seen.wrong.append(f"a question: {error}")
        else:
            if found != self._wanted:
                seen.wrong.append(f"a question: {found}, and not {self._wanted}")
        seen.fair = max(seen.fair, time.monotonic() - start)

    def _count(self, turn: int) -> int:
        status, body = self._get(f"/sparql?format=csv&query={quote(FAIR % turn)}", "127.0.0.4")
        if status != 200:
            raise ValueError(f"{status}: {body[:200]!r}")
        return int(body.split()[1]) - turn

    def _get(self, path: str, source: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=60, source_address=(source, 0)
        )
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error).encode()
        finally:
            connection.close()
