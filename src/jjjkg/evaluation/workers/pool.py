"""Warm workers, and who may use them: queries asked of them keep to their limits or are killed."""

import asyncio
import logging
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import (
    EngineFailed,
    LimitExceeded,
    Limits,
    QueryError,
    WorkerCrashed,
)
from jjjkg.evaluation.protocol import Request, pack_request
from jjjkg.evaluation.workers.queue import Queue
from jjjkg.evaluation.workers.reply import Reply, WorkerGone
from jjjkg.evaluation.workers.staff import Staff
from jjjkg.evaluation.workers.supply import Nursery, Worker

#: How many workers there are, where none are asked for: two a processor, so that light queries
#: pass by long ones.
WORKERS: Final = max(4, 2 * (os.cpu_count() or 1))
WAITING: Final = 256
#: The module that loads what is asked in SPARQL.
QUERIES: Final = "jjjkg.evaluation.queries"
#: A worker is replaced after so many queries, or when it has grown by so many bytes.
MOST_QUERIES: Final = 10_000
MOST_GROWN: Final = 64 << 20
#: What Rust prints before it aborts: std::alloc::handle_alloc_error, and the hook of panics.
_NO_MEMORY: Final = "memory allocation of"
_PANIC: Final = "panicked at"
_DEFAULT_LIMITS: Final = Limits()
_LOG: Final = logging.getLogger(__name__)


class Pool:
    """Workers that answer requests on the quads of a snapshot, in one event loop.

    `quads` is opened now, and read again from there whenever it has to be. `loader` names the
    module that loads it, with `options` (`queries` by default; see its `load`). Raises
    InputError where it can't be opened.

    A pool that is not started begins when it is first asked. Workers that end are replaced; where
    none could be had and that was given up, the next request tries again.
    ``kills`` counts the workers that were killed, by reason.
    """

    def __init__(
        self,
        quads: Path,
        limits: Limits = _DEFAULT_LIMITS,
        *,
        loader: str = QUERIES,
        workers: int = WORKERS,
        waiting: int = WAITING,
        **options: Any,
    ) -> None:
        self.limits, self.workers = limits, workers
        try:
            # The pool's own, to read from however often, whatever becomes of the folder.
            self._file = quads.open("rb")
        except OSError as error:
            raise InputError("queries.nothing_loaded", name=str(quads), why=str(error)) from error
        self._queue: Queue[Worker] = Queue(workers, waiting)
        self._staff = Staff(
            lambda: Nursery(self._file, limits, loader, options), self._queue, workers
        )
        self.running = 0
        self.kills: Counter[str] = Counter()

    @property
    def nursery(self) -> Nursery:
        """The nursery that there is now, or was last."""
        assert self._staff.healing.nursery
        return self._staff.healing.nursery

    @property
    def waiting(self) -> int:
        """The number of requests that wait for a worker."""
        return self._queue.waiting

    @property
    def living(self) -> int:
        """The number of workers that live."""
        return self._staff.living

    @property
    def lost(self) -> str:
        """Why no worker could be had when that was given up; empty as long as there is hope."""
        return self._staff.lost

    @property
    def replaced(self) -> int:
        """The number of workers that were replaced."""
        return self._staff.replaced

    @property
    def restarts(self) -> int:
        """The number of nurseries that were started in the place of one that had ended."""
        return max(0, self._staff.healing.started - 1)

    @property
    def resident(self) -> int:
        """The bytes of memory of the workers, each after its last request, and of their nursery."""
        nursery = self._staff.healing.nursery
        workers = sum(worker.resident for worker in self._staff.workers)
        return workers + (nursery.resident if nursery else 0)

    async def start(self) -> None:
        """Loads the data and forks the workers. Raises InputError where that can't be done."""
        try:
            await self._staff.start()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Ends every process; requests under way end as WorkerCrashed."""
        await self._staff.close()
        self._file.close()

    @asynccontextmanager
    async def ask(
        self, request: Request, *, address: str = "", seconds: float | None = None
    ) -> AsyncIterator[Reply]:
        """The answer to a request, once so much of it is there that it has begun well.

        Waits for a worker in the queue of `address`. `seconds` may make the limit on time
        shorter. Raises QueryError; so may the pieces of the reply. Leaving early ends the query.
        """
        if len(request.query) > self.limits.length:
            raise LimitExceeded(
                "queries.limits.length",
                limit="length",
                value=self.limits.length,
                given=len(request.query),
            )
        seconds = min(self.limits.seconds, seconds or self.limits.seconds)
        packed = pack_request(request)
        ended: Nursery | None = None
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
                # Other workers of the nursery that has ended may be taken before they are missed.
                if error is None and ended in (None, worker.nursery) and not reply.begun:
                    ended = worker.nursery
                    continue
                raise error or WorkerCrashed("queries.workers.died") from None
            except QueryError as error:
                asking.failed(error)
                raise
            finally:
                asking.end(reply.ended)

    async def _take(self, address: str) -> Worker:
        """A worker that lives."""
        while not self._staff.closed:
            self._staff.ensure()
            worker = await self._queue.take(address, self.limits.seconds)
            if not worker.lost:
                return worker
            self._queue.release(address)
            self._staff.replace(worker)
        raise WorkerCrashed("queries.workers.died")


class _Asking:
    """One query at one worker, until the worker is given back or killed."""

    def __init__(self, pool: Pool, worker: Worker, address: str, seconds: float) -> None:
        self._pool, self._worker, self._address, self._seconds = pool, worker, address, seconds
        self._late = self._over = self._spent = False
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
            # What it could not get rid of may leave it too little for the next one.
            self._spent = error.limit == "memory"

    async def find_cause(self) -> QueryError | None:
        """Why the worker has ended; None if the nursery has ended with it."""
        self._timer.cancel()
        if self._late:
            values = {"limit": "seconds", "value": self._seconds}
            return LimitExceeded("queries.limits.seconds", **values)
        end = await self._worker.status()
        if end is None:
            return WorkerCrashed("queries.workers.died") if self._pool._staff.closed else None
        number = os.WTERMSIG(end.status) if os.WIFSIGNALED(end.status) else 0
        # A Rust program aborts both when it finds no memory and when it finds itself wrong.
        error: QueryError = WorkerCrashed(
            "queries.workers.killed" if number else "queries.workers.died", signal=number
        )
        reason = "crashed"
        if number == signal.SIGABRT and _NO_MEMORY in end.said:
            reason, error = (
                "memory",
                LimitExceeded(
                    "queries.limits.memory", limit="memory", value=self._pool.limits.memory
                ),
            )
        elif number == signal.SIGABRT and _PANIC in end.said:
            reason, error = "panic", EngineFailed("queries.workers.engine_failed")
            _LOG.error("the engine failed on a query: %s", end.said.partition("\n\n")[0].strip())
        self._pool.kills[reason] += 1
        return error

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
            pool._staff.replace(worker)
        elif self._spent or worker.queries >= MOST_QUERIES or self._has_grown():
            pool._queue.release(self._address)
            pool._staff.replace(worker)
        else:
            pool._queue.give_back(worker, self._address)

    def _has_grown(self) -> bool:
        return self._worker.resident - self._worker.born > MOST_GROWN
