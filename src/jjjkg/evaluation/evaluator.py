"""The pool's face to threads: asks a query, waits for all of the answer."""

import asyncio
import threading
from collections.abc import Collection, Coroutine, Sequence
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

    `quads` is an N-Quads file (see jjjkg.evaluation.store), `without` names parts of the dataset to
    leave out, `options` are Pool's. It is a context manager: leaving it ends every process that it
    started. Raises InputError where the quads can't be loaded.
    """

    def __init__(
        self,
        quads: Path,
        limits: Limits = _DEFAULT_LIMITS,
        without: Collection[str] = (),
        **options: Any,
    ) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = threading.Thread(
            target=self.loop.run_forever, name="evaluator", daemon=True
        )
        self._thread.start()
        try:
            self.pool = self._run(_open(quads, limits, without, options))
        except BaseException:
            self._stop()
            raise
        self.limits = limits

    @classmethod
    def of(cls, pool: Pool, loop: asyncio.AbstractEventLoop) -> Self:
        """The face of a pool that lives in a running loop, for other threads than the loop's."""
        self = cls.__new__(cls)
        self.loop, self._thread, self.pool, self.limits = loop, None, pool, pool.limits
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; queries under way end as WorkerCrashed.

        In a process that was forked off it does nothing: the workers are not that one's.
        """
        if self._thread and self._thread.is_alive():
            self._run(self.pool.close())
            self._stop()

    def evaluate(
        self,
        query: str,
        *,
        results: str | None = "json",
        triples: str | None = "ttl",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        seconds: float | None = None,
        address: str = "",
        base: str = "",
        most_rows: int = 0,
        forms: bool = False,
    ) -> Answer:
        """Answer a SPARQL 1.1 query.

        `results` is the format's name (see jjjkg.rdf.formats) for SELECT and ASK, `triples` for
        CONSTRUCT and DESCRIBE; None stands for "none is acceptable". The graphs are those of the
        protocol (https://www.w3.org/TR/sparql11-protocol/#dataset) and win over FROM. `seconds`
        may make the limit on time shorter; `base`, `most_rows` and `forms` are those of Request.
        Raises the errors of jjjkg.evaluation.errors, all of them QueryError.
        """
        graphs = (tuple(default_graphs), tuple(named_graphs))
        request = Request(
            query, results, triples, *graphs, base=base, most_rows=most_rows, forms=forms
        )
        return self.answer(request, seconds=seconds, address=address)

    def answer(
        self, request: Request, *, seconds: float | None = None, address: str = ""
    ) -> Answer:
        """Answer a request, in no content coding; raises as `evaluate` does."""
        if self.loop.is_closed():
            raise WorkerCrashed("queries.workers.died")
        return self._run(self._collect(replace(request, gzip=False), seconds, address))

    async def _collect(self, request: Request, seconds: float | None, address: str) -> Answer:
        async with self.pool.ask(request, address=address, seconds=seconds) as reply:
            body = b"".join([piece async for piece in reply.pieces()])
            told = (reply.volatile, reply.more, reply.note)
            return Answer(body, reply.format, reply.form, *told)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if _runs(self.loop):
            work.close()
            raise RuntimeError("whoever runs the loop would wait for itself; ask the pool instead")
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


def _runs(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether it is this thread that runs a loop."""
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


async def _open(
    quads: Path, limits: Limits, without: Collection[str], options: dict[str, Any]
) -> Pool:
    if without:
        options["without"] = tuple(without)
    pool = Pool(quads, limits, **options)
    await pool.start()
    return pool
