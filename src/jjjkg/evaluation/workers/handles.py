"""Handles of the processes that answer, for the one that asks: fork server, workers, replies."""

import asyncio
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import Limits, QueryError
from jjjkg.evaluation.workers.protocol import (
    BODY,
    HEAD,
    LAST,
    MOST_SAID,
    READY,
    End,
    read_end,
    receive_frame,
)
from jjjkg.messages import Message
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format

_PROGRAM: Final = "jjjkg.evaluation.workers.fork_server"
#: Bytes of an answer that may wait here before the worker has to.
_MOST_WAITING: Final = 1 << 20
#: Seconds in which a fork server forks a worker, or reaps one; a stopped one does neither.
PATIENCE: Final = 10.0
_FORMATS: Final = {format.name: format for format in (*RESULTS, *GRAPHS)}


class ForkServer:
    """The process that holds the data and forks workers (jjjkg.evaluation.workers.fork_server)."""

    def __init__(
        self, quads: BinaryIO, limits: Limits, loader: str, options: Mapping[str, Any]
    ) -> None:
        """Start the process. Raises OSError where none can be started.

        `quads` is open, so that it can be read wherever it is now. `loader` is the module that
        loads it, with `options`.
        """
        self._name = str(quads.name)
        self._control, theirs = socket.socketpair()
        #: The process is dead, or should be.
        self.dead = False
        try:
            settings = {
                "control": theirs.fileno(),
                "quads": quads.fileno(),
                "name": self._name,
                "loader": loader,
                "options": options,
                "limits": asdict(limits),
            }
            # A session of its own: Ctrl-C does not reach it, and its group can be killed whole.
            # -P: the current folder holds nothing that it may import.
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", _PROGRAM, json.dumps(settings)],
                pass_fds=[theirs.fileno(), quads.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        except BaseException:
            self._control.close()
            raise
        finally:
            theirs.close()
        self._control.setblocking(False)

    async def load(self, seconds: float | None = None) -> None:
        """Wait until the data are loaded.

        Raises InputError where they can't be, or not in so many seconds; the process has ended
        then. When it ends later, so do its workers.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                said = await loop.sock_recv(self._control, 1 << 16)
        except TimeoutError:
            self.end()
            values = {"name": self._name, "seconds": seconds}
            raise InputError("queries.workers.slow_loading", **values) from None
        except BaseException:  # such as Ctrl-C while it loads
            self.end()
            raise
        if said != READY:
            self.end()
            if not said:
                raise InputError("queries.workers.died_loading", name=self._name)
            message = Message.decode(json.loads(said))
            raise InputError(message.key, **message.values)
        # Workers of a dead one can't be killed over their lifelines.
        loop.add_reader(self._control, self.end)

    @property
    def resident(self) -> int:
        """The bytes of memory of the process; 0 where they aren't known."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1]
        except OSError:
            return 0
        return int(pages) * resource.getpagesize()

    async def fork(self, tell: "Callable[[Worker], None]") -> "Worker":
        """Return a new worker; `tell` is called when it has ended. Raises OSError.

        Nothing has come from it yet: see Worker.begin.
        """
        loop = asyncio.get_running_loop()
        with ExitStack() as kept, ExitStack() as given:
            ours, theirs = socket.socketpair()
            kept.enter_context(ours)
            given.enter_context(theirs)
            lifeline, their_end = socket.socketpair()
            kept.enter_context(lifeline)
            given.enter_context(their_end)
            lifeline.setblocking(False)
            try:
                socket.send_fds(self._control, [b"w"], [theirs.fileno(), their_end.fileno()])
            except OSError:  # it is gone, or has not listened for long
                self.end()
                raise
            given.close()
            made = await loop.create_connection(lambda: Worker(lifeline, self, tell), sock=ours)
            kept.pop_all()
        return made[1]

    def end(self) -> None:
        """Kill the process and all of its workers; may be called again."""
        if self.dead:
            return
        self.dead = True
        with suppress(RuntimeError):  # no loop runs, so none watches
            asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        # What hangs in the kernel is left to it.
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)


