"""What is served now: the app of one snapshot, and the workers that answer its queries."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from flask import Flask

from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator, Limits, Pool, QueryError
from jjjkg.question import Question
from jjjkg.snapshot import Snapshot
from jjjkg.web import create_app
from jjjkg.web.cache import Cache
from jjjkg.web.exchange import Exchange
from jjjkg.web.plans import Plans


@dataclass(frozen=True)
class Content:
    """A snapshot, the questions that come with it, and what a query without FROM sees of it.

    ``default`` is one of jjjkg.store.DEFAULTS; ``earlier`` a folder of earlier releases.
    """

    snapshot: Snapshot
    questions: Sequence[Question]
    default: str = "parts"
    earlier: Path | None = None


@dataclass
class Deployment:
    """An app, its pool and its ready answers, while requests use them."""

    app: Flask
    pool: Pool
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
        """Loads a snapshot; `options` are Pool's. Raises InputError.

        `store` is the address of an endpoint that is asked instead. Nobody here is told when what
        it holds changes, so that none of its answers is kept.
        """
        quads, default = content.snapshot.quads, content.default
        pool = Pool(quads, limits, without, default=default, store=store, **options)
        await pool.start()
        try:
            evaluator = Evaluator.of(pool, asyncio.get_running_loop())
            app = await asyncio.to_thread(
                create_app,
                content.snapshot,
                evaluator,
                content.questions,
                union=content.default != "alone",
                earlier=content.earlier,
                changing=bool(store),
            )
        except QueryError as error:
            await pool.close()
            raise InputError(f"{store or quads}: {error}") from error
        except BaseException:
            await pool.close()
            raise
        return cls(app, pool, Cache(0 if store else cache_bytes), Plans(app.config["KEY"]))

    def find_pool(self, name: str) -> Pool:
        """The pool of a task (jjjkg.web.deferral)."""
        return self.pool

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
        await self.pool.close()

    async def _end(self) -> None:
        while self._exchanges:
            self._unused.clear()
            await self._unused.wait()
