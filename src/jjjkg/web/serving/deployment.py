"""The service of the moment: the app of one snapshot, and the workers that answer its queries."""

import asyncio
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from flask import Flask

from jjjkg.dataset.questions import Question
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator, LimitExceeded, Limits, Pool, QueryError
from jjjkg.snapshot import Snapshot
from jjjkg.web import create_app
from jjjkg.web.serving.cache import Cache
from jjjkg.web.serving.exchange import Exchange
from jjjkg.web.serving.plans import Plans

#: What reasoners load, and how many there are.
REASONER: Final = "jjjkg.explanation.reasoner"
REASONERS: Final = max(2, os.cpu_count() or 1)


@dataclass(frozen=True)
class Content:
    """A snapshot, the questions that come with it, and what a query without FROM sees of it.

    ``default`` is one of jjjkg.evaluation.store.DEFAULTS; ``earlier`` a folder of earlier releases.
    """

    snapshot: Snapshot
    questions: Sequence[Question]
    default: str = "parts"
    earlier: Path | None = None


@dataclass
class Deployment:
    """An app, its pools and its ready answers, while requests use them.

    The ``pool`` answers queries, ``reasoners`` say why (jjjkg.explanation.reasoner).
    """

    app: Flask
    pool: Pool
    reasoners: Pool
    cache: Cache
    plans: Plans
    _exchanges: set[Exchange] = field(default_factory=set)
    _unused: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def open(
        cls,
        content: Content,
        limits: Limits,
        cache_bytes: int,
        without: Collection[str] = (),
        store: str = "",
        **options: Any,
    ) -> Self:
        """Loads a snapshot; `options` are those of the pool for queries. Raises InputError.

        Reasoners begin when they are first asked, about the data at hand.
        `store` is the address of an endpoint that is asked instead. Nobody here is told when what
        it holds changes, so that none of its answers is kept.
        """
        quads, default = content.snapshot.quads, content.default
        reasoners = Pool(quads, limits, loader=REASONER, workers=REASONERS)
        pool = Pool(quads, limits, without=tuple(without), default=default, store=store, **options)
        try:
            await pool.start()
            loop = asyncio.get_running_loop()
            app = await asyncio.to_thread(
                create_app,
                content.snapshot,
                Evaluator.of(pool, loop),
                content.questions,
                union=content.default != "alone",
                earlier=content.earlier,
                changing=bool(store),
                reasoners=Evaluator.of(reasoners, loop),
            )
        except BaseException as error:
            await asyncio.gather(pool.close(), reasoners.close())
            if isinstance(error, LimitExceeded):
                words = f"--{error.limit} is too low for the server's own questions of the data"
                raise InputError(f"{words}: {error}") from error
            if isinstance(error, QueryError):
                raise InputError(f"{store or quads}: {error}") from error
            raise
        cache = Cache(0 if store else cache_bytes)
        return cls(app, pool, reasoners, cache, Plans(app.config["KEY"]))

    def find_pool(self, name: str) -> Pool:
        """The pool of a task (jjjkg.web.deferral)."""
        return self.reasoners if name == "reasons" else self.pool

    async def close(self) -> None:
        """Ends the workers; requests under way end as WorkerCrashed."""
        await asyncio.gather(self.pool.close(), self.reasoners.close())

    @contextmanager
    def serving(self, exchange: Exchange) -> Iterator[Self]:
        """Counts an exchange as one that uses this deployment."""
        self._exchanges.add(exchange)
        try:
            yield self
        finally:
            self._exchanges.discard(exchange)
            if not self._exchanges:
                self._unused.set()

    async def retire(self, seconds: float) -> None:
        """Ends the workers once the last request that uses them has ended.

        After so many seconds it breaks off whoever still reads.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._end()
        for exchange in self._exchanges:
            exchange.abort()
        await self.close()

    async def _end(self) -> None:
        while self._exchanges:
            self._unused.clear()
            await self._unused.wait()