class Worker(asyncio.Protocol):
    """The connection to one worker, which answers one request at a time."""

    def __init__(
        self, lifeline: socket.socket, server: ForkServer, tell: "Callable[[Worker], None]"
    ) -> None:
        self.server, self._tell = server, tell
        #: The number of requests it was given, its bytes of memory when it was born, and now.
        self.queries = self.born = self.resident = 0
        self.lost = False
        self._lifeline = lifeline
        self.reader = asyncio.StreamReader(_MOST_WAITING // 2)
        self._ending: asyncio.Task[End | None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport, which waits while much of what came is not read."""
        # No isinstance: uvloop's are not derived from asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self.reader.set_transport(transport)

    def data_received(self, data: bytes) -> None:
        """Take in what the worker says."""
        self.reader.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the worker has ended."""
        self.lost = True
        self.reader.feed_eof()
        self._tell(self)

    async def begin(self) -> bool:
        """Wait until it lives; return False if it doesn't. A fork server that is stopped ends."""
        try:
            async with asyncio.timeout(PATIENCE):
                frame = await receive_frame(self.reader)
        except TimeoutError:
            self.server.end()
            frame = None
        if frame:
            self.born = self.resident = int(frame[1])
        return frame is not None

    def send(self, request: bytes) -> None:
        """Send the worker a request."""
        self.queries += 1
        self._transport.write(request)

    def kill(self) -> None:
        """End the worker at once; status() returns how it ended."""
        with suppress(OSError):
            self._lifeline.shutdown(socket.SHUT_WR)
        self._transport.abort()

    async def status(self) -> End | None:
        """End the worker and return how it ended; None if the fork server is gone.

        A fork server that does not say so in time is taken for stopped, and ends.
        """
        if self._ending is None:
            self.kill()
            self._ending = asyncio.get_running_loop().create_task(self._reap())
        return await asyncio.shield(self._ending)

    async def _reap(self) -> End | None:
        with self._lifeline:
            try:
                loop = asyncio.get_running_loop()
                async with asyncio.timeout(PATIENCE):
                    return read_end(await loop.sock_recv(self._lifeline, 2 * MOST_SAID))
            except TimeoutError:
                self.server.end()
            except OSError:
                pass
        return None


class WorkerGone(Exception):
    """Raised when a worker has ended before its answer did."""


class Reply:
    """An answer that has begun: how it is written, and its bytes.

    ``whole`` has all of them if they were few enough to be held back; ``rows``, ``more`` and
    ``note`` are known at the end (see Answer). It has ``begun`` when some of it has come, and
    ``ended`` when the worker is done with it; ``deadline`` is the loop's time at which it will be
    broken off.
    """

    def __init__(self, worker: Worker, deadline: float) -> None:
        self._worker, self.deadline = worker, deadline
        self._pieces: list[bytes] = []
        self.begun = self.ended = False
        self.whole: bytes | None = None
        self.rows: int | None = None
        self.more = False
        self.note: Message | None = None

    async def begin(self) -> None:
        """Wait for the first piece, or for the end. Raises QueryError and WorkerGone."""
        while not self._pieces and not self.ended:
            await self._next()
        if self.ended:
            self.whole = b"".join(self._pieces)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the bytes, those that were held back first. Raises QueryError and WorkerGone."""
        if self.whole is not None:
            yield self.whole
            return
        while self._pieces or not self.ended:
            if self._pieces:
                yield self._pieces.pop(0)
            else:
                await self._next()

    async def _next(self) -> None:
        frame = await receive_frame(self._worker.reader)
        if frame is None:
            raise WorkerGone
        kind, content = frame
        if kind == HEAD:
            self.begun = True
            head = json.loads(content)
            self.form: str = head["form"]
            self.format: Format = _FORMATS[head["format"]]
            self.coding: str | None = head["coding"]
            self.volatile: bool = head["volatile"]
        elif kind == BODY:
            self._pieces.append(content)
        elif kind == LAST:
            self._pieces.append(content)
            await self._next()
        else:
            self.ended = True
            outcome = json.loads(content)
            self._worker.resident = outcome["resident"]
            if "error" in outcome:
                raise QueryError.decode(outcome)
            self.rows, self.more = outcome["rows"], outcome["more"]
            self.note = Message.decode(outcome["note"]) if outcome["note"] else None
