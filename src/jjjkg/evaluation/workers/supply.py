"""A nursery's process, and the line to each worker that it forks."""

import asyncio
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import Limits
from jjjkg.evaluation.protocol import MOST_SAID, READY, End, Frame, read_end, take_frames
from jjjkg.messages import Message

#: How much of an answer may wait here before the worker has to.
_MOST_WAITING: Final = 1 << 20
#: Seconds in which a nursery forks a worker, or reaps one; a stopped one does neither.
PATIENCE: Final = 10.0
Told = Callable[["Worker"], None]


class Nursery:
    """The process that holds the data and forks workers."""

    def __init__(
        self, quads: BinaryIO, limits: Limits, loader: str, options: Mapping[str, Any]
    ) -> None:
        """Starts it. Raises OSError where no process can be started.

        `quads` is open, so that it can be read wherever it is now. `loader` is the module that
        loads it, with `options` (see jjjkg.evaluation.workers.nursery).
        """
        self._name = str(quads.name)
        self._control, theirs = socket.socketpair()
        #: Whether the process is dead, or should be.
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
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "jjjkg.evaluation.workers.nursery",
                    json.dumps(settings),
                ],
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
        """Waits until the data are loaded.

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

    async def fork(self, tell: Told) -> "Worker":
        """A new worker; `tell` is called when it has ended. Raises OSError where it can't be had.

        Nothing has come from it yet: see Worker.begin.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                lifeline, their_end = socket.socketpair()
            except OSError:
                ours.close()
                raise
            with their_end:
                try:
                    socket.send_fds(self._control, [b"w"], [theirs.fileno(), their_end.fileno()])
                except OSError:  # it is gone, or has not listened for long
                    self.end()
                    ours.close()
                    lifeline.close()
                    raise
        lifeline.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            made = await loop.create_connection(lambda: Worker(lifeline, self, tell), sock=ours)
        except BaseException:
            ours.close()
            lifeline.close()
            raise
        return made[1]

    def end(self) -> None:
        """Kills the process and all of its workers; may be called again."""
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
    """The line to one worker, which answers one request at a time."""

    def __init__(self, lifeline: socket.socket, nursery: Nursery, tell: Told) -> None:
        self.nursery, self._tell = nursery, tell
        #: How many requests it was given, and its memory in bytes when it was born and now.
        self.queries = self.born = self.resident = 0
        self.lost = False
        self._lifeline = lifeline
        self._received = bytearray()
        self._frames: deque[Frame] = deque()
        self._waiting = 0
        self._waiter: asyncio.Future[None] | None = None
        self._paused = False
        self._ending: asyncio.Task[End | None] | None = None

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
        self._tell(self)

    async def begin(self) -> bool:
        """Waits until it lives; False if it doesn't. A nursery that is stopped ends."""
        try:
            async with asyncio.timeout(PATIENCE):
                frame = await self.frame()
        except TimeoutError:
            self.nursery.end()
            frame = None
        if frame:
            self.born = self.resident = int(frame[1])
        return frame is not None

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

    async def status(self) -> End | None:
        """The end of the worker, which comes now at the latest; None if the nursery is gone.

        A nursery that does not say so in time is taken for stopped, and ends.
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
                self.nursery.end()
            except OSError:
                pass
        return None

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
