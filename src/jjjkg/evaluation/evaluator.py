"""The side that asks: starts the nursery, hands it queries, holds them to their limits."""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final, Self

from jjjkg.errors import InputError
from jjjkg.evaluation.outcomes import Answer, LimitExceeded, Limits, WorkerCrashed
from jjjkg.evaluation.protocol import (
    BODY,
    OUTCOME,
    READY,
    Request,
    decode_error,
    read_frames,
    read_status,
)
from jjjkg.mediatypes import RESULTS, TRIPLES

_FORMATS: Final = {format.name: format for format in (*RESULTS, *TRIPLES)}
_DEFAULT_LIMITS: Final = Limits()


class Nursery:
    """The process that holds the store, and the socket over which it is given queries."""

    def __init__(self, quads: Path, limits: Limits, without: Collection[str]) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            processor = math.ceil(limits.seconds) + 1  # wall time comes first
            numbers = (theirs.fileno(), quads, limits.memory, processor)
            arguments = [*map(str, numbers), *without]
            # A session of its own: Ctrl-C does not reach it, and its group can be killed whole.
            # -P: the current folder holds nothing that it may import.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "jjjkg.evaluation.nursery", *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            said = self.control.recv(1 << 16)
        except BaseException:  # such as Ctrl-C while it loads
            self.end()
            raise
        if said != READY:
            self.end()
            raise InputError(said.decode() or f"{quads}: the process that loads it died")

    def end(self) -> None:
        """Kill the process and all of its workers."""
        self.control.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Evaluator:
    """Evaluates queries on the quads of a snapshot; usable from several threads at once.

    `quads` is an N-Quads file (see jjjkg.store), `without` names parts of the dataset to leave
    out. It is a context manager: leaving it ends every process that it started. Raises
    InputError where the quads can't be loaded.
    """

    def __init__(
        self, quads: Path, limits: Limits = _DEFAULT_LIMITS, without: Collection[str] = ()
    ) -> None:
        self.limits = limits
        self._quads, self._without = quads, tuple(without)
        self._lock = threading.Lock()
        self._closed = False
        self._nursery = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the nursery and its workers; queries under way end as WorkerCrashed."""
        with self._lock:
            self._closed = True
            self._nursery.end()

    def evaluate(
        self,
        query: str,
        *,
        results: str | None = "json",
        triples: str | None = "ttl",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """Answer a SPARQL 1.1 query.

        `results` is the format's name (see jjjkg.mediatypes) for SELECT and ASK, `triples` for
        CONSTRUCT and DESCRIBE; None stands for "none is acceptable". The graphs are those of the
        protocol (https://www.w3.org/TR/sparql11-protocol/#dataset) and win over FROM.
        Raises the errors of jjjkg.evaluation.outcomes, all of them QueryError.
        """
        if len(query) > self.limits.length:
            raise LimitExceeded(
                "length",
                f"the query has {len(query):,} characters; the limit is {self.limits.length:,}",
            )
        request = Request(query, results, triples, tuple(default_graphs), tuple(named_graphs))
        encoded = json.dumps(asdict(request)).encode()
        answer = self._ask(encoded) or self._ask(encoded)
        if answer is None:
            raise WorkerCrashed(None)
        return answer

    def _ask(self, request: bytes) -> Answer | None:
        """Have one worker answer; None if the nursery died with it, and another has begun."""
        connection, lifeline, nursery = self._hand_over()
        with connection, lifeline:  # closing the lifeline kills the worker
            frames = list(read_frames(self._exchange(connection, request)))
            if not frames or frames[-1][0] != OUTCOME:
                lifeline.shutdown(socket.SHUT_WR)
                status = read_status(lifeline.recv(16))
                if status is None:
                    self._replace(nursery)
                    return None
                raise self._find_cause(status)
        outcome = json.loads(bytes(frames[-1][1]))
        if "error" in outcome:
            raise decode_error(outcome)
        body = b"".join(content for kind, content in frames if kind == BODY)
        return Answer(body, _FORMATS[outcome["format"]], outcome["form"])

    def _start(self) -> Nursery:
        return Nursery(self._quads, self.limits, self._without)

    def _hand_over(self) -> tuple[socket.socket, socket.socket, Nursery]:
        """Have the nursery fork a worker; starts another nursery where the last one is gone."""
        connection, theirs = socket.socketpair()
        lifeline, their_end = socket.socketpair()
        with theirs, their_end:
            fds = [theirs.fileno(), their_end.fileno()]
            for _ in range(2):
                nursery = self._nursery
                try:
                    socket.send_fds(nursery.control, [b"q"], fds)
                except OSError:
                    self._replace(nursery)
                else:
                    return connection, lifeline, nursery
        connection.close()
        lifeline.close()
        raise WorkerCrashed(None)

    def _replace(self, dead: Nursery) -> None:
        with self._lock:
            if self._nursery is dead and not self._closed:
                dead.end()
                self._nursery = self._start()

    def _exchange(self, connection: socket.socket, request: bytes) -> bytearray:
        """Send a request and take in all that comes back; holds to the limits on time and size."""
        deadline = time.monotonic() + self.limits.seconds
        received = bytearray()
        try:
            connection.settimeout(self.limits.seconds)
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while True:
                connection.settimeout(max(deadline - time.monotonic(), 1e-3))
                piece = connection.recv(1 << 18)
                if not piece:
                    return received
                received += piece
                if len(received) > self.limits.bytes:
                    raise LimitExceeded(
                        "bytes",
                        f"the answer is larger than {self.limits.bytes:,} bytes; "
                        "add a LIMIT or ask for less",
                    )
        except TimeoutError:
            raise LimitExceeded(
                "seconds", f"the query takes longer than {self.limits.seconds:g} seconds"
            ) from None
        except ConnectionError:
            return received  # the worker died without reading or saying all

    def _find_cause(self, status: int) -> Exception:
        """Why a worker ended without an outcome, by its wait status."""
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT:
            # An allocation that fails aborts a Rust program.
            return LimitExceeded(
                "memory", f"the query needs more than {self.limits.memory:,} bytes of memory"
            )
        return WorkerCrashed(os.WTERMSIG(status) if os.WIFSIGNALED(status) else None)
