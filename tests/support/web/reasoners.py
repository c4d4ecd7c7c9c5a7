"""Reasoners beside an evaluator, as a deployment has them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from jjjkg.evaluation import Evaluator, Pool
from jjjkg.snapshot import Snapshot
from jjjkg.web.server.deployment import REASONER


@contextmanager
def reasoning(snapshot: Snapshot, evaluator: Evaluator) -> Iterator[Evaluator]:
    """Those of a snapshot, in the loop of its evaluator."""
    pool = Pool(snapshot.quads, loader=REASONER, workers=2)
    yield Evaluator.of(pool, evaluator.loop)
    asyncio.run_coroutine_threadsafe(pool.close(), evaluator.loop).result(10)
