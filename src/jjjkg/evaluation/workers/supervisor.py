"""Supervision of a pool's workers: as many as there should be, whatever ends one, or all of them.

A fork server that has died is started anew. What fails is tried again, after pauses that grow.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any, Final, Protocol

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import Busy, WorkerCrashed
from jjjkg.evaluation.workers.handles import ForkServer, Worker
from jjjkg.messages import Message

_LOG: Final = logging.getLogger(__name__)
#: Seconds to wait after the first failure in a row, the second and so on; then all is given up.
PAUSES: Final = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
#: After so many failures in a row one is told of, and who asks no longer waits.
_WORRYING: Final = 3
#: A fork server may take so many times as long to load as the first one, and so many seconds at
#: least.
_SLOWER: Final = 10
_LOADING: Final = 60.0
#: Seconds after which another try is worth it, for who is turned away.
RETRY_AFTER: Final = 2


class Places(Protocol):
    """The queue of a pool, in which a worker is a place while it is free."""

    def add(self, place: Worker) -> None:
        """Add a free place."""

    def discard(self, place: Worker) -> bool:
        """Take a place out for good; return False for one that is not free."""

    def fail(self, error: Exception) -> None:
        """Have everyone who waits told that there will be no place."""


class _GivenUp(Exception):
    """Raised when no worker could be had, however often it was tried; the message is why."""


class Supervisor:
    """Keeps up a number of workers.

    `start` starts a fork server. ``lost`` says why no worker could be had when that was given up;
    it is empty as long as there is hope. ``replaced`` counts the workers that ended before the
    pool did, ``started`` the fork servers that have loaded the data.
    """

    def __init__(self, start: Callable[[], ForkServer], places: Places, wanted: int) -> None:
        self._start, self._places, self._wanted = start, places, wanted
        self.server: ForkServer | None = None
        self.workers: set[Worker] = set()
        self.replaced = self.started = 0
        self.closed = False
        self.lost = ""
        self._failures, self._reason = 0, Message.of("queries.workers.not_forking")
        self._loading: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling: asyncio.Task[None] | None = None

    @property
    def living(self) -> int:
        """The number of workers that live."""
        return sum(not worker.lost for worker in self.workers)

    async def start(self) -> None:
        """Load the data and fork the workers. Raises InputError where that can't be done."""
        try:
            await self._load()
            await self._fill()
        except (_GivenUp, OSError) as error:
            raise InputError("queries.workers.none", why=error) from error

    async def close(self) -> None:
        """End every process."""
        self.closed = True
        if self._filling:
            self._filling.cancel()
        if self.server:
            self.server.end()
        workers = tuple(self.workers)
        for worker in workers:
            worker.kill()
        self._places.fail(WorkerCrashed("queries.workers.died"))
        ends = (worker.status() for worker in workers)
        await asyncio.gather(*self._tasks, *ends, return_exceptions=True)

    def ensure(self) -> None:
        """Have workers started where some are missing. Raises Busy where none could be lately."""
        if len(self.workers) < self._wanted and all(task.done() for task in self._tasks):
            self._begin_filling()
        if self._failures >= _WORRYING and not self.living:
            raise self._refusal()

    def replace(self, worker: Worker) -> None:
        """End a worker and add another one, aside."""
        self.workers.discard(worker)
        self.replaced += 1
        worker.kill()

        async def replace() -> None:
            await worker.status()
            self._begin_filling()

        self._aside(replace())

    async def _load(self) -> None:
        """Start a fork server. Raises InputError where the data can't be loaded, and OSError."""
        begun = monotonic()
        server = self.server = self._start()
        await server.load(self._loading)
        if self._loading is None:
            self._loading = max(_LOADING, _SLOWER * (monotonic() - begun))
        self.started += 1

    async def _fork(self) -> Worker:
        """Return a worker that lives, sooner or later. Raises _GivenUp after the last pause."""
        while True:
            try:
                if self.server is None or self.server.dead:
                    await self._load()
                assert self.server
                worker = await self.server.fork(self._note_end)
                begun = False
                try:
                    begun = await worker.begin()
                finally:
                    if not begun:
                        await worker.status()
                if begun:
                    if self._failures >= _WORRYING:
                        _LOG.error("workers can be started again")
                    self._failures = 0
                    return worker
                self._reason = Message.of("queries.workers.not_forking")
            except InputError as error:
                self._reason = error.message
            except OSError as error:
                self._reason = Message.of("queries.workers.system", words=str(error))
            except MemoryError:
                self._reason = Message.of("queries.workers.no_memory")
            await self._pause()

    async def _pause(self) -> None:
        self._failures += 1
        if self._failures == _WORRYING:
            _LOG.error("no worker can be started: %s; it is tried again", self._reason)
        if self._failures > len(PAUSES):
            self._failures = 0
            raise _GivenUp(str(self._reason))
        await asyncio.sleep(PAUSES[self._failures - 1])

    async def _fill(self) -> None:
        """Add the workers that are missing. Raises _GivenUp."""
        while len(self.workers) < self._wanted:
            worker = await self._fork()
            self.lost = ""
            self.workers.add(worker)
            self._places.add(worker)

    def _begin_filling(self) -> None:
        """Add the workers that are missing, aside; one task does so at a time."""

        async def fill() -> None:
            try:
                await self._fill()
            except _GivenUp as error:
                self._places.fail(self._refusal())
                self.lost = str(error)
            finally:
                self._filling = None

        if self._filling is None and not self.closed:
            self._filling = self._aside(fill())

    def _refusal(self) -> Busy:
        return Busy("queries.busy.no_worker", why=self._reason, retry_after=RETRY_AFTER)

    def _note_end(self, worker: Worker) -> None:
        """Replace a worker that has ended while it was idle."""
        if not self.closed and self._places.discard(worker):
            self.replace(worker)

    def _aside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
