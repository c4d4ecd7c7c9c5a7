"""A pool whose processes are killed, stopped or can't be had: it heals, or says why not."""

import asyncio
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from jjjkg.evaluation import LimitExceeded, Limits, Pool, QueryError, WorkerCrashed
from support.evaluation.pools import (
    COUNTED,
    children,
    collect,
    come_about,
    count_open_files,
    heals,
    kill,
    list_children,
    run,
)
from support.evaluation.queries import ENDLESS, LARGE


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jjjkg.evaluation.workers.handles.PATIENCE", 0.5)


def test_an_idle_pool_heals_before_it_is_asked(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        dead = kill(pool)
        await come_about(lambda: pool.restarts == 1 and pool.living == 2)
        assert pool.fork_server.process.pid != dead
        killed = set(list_children(pool))
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        await come_about(lambda: pool.living == 2 and killed.isdisjoint(list_children(pool)))
        await heals(pool)
        assert (pool.restarts, pool.replaced) == (1, 4)

    run(quads, test, workers=2)


def test_a_folder_that_was_moved_away_is_no_loss(quads: Path, tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    folder.mkdir()
    shutil.copy(quads, folder / "dataset.nq")

    async def test(pool: Pool) -> None:
        folder.rename(tmp_path / "elsewhere")
        kill(pool)
        await come_about(lambda: pool.restarts == 1)
        await heals(pool)
        shutil.rmtree(tmp_path / "elsewhere")
        kill(pool)
        await come_about(lambda: pool.restarts == 2)
        await heals(pool)

    run(folder / "dataset.nq", test, workers=2)


def test_queries_under_way_are_answered_though_the_fork_server_dies(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        for _ in range(3):
            asked = [asyncio.create_task(collect(pool)) for _ in range(8)]
            await asyncio.sleep(0.002)
            kill(pool)
            assert set(await asyncio.gather(*asked)) == {COUNTED}
        await heals(pool)

    run(quads, test, workers=2)


def test_it_heals_however_often_its_fork_server_is_killed(quads: Path) -> None:
    """While it is idle, loads, forks, and answers."""

    async def test(pool: Pool) -> None:
        for n in range(20):
            with suppress(ProcessLookupError):  # one that is not replaced yet
                kill(pool)
            await asyncio.sleep(0.01 * n)
        await heals(pool)

    before = count_open_files()
    run(quads, test, workers=2)
    assert count_open_files() == before


@pytest.mark.usefixtures("impatient")
def test_a_stopped_fork_server_is_replaced_when_it_is_needed(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        stopped = kill(pool, signal.SIGSTOP)
        assert await collect(pool) == COUNTED
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(collect(pool, ENDLESS), 0.1)
        await come_about(lambda: pool.restarts == 1)
        await heals(pool)
        assert pool.fork_server.process.pid != stopped

    run(quads, test, workers=2)


@pytest.mark.usefixtures("impatient")
def test_stopped_workers_cost_one_query_each_at_the_most(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        os.killpg(pool.fork_server.process.pid, signal.SIGSTOP)
        with pytest.raises(LimitExceeded):
            await collect(pool)
        await heals(pool)

    run(quads, test, workers=2, limits=Limits(seconds=1.0))


@pytest.mark.usefixtures("impatient")
def test_closing_never_hangs(quads: Path) -> None:
    async def test(number: int) -> None:
        pool = Pool(quads, workers=2)
        await pool.start()
        asked = [asyncio.create_task(collect(pool, query)) for query in (LARGE, ENDLESS, ENDLESS)]
        await asyncio.sleep(0.2)
        os.killpg(pool.fork_server.process.pid, number)
        start = time.monotonic()
        await pool.close()
        assert time.monotonic() - start < 2
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(end) for end in ends] == [WorkerCrashed] * 3

    for number in (signal.SIGSTOP, signal.SIGKILL, signal.SIGCONT):
        asyncio.run(test(number))


def test_closing_ends_what_is_still_being_loaded(
    quads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))

    async def test() -> None:
        pool = Pool(quads, loader="support.evaluation.slow_loader", seconds=60.0)
        asked = asyncio.create_task(collect(pool))
        await asyncio.sleep(0.3)
        start = time.monotonic()
        await pool.close()
        with pytest.raises(QueryError):
            await asked
        assert time.monotonic() - start < 2
        assert pool.fork_server.process.returncode == -signal.SIGKILL

    asyncio.run(test())


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (COALESCE({'1,' * 300_000}1) AS ?x) {{}}",
        # One that goes over a limit, which the worker survives.
        f"SELECT (COALESCE({'1,' * 300_000}1) AS ?x) {{ VALUES ?y {{ {'1 ' * 1200} }} }}",
    ],
    ids=["answered", "refused"],
)
def test_a_worker_that_grew_by_its_first_query_is_replaced(quads: Path, query: str) -> None:
    async def test(pool: Pool) -> None:
        (first,) = children(pool)
        with suppress(LimitExceeded):
            await collect(pool, query)
        await come_about(lambda: pool.living == 1 and first not in list_children(pool))
        for _ in range(5):
            await collect(pool)
        assert pool.replaced == 1

    run(quads, test, workers=1, limits=Limits(rows=1000))
