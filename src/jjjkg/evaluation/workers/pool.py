"""Warm workers, and who may use them: queries asked of them keep to their limits or are killed."""

import asyncio
import json
import logging
import os
import signal
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import (
    Busy,
    EngineFailed,
    LimitExceeded,
    Limits,
    QueryError,
    WorkerCrashed,
)
from jjjkg.evaluation.workers.handles import ForkServer, Reply, Worker, WorkerGone
from jjjkg.evaluation.workers.protocol import ASK, Request, pack_frame
from jjjkg.evaluation.workers.supervisor import RETRY_AFTER, Supervisor

#: The number of workers where none is asked for: two a processor, so that light queries pass by
#: long ones.
WORKERS: Final = max(4, 2 * (os.cpu_count() or 1))
WAITING: Final = 256
#: The module that loads what is asked in SPARQL.
QUERIES: Final = "jjjkg.evaluation.engine"
#: A worker is replaced after so many queries, or when it has grown by so many bytes.
MOST_QUERIES: Final = 10_000
MOST_GROWN: Final = 64 << 20
#: The words that Rust prints before it aborts: std::alloc::handle_alloc_error, and the hook of
#: panics.
_NO_MEMORY: Final = "memory allocation of"
_PANIC: Final = "panicked at"
_DEFAULT_LIMITS: Final = Limits()
_LOG: Final = logging.getLogger(__name__)


