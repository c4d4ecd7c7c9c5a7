"""The face of a pool to threads: asks a query and waits for all of the answer."""

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from jjjkg.evaluation.errors import Answer, Limits, WorkerCrashed
from jjjkg.evaluation.workers.pool import Pool
from jjjkg.evaluation.workers.protocol import Request

T = TypeVar("T")
_DEFAULT_LIMITS: Final = Limits()


class Evaluator:
    """Evaluates queries on the quads of a snapshot; usable from several threads at once.

    `quads` is an N-Quads file (see jjjkg.evaluation.store), `options` are those of Pool and its
    loader. It is a context manager: leaving it ends every process that it started. Raises
    InputError where the quads can't be loaded.
    """

    def __init__(self, quads: Path, limits: Limits = _DEFAULT_LIMITS, **options: Any) -> None:
        self.pool = Pool(quads, limits, **options)
        self.loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = threading.Thread(
            target=self.loop.run_forever, name="evaluator", daemon=True
        )
        self._thread.start()
        try:
            self._run(self.pool.start())
        except BaseException:
            self._stop()
            raise

    @classmethod
    def of(cls, pool: Pool, loop: asyncio.AbstractEventLoop) -> Self:
        """Return the face of a pool in a running loop, for other threads than the loop's."""
        self = cls.__new__(cls)
        self.loop, self._thread, self.pool = loop, None, pool
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def limits(self) -> Limits:
        """The limits of each query."""
        return self.pool.limits

    def close(self) -> None:
        """End the workers; queries under way end as WorkerCrashed.

        In a process that was forked off it does nothing: the workers are not that one's.
        """
        if self._thread and self._thread.is_alive():
            self._run(self.pool.close())
            self._stop()

    def evaluate(
        self, query: str, *, seconds: float | None = None, address: str = "", **options: Any
    ) -> Answer:
        """Answer a SPARQL 1.1 query; `options` are those of Request (formats, graphs, base...).

        `seconds` may make the limit on time shorter. Raises the errors of jjjkg.evaluation.errors,
        all of them QueryError.
        """
        return self.answer(Request(query, **options), seconds=seconds, address=address)

    def answer(
        self, request: Request, *, seconds: float | None = None, address: str = ""
    ) -> Answer:
        """Answer a request, in no content coding; raises as `evaluate` does."""
        if self.loop.is_closed():
            raise WorkerCrashed("queries.workers.died")

        async def collect() -> Answer:
            plain = replace(request, gzip=False)
            async with self.pool.ask(plain, address=address, seconds=seconds) as reply:
                body = b"".join([piece async for piece in reply.pieces()])
                told = (reply.format, reply.form, reply.volatile, reply.more, reply.note)
                return Answer(body, *told)

        return self._run(collect())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work in the loop. Raises RuntimeError in the loop's own thread."""
        if _find_running_loop() is self.loop:
            work.close()
            raise RuntimeError("the thread of the loop would wait for itself; ask the pool instead")
        running = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return running.result()
        except BaseException:
            running.cancel()  # whoever is interrupted, as by Ctrl-C, no longer waits for it
            raise

    def _stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        assert self._thread
        self._thread.join()
        self._thread = None
        self.loop.close()


def _find_running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop that runs in this thread, if one does."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
