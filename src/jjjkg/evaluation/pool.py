"""Warm workers, and who may use them: queries asked of them keep to their limits or are killed."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from jjjkg.evaluation.outcomes import LimitExceeded, Limits, QueryError, WorkerCrashed
from jjjkg.evaluation.protocol import Request, pack_request
from jjjkg.evaluation.queue import Queue
from jjjkg.evaluation.reply import Reply, WorkerGone
from jjjkg.evaluation.supply import Nursery, Worker
from jjjkg.evaluation.worker import find_memory_error

#: How many workers there are, where none are asked for: two a processor, so that light queries
#: pass by long ones.
WORKERS: Final = max(4, 2 * (os.cpu_count() or 1))
WAITING: Final = 256
#: A worker is replaced after so many queries, or when it has grown by so many bytes.
MOST_QUERIES: Final = 10_000
MOST_GROWN: Final = 64 << 20
_DEFAULT_LIMITS: Final = Limits()


class Pool:
    """Workers that answer queries on the quads of a snapshot, in one event loop.

    `without` names parts of the dataset to leave out, `default` says what a query without FROM
    sees (jjjkg.store). `store` is the address of a SPARQL endpoint that is asked instead; the
    quads then only say which graphs are ours (see jjjkg.evaluation.remote). `kills` counts the
    workers that were killed, by reason.
    """

    def __init__(
        self,
        quads: Path,
        limits: Limits = _DEFAULT_LIMITS,
        without: Collection[str] = (),
        *,
        default: str = "parts",
        store: str = "",
        workers: int = WORKERS,
        waiting: int = WAITING,
    ) -> None:
        self.limits, self.workers, self.places = limits, workers, waiting
        self._settings = (quads, limits, tuple(without), default, store)
        self._queue: Queue[Worker] = Queue(workers, waiting)
        self._tasks: set[asyncio.Task[None]] = set()
        self._all: set[Worker] = set()
        self._renewal = asyncio.Lock()
        self._closed = False
        self.running = self.replaced = 0
        self.kills: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return self._queue.waiting

    @property
    def resident(self) -> list[int]:
        """The bytes of memory of each worker after its last query."""
        return [worker.resident for worker in self._all]

    async def start(self) -> None:
        """Loads the store and forks the workers. Raises InputError where that can't be loaded."""
        await self._start_nursery()
        for _ in range(self.workers):
            await self._add_worker()

    async def _start_nursery(self) -> None:
        nursery = self.nursery = await asyncio.to_thread(Nursery, *self._settings)
        if self._closed:  # while it was loading
            nursery.end()
            return
        # The workers of a dead one can't be killed over their lifelines: they end with it.
        nursery.watch(lambda: self._aside(self._renew(nursery)))

    async def close(self) -> None:
        """Ends every process; queries under way end as WorkerCrashed."""
        self._closed = True
        self.nursery.end()
        for worker in tuple(self._all):
            worker.kill()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        while idle := self._queue.take_free():
            await idle.status()

    @asynccontextmanager
    async def ask(
        self, request: Request, *, address: str = "", seconds: float | None = None
    ) -> AsyncIterator[Reply]:
        """The answer to a query, once so much of it is there that it has begun well.

        Waits for a worker in the queue of `address`. `seconds` may make the limit on time
        shorter. Raises QueryError; so may the pieces of the reply. Leaving early ends the query.
        """
        if len(request.query) > self.limits.length:
            raise LimitExceeded(
                "length",
                f"the query has {len(request.query):,} characters; "
                f"the limit is {self.limits.length:,}",
                self.limits.length,
            )
        seconds = min(self.limits.seconds, seconds or self.limits.seconds)
        packed = pack_request(request)
        again = True
        while True:
            worker = await self._take(address)
            asking = _Asking(self, worker, address, seconds)
            reply = Reply(worker, asking.deadline)
            try:
                worker.send(packed)
                await reply.begin()
                if reply.ended:
                    asking.end()
                yield reply
                return
            except WorkerGone:
                error = await asking.find_cause()
                if error is None and again and not reply.begun:
                    again = False
                    await self._renew(worker.nursery)
                    continue
                raise error or WorkerCrashed(None) from None
            except QueryError as error:
                asking.failed(error)
                raise
            finally:
                asking.end(reply.ended)

    async def _take(self, address: str) -> Worker:
        """A worker that lives; those that died while they were idle are replaced."""
        while not self._closed:
            worker = await self._queue.take(address, self.limits.seconds)
            if not worker.lost:
                return worker
            self._queue.release(address)
            self._replace(worker)
        raise WorkerCrashed(None)

    async def _add_worker(self) -> None:
        """Adds a worker; renews the nursery where that is gone."""
        while not self._closed:
            nursery = self.nursery
            try:
                worker = await nursery.fork()
            except OSError:
                await self._renew(nursery)
                continue
            self._all.add(worker)
            self._queue.add(worker)
            return

    async def _renew(self, dead: Nursery) -> None:
        """Starts another nursery in the place of a dead one."""
        async with self._renewal:
            if self.nursery is dead and not self._closed:
                dead.end()
                await self._start_nursery()

    def _replace(self, worker: Worker) -> None:
        """Ends a worker and adds another one, aside."""
        self._all.discard(worker)
        self.replaced += 1
        worker.kill()

        async def replace() -> None:
            await worker.status()
            await self._add_worker()

        self._aside(replace())

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Asking:
    """One query at one worker, until the worker is given back or killed."""

    def __init__(self, pool: Pool, worker: Worker, address: str, seconds: float) -> None:
        self._pool, self._worker, self._address, self._seconds = pool, worker, address, seconds
        self._late = self._over = False
        loop = asyncio.get_running_loop()
        self.deadline = loop.time() + seconds
        self._timer = loop.call_at(self.deadline, self._end_late)
        pool.running += 1

    def _end_late(self) -> None:
        # Whoever asked may be waiting for a client that reads nothing: the place is freed at once.
        self._late = True
        self._pool.kills["seconds"] += 1
        self._worker.kill()
        self.end(finished=False)

    def failed(self, error: QueryError) -> None:
        """Notes that the worker itself ended the query."""
        if isinstance(error, LimitExceeded):
            self._pool.kills[error.limit] += 1

    async def find_cause(self) -> QueryError | None:
        """Why the worker has ended; None if the nursery has ended with it."""
        self._timer.cancel()
        if self._late:
            words = f"the query takes longer than {self._seconds:g} seconds"
            return LimitExceeded("seconds", words, self._seconds)
        status = await self._worker.status()
        if status is None:
            return WorkerCrashed(None) if self._pool._closed else None
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        # An allocation that fails aborts a Rust program.
        if number == signal.SIGABRT:
            self._pool.kills["memory"] += 1
            return find_memory_error(self._pool.limits)
        self._pool.kills["crashed"] += 1
        return WorkerCrashed(number)

    def end(self, finished: bool = True) -> None:
        """Gives the worker back; kills it if it has not finished."""
        if self._over:
            return
        self._over = True
        self._timer.cancel()
        pool, worker = self._pool, self._worker
        pool.running -= 1
        if worker.lost or not finished:
            if not worker.lost and not self._late:
                pool.kills["gone"] += 1
            pool._queue.release(self._address)
            pool._replace(worker)
        elif worker.queries >= MOST_QUERIES or self._has_grown():
            pool._queue.release(self._address)
            pool._replace(worker)
        else:
            pool._queue.give_back(worker, self._address)

    def _has_grown(self) -> bool:
        worker = self._worker
        worker.first_resident = worker.first_resident or worker.resident
        return worker.resident - worker.first_resident > MOST_GROWN
