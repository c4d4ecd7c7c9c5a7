"""The workers of a pool: as many as there should be, whatever ends one, or all of them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import Busy, WorkerCrashed
from jjjkg.evaluation.workers.healing import WORRYING, Healing, Hopeless
from jjjkg.evaluation.workers.queue import RETRY_AFTER, Queue
from jjjkg.evaluation.workers.supply import Nursery, Worker


class Staff:
    """So many workers, each in the queue while it is free.

    `start` starts a nursery. ``lost`` says why no worker could be had when that was given up;
    it is empty as long as there is hope. ``replaced`` counts the workers that ended before the
    pool did.
    """

    def __init__(
        self,
        start: Callable[[], Nursery],
        queue: Queue[Worker],
        wanted: int,
    ) -> None:
        self._queue, self._wanted = queue, wanted
        self.healing = Healing(start, self._note_end)
        self.workers: set[Worker] = set()
        self.replaced = 0
        self.closed = False
        self.lost = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling: asyncio.Task[None] | None = None

    @property
    def living(self) -> int:
        """The number of workers that live."""
        return sum(not worker.lost for worker in self.workers)

    async def start(self) -> None:
        """Loads the data and forks the workers. Raises InputError where that can't be done."""
        try:
            await self.healing.load()
            await self._fill()
        except (Hopeless, OSError) as error:
            raise InputError("queries.workers.none", why=str(error)) from error

    async def close(self) -> None:
        """Ends every process."""
        self.closed = True
        if self._filling:
            self._filling.cancel()
        self.healing.close()
        workers = tuple(self.workers)
        for worker in workers:
            worker.kill()
        self._queue.fail(WorkerCrashed("queries.workers.died"))
        ends = (worker.status() for worker in workers)
        await asyncio.gather(*self._tasks, *ends, return_exceptions=True)

    def ensure(self) -> None:
        """Has workers started where some are missing. Raises Busy where none could be lately."""
        if len(self.workers) < self._wanted and all(task.done() for task in self._tasks):
            self._begin_filling()
        if self.healing.failures >= WORRYING and not self.living:
            raise self._refusal()

    def replace(self, worker: Worker) -> None:
        """Ends a worker and adds another one, aside."""
        self.workers.discard(worker)
        self.replaced += 1
        worker.kill()

        async def replace() -> None:
            await worker.status()
            self._begin_filling()

        self._aside(replace())

    async def _fill(self) -> None:
        """Adds the workers that are missing. Raises Hopeless."""
        while len(self.workers) < self._wanted:
            worker = await self.healing.fork()
            self.lost = ""
            self.workers.add(worker)
            self._queue.add(worker)

    def _begin_filling(self) -> None:
        """Adds the workers that are missing, aside; one task does so at a time."""

        async def fill() -> None:
            try:
                await self._fill()
            except Hopeless as error:
                self._queue.fail(self._refusal())
                self.lost = str(error)
            finally:
                self._filling = None

        if self._filling is None and not self.closed:
            self._filling = self._aside(fill())

    def _refusal(self) -> Busy:
        return Busy("queries.busy.no_worker", why=self.healing.reason, retry_after=RETRY_AFTER)

    def _note_end(self, worker: Worker) -> None:
        """Replaces a worker that has ended while it was idle."""
        if not self.closed and self._queue.discard(worker):
            self.replace(worker)

    def _aside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
