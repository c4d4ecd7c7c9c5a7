"""The service of the moment: the app of one snapshot, and the workers that answer its queries."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from flask import Flask

from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator, LimitExceeded, Limits, Pool, QueryError
from jjjkg.web.app import create_app
from jjjkg.web.http.caching import Cache
from jjjkg.web.site import Content, Site

#: What reasoners load, and how many there are.
REASONER: Final = "jjjkg.explanation.reasoner"
REASONERS: Final = max(2, os.cpu_count() or 1)
#: Seconds between looks for requests that still use what is no longer served.
_LOOK: Final = 0.05


@dataclass
class Deployment:
    """A site with its app, its pools and its ready answers, while requests use them.

    The ``pool`` answers queries, ``reasoners`` say why (jjjkg.explanation.reasoner);
    ``exchanges`` are the requests that use it.
    """

    site: Site
    app: Flask
    pool: Pool
    reasoners: Pool
    cache: Cache
    exchanges: set[Any] = field(default_factory=set)

    @classmethod
    async def open(
        cls,
        content: Content,
        limits: Limits,
        cache_bytes: int,
        store: str = "",
        **options: Any,
    ) -> Self:
        """Load a snapshot; `options` are those of the pool for queries. Raises InputError.

        Reasoners begin when they are first asked, about the data at hand.
        `store` is the address of an endpoint that is asked instead. Nobody here is told when what
        it holds changes, so that none of its answers is kept.
        """
        quads, default = content.snapshot.quads, content.default
        reasoners = Pool(quads, limits, loader=REASONER, workers=REASONERS)
        pool = Pool(quads, limits, default=default, store=store, **options)
        try:
            await pool.start()
            loop = asyncio.get_running_loop()
            faces = (Evaluator.of(pool, loop), Evaluator.of(reasoners, loop))
            content = replace(content, changing=bool(store))
            site = await asyncio.to_thread(Site.open, content, *faces)
            app = await asyncio.to_thread(create_app, site)
        except BaseException as error:
            await asyncio.gather(pool.close(), reasoners.close())
            if isinstance(error, LimitExceeded):
                why = {"limit": error.limit, "why": error.message}
                raise InputError("server.low_limit", **why) from error
            if isinstance(error, QueryError):
                name = store or str(quads)
                raise InputError("server.no_answer", name=name, why=error.message) from error
            raise
        cache = Cache(0 if store else cache_bytes)
        return cls(site, app, pool, reasoners, cache)

    async def close(self) -> None:
        """End the workers; requests under way end as WorkerCrashed."""
        await asyncio.gather(self.pool.close(), self.reasoners.close())

    async def retire(self, seconds: float) -> None:
        """End the workers once the last request that uses them has ended.

        After so many seconds break off whoever still reads.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.exchanges:
                    await asyncio.sleep(_LOOK)
        for exchange in self.exchanges:
            exchange.abort()
        await self.close()
