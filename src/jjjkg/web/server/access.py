"""The access log: lines of JSON, written by a thread of their own.

A reader that has stopped must not stop the server: so many lines wait, and the others are dropped
and counted. https://docs.python.org/3/library/logging.handlers.html#queuelistener
"""

import threading
from contextlib import suppress
from logging.handlers import QueueListener
from queue import Full, Queue
from typing import IO, Any, Final

#: Seconds that a line may wait for others: to wake the writer for each takes longer than the rest
#: of a request.
PAUSE: Final = 0.2
#: Writes that may wait for a file that takes none, before lines are dropped.
_WRITES: Final = 50
#: Seconds that the end may wait for the file.
_SOON: Final = 1.0


class AccessLog:
    """Lines on their way to a file; None for no log."""

    def __init__(self, file: IO[str] | None) -> None:
        self.enabled = file is not None
        self._dropped = 0
        self._queue: Queue[Any] = Queue(_WRITES)
        self._listener = QueueListener(self._queue, _Writer(file))  # type: ignore[arg-type]
        if file:
            self._listener.start()

    def write(self, lines: list[str]) -> None:
        """Have lines written, and the number of those that were dropped before."""
        told = [f'{{"dropped":{self._dropped}}}\n'] if self._dropped else []
        try:
            self._queue.put_nowait("".join([*told, *lines]))
            self._dropped = 0
        except Full:
            self._dropped += len(lines)

    def close(self) -> None:
        """Write what is left, if that is soon done."""
        if self.enabled:
            ending = threading.Thread(target=self._end, daemon=True)
            ending.start()
            ending.join(_SOON)

    def _end(self) -> None:
        with suppress(Full):  # nobody reads it
            self._listener.stop()


class _Writer:
    """A writer of lines to a file.

    It is not one of logging's own handlers: these are locked while they write, and waited for at
    the end of the process, for ever if nobody reads what is written.
    """

    def __init__(self, file: IO[str] | None) -> None:
        self._file = file

    def handle(self, lines: str) -> None:
        if self._file:
            try:
                self._file.write(lines)
                self._file.flush()
            except (OSError, ValueError):
                self._file = None  # nobody reads it any more
