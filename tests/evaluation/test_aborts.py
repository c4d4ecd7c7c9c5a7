"""An engine that aborts: for memory, by a fault of its own, and for no reason that it tells."""

import logging
import os
import signal
import sys
from pathlib import Path

import pytest

from jjjkg.evaluation import EngineFailed, LimitExceeded, Limits, Pool, WorkerCrashed
from support.evaluation.pools import ask, children, collect, come_about, run
from support.evaluation.queries import COUNT, HUNGRY, LARGE

#: Sorted by the engine itself, it goes round in a circle.
CIRCLE = """SELECT ?x { VALUES ?x {
  "35"@en "146" "196" "17"@en 66 "31"@en 127 "195" 116 121 167 "98"@en "54"@en 25 "125" "8"@en
  100 "111" "156"@en 197 "1"@en } } ORDER BY ?x"""
#: A loader of work that asks the engine as it is.
BARE = "support.evaluation.bare_loader"
#: One that takes no query of more than half of the limit.
STRICT = "support.evaluation.strict_loader"


@pytest.fixture(autouse=True)
def _find_loaders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


def test_a_panic_is_told_as_one_and_counted_apart(
    quads: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(pool: Pool) -> None:
        for _ in range(2):
            with pytest.raises(EngineFailed, match="would again"):
                await collect(pool, CIRCLE)
        await come_about(lambda: pool.living == pool.workers)
        assert pool.kills == {"panic": 2}

    with caplog.at_level(logging.ERROR, "jjjkg.evaluation.workers.pool"):
        run(quads, test, workers=1, loader=BARE)
    assert "does not correctly implement a total order" in caplog.text


def test_an_allocation_that_fails_is_told_as_memory(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        with pytest.raises(LimitExceeded) as caught:
            await collect(pool, HUNGRY)
        assert caught.value.limit == "memory"
        assert pool.kills == {"memory": 1}

    run(
        quads,
        test,
        workers=1,
        loader=BARE,
        limits=Limits(memory=128 << 20),
    )


def test_sorting_without_memory_enough_is_told_as_memory(quads: Path) -> None:
    """The engine may find none, or our functions in it."""

    async def test(pool: Pool) -> None:
        for query in (f"{LARGE} ORDER BY ?c", f"{LARGE} ORDER BY CONCAT(STR(?a), STR(?f))"):
            with pytest.raises(LimitExceeded) as caught:
                await collect(pool, query)
            assert caught.value.limit == "memory"

    run(quads, test, workers=1, limits=Limits(memory=160 << 20))


def test_an_abort_without_words_is_a_crash(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        (worker,) = children(pool)

        async def read() -> None:
            async with pool.ask(ask(LARGE)) as reply:
                async for _ in reply.pieces():
                    os.kill(worker, signal.SIGABRT)

        with pytest.raises(WorkerCrashed) as caught:
            await read()
        assert caught.value.message.values["signal"] == signal.SIGABRT
        assert pool.kills == {"crashed": 1}
        assert await collect(pool)

    run(quads, test, workers=1)


def test_whoever_evaluates_may_hold_a_query_to_a_limit(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        with pytest.raises(LimitExceeded) as caught:
            await collect(pool, COUNT + " " * 10)
        assert (caught.value.limit, caught.value.value) == ("length", 40)
        assert await collect(pool)

    run(quads, test, workers=1, loader=STRICT, limits=Limits(length=80))