class Pool:
    """Workers that answer requests on the quads of a snapshot, in one event loop.

    `quads` is opened now, and read again from there whenever it has to be. `loader` names the
    module that loads it, with `options` (`engine` by default; see its `load`). Raises
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
            raise InputError("queries.nothing_loaded", name=quads, why=error) from error
        self.queue = Queue(workers, waiting)
        self.supervisor = Supervisor(
            lambda: ForkServer(self._file, limits, loader, options), self.queue, workers
        )
        self.running = 0
        self.kills: Counter[str] = Counter()

    @property
    def fork_server(self) -> ForkServer:
        """The fork server that there is now, or was last."""
        assert self.supervisor.server
        return self.supervisor.server

    @property
    def waiting(self) -> int:
        """The number of requests that wait for a worker."""
        return self.queue.waiting

    @property
    def living(self) -> int:
        """The number of workers that live."""
        return self.supervisor.living

    @property
    def lost(self) -> str:
        """The reason for which it was given up to start workers; empty while there is hope."""
        return self.supervisor.lost

    @property
    def replaced(self) -> int:
        """The number of workers that were replaced."""
        return self.supervisor.replaced

    @property
    def restarts(self) -> int:
        """The number of fork servers that were started in the place of one that had ended."""
        return max(0, self.supervisor.started - 1)

    @property
    def resident(self) -> int:
        """The bytes of memory of the workers, each after its last request, and the fork server."""
        server = self.supervisor.server
        workers = sum(worker.resident for worker in self.supervisor.workers)
        return workers + (server.resident if server else 0)

    async def start(self) -> None:
        """Load the data and fork the workers. Raises InputError where that can't be done."""
        try:
            await self.supervisor.start()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End every process; requests under way end as WorkerCrashed."""
        await self.supervisor.close()
        self._file.close()

    @asynccontextmanager
    async def ask(
        self, request: Request, *, address: str = "", seconds: float | None = None
    ) -> AsyncIterator[Reply]:
        """Yield the reply to a request, once so much of it is there that it has begun well.

        Waits for a worker in the queue of `address`. `seconds` may make the limit on time
        shorter. Raises QueryError; so may the pieces of the reply. Leaving early ends the query.
        """
        most, given = self.limits.length, len(request.query)
        if given > most:
            raise LimitExceeded("queries.limits.length", limit="length", value=most, given=given)
        seconds = min(self.limits.seconds, seconds or self.limits.seconds)
        packed = pack_frame(ASK, json.dumps(vars(request)).encode())
        ended: ForkServer | None = None
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
                # Other workers of the server that has ended may be taken before they are missed.
                if error is None and ended in (None, worker.server) and not reply.begun:
                    ended = worker.server
                    continue
                raise error or WorkerCrashed("queries.workers.died") from None
            except QueryError as error:
                asking.failed(error)
                raise
            finally:
                asking.end(reply.ended)

    async def _take(self, address: str) -> Worker:
        """Return a worker that lives."""
        supervisor = self.supervisor
        while not supervisor.closed:
            if len(supervisor.workers) < self.workers:
                supervisor.ensure()
            worker = await self.queue.take(address, self.limits.seconds)
            if not worker.lost:
                return worker
            self.queue.release(address)
            supervisor.replace(worker)
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
        """Note that the worker itself ended the query."""
        if isinstance(error, LimitExceeded):
            self._pool.kills[error.limit] += 1
            # What it could not get rid of may leave it too little for the next one.
            self._spent = error.limit == "memory"

    async def find_cause(self) -> QueryError | None:
        """Return why the worker has ended; None if the fork server has ended with it."""
        self._timer.cancel()
        if self._late:
            values = {"limit": "seconds", "value": self._seconds}
            return LimitExceeded("queries.limits.seconds", **values)
        end = await self._worker.status()
        if end is None:
            closed = self._pool.supervisor.closed
            return WorkerCrashed("queries.workers.died") if closed else None
        number = os.WTERMSIG(end.status) if os.WIFSIGNALED(end.status) else 0
        error: QueryError
        # A Rust program aborts both when it finds no memory and when it finds itself wrong.
        if number == signal.SIGABRT and _NO_MEMORY in end.said:
            values = {"limit": "memory", "value": self._pool.limits.memory}
            reason, error = "memory", LimitExceeded("queries.limits.memory", **values)
        elif number == signal.SIGABRT and _PANIC in end.said:
            reason, error = "panic", EngineFailed("queries.workers.engine_failed")
            _LOG.error("the engine failed on a query: %s", end.said.partition("\n\n")[0].strip())
        else:
            key = "queries.workers.killed" if number else "queries.workers.died"
            reason, error = "crashed", WorkerCrashed(key, signal=number)
        self._pool.kills[reason] += 1
        return error

    def end(self, finished: bool = True) -> None:
        """Give the worker back; kill it if it has not finished."""
        if self._over:
            return
        self._over = True
        self._timer.cancel()
        pool, worker = self._pool, self._worker
        pool.running -= 1
        lost = worker.lost or not finished
        if lost and not worker.lost and not self._late:
            pool.kills["gone"] += 1
        grown = worker.resident - worker.born > MOST_GROWN
        if lost or grown or self._spent or worker.queries >= MOST_QUERIES:
            pool.queue.release(self._address)
            pool.supervisor.replace(worker)
        else:
            pool.queue.give_back(worker, self._address)


class Queue:
    """The fair, bounded queue in which requests wait for a worker: a turn for each address.

    One address holds all workers but one at the most, and of the queue, while others wait too, at
    most a half.
    """

    def __init__(self, places: int, length: int) -> None:
        self._share, self._length = max(1, places - 1), length
        self._free: deque[Worker] = deque()
        self._held: Counter[str] = Counter()
        self._lines: dict[str, deque[asyncio.Future[Worker]]] = {}
        self.waiting = 0

    async def take(self, address: str, seconds: float) -> Worker:
        """Return a worker, once it is the address's turn. Raises Busy."""
        if self._free and self._held[address] < self._share and address not in self._lines:
            self._held[address] += 1
            # The worker that was used last is the one that is warm.
            return self._free.pop()
        line = self._lines.get(address, ())
        crowded = len(self._lines) > (address in self._lines) and len(line) >= self._length // 2
        if self.waiting >= self._length or crowded:
            key = "queries.busy.many_of_address" if crowded else "queries.busy.many"
            raise Busy(key, waiting=self.waiting, retry_after=RETRY_AFTER)
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Worker] = loop.create_future()
        self._lines.setdefault(address, deque()).append(turn)
        self.waiting += 1
        # Not asyncio.wait_for, which forgets a cancellation in the moment of the result.
        timer = loop.call_later(seconds, self._expire, turn, seconds)
        try:
            return await turn
        except BaseException:
            if turn.cancelled() or turn.exception():
                self._leave(address, turn)
            else:
                self.give_back(turn.result(), address)  # it came in the moment of giving up
            raise
        finally:
            timer.cancel()

    def give_back(self, worker: Worker, address: str) -> None:
        """Free a worker that an address held."""
        self.release(address)
        self.add(worker)

    def release(self, address: str) -> None:
        """Note that an address no longer holds a worker, which is gone."""
        self._held[address] -= 1
        if not self._held[address]:
            del self._held[address]

    def add(self, place: Worker) -> None:
        """Add a free worker."""
        self._free.append(place)
        self._serve()

    def discard(self, place: Worker) -> bool:
        """Take a worker out of the queue for good; return False for one that is not free."""
        if place not in self._free:
            return False
        self._free.remove(place)
        return True

    def fail(self, error: Exception) -> None:
        """Have everyone who waits told that there will be no worker."""
        for line in self._lines.values():
            for turn in line:
                if not turn.done():
                    turn.set_exception(error)

    def _serve(self) -> None:
        """Give free workers to who waits, address by address."""
        while self._free:
            address = next((a for a in self._lines if self._held[a] < self._share), None)
            if address is None:
                return
            line = self._lines.pop(address)
            turn = line.popleft()
            self.waiting -= 1
            if line:
                self._lines[address] = line  # behind the others
            if not turn.done():  # else whoever waited has given up, and is not told so yet
                self._held[address] += 1
                turn.set_result(self._free.pop())

    def _expire(self, turn: asyncio.Future[Worker], seconds: float) -> None:
        if not turn.done():
            values = {"seconds": seconds, "retry_after": RETRY_AFTER}
            turn.set_exception(Busy("queries.busy.no_worker_free", **values))

    def _leave(self, address: str, turn: asyncio.Future[Worker]) -> None:
        line = self._lines.get(address, ())
        if turn in line:
            self._lines[address].remove(turn)
            self.waiting -= 1
            if not line:
                del self._lines[address]
