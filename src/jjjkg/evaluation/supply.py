"""Where workers come from: the nursery's process, and the line to each worker that it forks."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final, cast

from jjjkg.errors import InputError
from jjjkg.evaluation.outcomes import Limits
from jjjkg.evaluation.protocol import READY, Frame, read_status, take_frames

#: How much of an answer may wait here before the worker has to.
_MOST_WAITING: Final = 1 << 20


class Nursery:
    """The process that holds the store and forks workers."""

    def __init__(
        self,
        quads: Path,
        limits: Limits,
        without: Collection[str] = (),
        default: str = "parts",
        store: str = "",
    ) -> None:
        """Starts it. `store` is the address of a store to be asked instead of the quads.
        Raises InputError where the quads can't be loaded."""
        self._control, theirs = socket.socketpair()
        with theirs:
            told = json.dumps(asdict(limits))
            settings = (theirs.fileno(), quads, default, told, store, *without)
            # A session of its own: Ctrl-C does not reach it, and its group can be killed whole.
            # -P: the current folder holds nothing that it may import.
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "jjjkg.evaluation.nursery", *map(str, settings)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            said = self._control.recv(1 << 16)
        except BaseException:  # such as Ctrl-C while it loads
            self.end()
            raise
        if said != READY:
            self.end()
            raise InputError(said.decode() or f"{quads}: the process that loads it died")

    async def fork(self) -> "Worker":
        """A new worker. Raises OSError where the nursery is gone."""
        ours, theirs = socket.socketpair()
        lifeline, their_end = socket.socketpair()
        with theirs, their_end:
            try:
                socket.send_fds(self._control, [b"w"], [theirs.fileno(), their_end.fileno()])
            except OSError:
                ours.close()
                lifeline.close()
                raise
        lifeline.setblocking(False)
        loop = asyncio.get_running_loop()
        _, worker = await loop.create_connection(lambda: Worker(lifeline, self), sock=ours)
        return worker

    def watch(self, tell: Callable[[], None]) -> None:
        """Calls back once, when the process has ended."""
        loop = asyncio.get_running_loop()

        def notice() -> None:
            loop.remove_reader(self._control)
            tell()

        loop.add_reader(self._control, notice)

    def end(self) -> None:
        """Kills the process and all of its workers; may be called again."""
        if self._control.fileno() < 0:
            return
        with suppress(RuntimeError):  # no loop runs, so none watches
            asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Worker(asyncio.Protocol):
    """The line to one worker, which answers one query at a time."""

    def __init__(self, lifeline: socket.socket, nursery: Nursery) -> None:
        self.nursery = nursery
        #: How many queries it was given, and its memory in bytes after the first and the last.
        self.queries = self.first_resident = self.resident = 0
        self.lost = False
        self._lifeline = lifeline
        self._received = bytearray()
        self._frames: deque[Frame] = deque()
        self._waiting = 0
        self._waiter: asyncio.Future[None] | None = None
        self._paused = False
        self._ending: asyncio.Task[int | None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        # No isinstance: uvloop's are not derived from asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Takes in what the worker says."""
        self._received += data
        for frame in take_frames(self._received):
            self._frames.append(frame)
            self._waiting += len(frame[1])
        if self._waiting > _MOST_WAITING and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        if self._frames:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker has ended."""
        self.lost = True
        self._wake()

    def send(self, request: bytes) -> None:
        """Gives the worker a request."""
        self.queries += 1
        self._transport.write(request)

    async def frame(self) -> Frame | None:
        """The next of what the worker says; None if it has ended."""
        while not self._frames:
            if self.lost:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        frame = self._frames.popleft()
        self._waiting -= len(frame[1])
        if self._paused and self._waiting < _MOST_WAITING // 2 and not self.lost:
            self._paused = False
            self._transport.resume_reading()
        return frame

    def kill(self) -> None:
        """Ends the worker at once; status() tells how it ended."""
        with suppress(OSError):
            self._lifeline.shutdown(socket.SHUT_WR)
        self._transport.abort()

    async def status(self) -> int | None:
        """How the worker, which ends now at the latest, ended; None if the nursery is gone."""
        if self._ending is None:
            self.kill()
            self._ending = asyncio.get_running_loop().create_task(self._reap())
        return await asyncio.shield(self._ending)

    async def _reap(self) -> int | None:
        with self._lifeline:
            try:
                loop = asyncio.get_running_loop()
                return read_status(await loop.sock_recv(self._lifeline, 16))
            except OSError:
                return None

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
