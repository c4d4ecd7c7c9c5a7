"""The access log: a line of JSON for each request, written some times a second."""

import asyncio
import json
import queue
import threading
import time
from contextlib import suppress
from functools import lru_cache
from typing import IO, Final

#: Seconds that a line may wait for others.
_PAUSE: Final = 0.2
#: So much is told of a query string.
_MOST: Final = 500
#: Writes that may wait for a file that takes none, before lines are dropped.
_WRITES: Final = 50
#: Seconds that the end may wait for the file.
_SOON: Final = 1.0


@lru_cache(1024)
def _quote(target: bytes) -> str:
    return json.dumps(target.decode("latin-1"))


class AccessLog:
    """Lines on their way to a file; None for no log."""

    def __init__(self, file: IO[str] | None) -> None:
        self._file = file
        self._lines: list[str] = []
        self._dropped = 0
        # A reader that has stopped must not stop the server: a thread of its own writes.
        self._writes: queue.Queue[str | None] = queue.Queue(_WRITES)
        self._writer = threading.Thread(target=self._write, name="access log", daemon=True)
        if file:
            self._writer.start()
        self._second, self._told = 0, ""

    def note(
        self,
        request: str,
        method: str,
        target: bytes,
        status: int,
        seconds: float,
        size: int,
        rows: int | None,
        outcome: str,
        address: str,
    ) -> None:
        """Notes a request that has ended.

        ``outcome`` is "hit" or "miss" of the cache, "gone" where the client went away, "broken"
        where an answer broke off, "error" otherwise.
        """
        if self._file is None:
            return
        now = time.time()
        if int(now) != self._second:
            self._second = int(now)
            self._told = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        if not self._lines:
            asyncio.get_running_loop().call_later(_PAUSE, self.flush)
        self._lines.append(
            f'{{"time":"{self._told}.{int(now % 1 * 1000):03d}Z","id":"{request}",'
            f'"address":{json.dumps(address)},"method":"{method}","target":{_quote(target[:_MOST])},"status":{status},'
            f'"ms":{seconds * 1000:.2f},"bytes":{size},'
            f'"rows":{"null" if rows is None else rows},"outcome":"{outcome}"}}\n'
        )

    def flush(self) -> None:
        """Has what is waiting written."""
        lines, self._lines = self._lines, []
        if self._dropped:
            lines.append(f'{{"dropped":{self._dropped}}}\n')
        try:
            self._writes.put_nowait("".join(lines))
            self._dropped = 0
        except queue.Full:
            self._dropped += len(lines)

    def close(self) -> None:
        """Writes what is left, if that is soon done."""
        if self._file:
            self.flush()
            with suppress(queue.Full):
                self._writes.put(None, timeout=_SOON)
                self._writer.join(_SOON)

    def _write(self) -> None:
        assert self._file
        while (lines := self._writes.get()) is not None:
            try:
                self._file.write(lines)
                self._file.flush()
            except (OSError, ValueError):
                return  # nobody reads it any more
