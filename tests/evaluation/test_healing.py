"""A pool whose processes are killed, stopped or can't be had: it heals, or says why not."""

import asyncio
import logging
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from asking import ENDLESS, LARGE
from pooling import children, collect, come_about, count_open_files, opened, run

from jjjkg.errors import InputError
from jjjkg.evaluation import Busy, LimitExceeded, Limits, Pool, QueryError, WorkerCrashed

COUNTED = b"n\r\n1501\r\n"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jjjkg.evaluation.supply.PATIENCE", 0.5)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jjjkg.evaluation.healing.PAUSES", (0.0, 0.05, 0.1, 0.1))


def kill(pool: Pool, number: int = signal.SIGKILL) -> int:
    os.kill(pool.nursery.process.pid, number)
    return pool.nursery.process.pid


def list_children(pool: Pool) -> list[int]:
    """The workers that its nursery has now; none where that is dead."""
    pid = pool.nursery.process.pid
    with suppress(FileNotFoundError):
        return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())]
    return []


async def heals(pool: Pool, workers: int = 2) -> None:
    """So many workers live, and all of them answer."""
    await come_about(lambda: pool.living == len(list_children(pool)) == workers, 10)
    assert await asyncio.gather(*(collect(pool) for _ in range(2 * workers))) == [COUNTED] * (
        2 * workers
    )


def test_an_idle_pool_heals_before_it_is_asked(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        dead = kill(pool)
        await come_about(lambda: pool.restarts == 1 and pool.living == 2)
        assert pool.nursery.process.pid != dead
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


def test_queries_under_way_are_answered_though_the_nursery_dies(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        for _ in range(3):
            asked = [asyncio.create_task(collect(pool)) for _ in range(8)]
            await asyncio.sleep(0.002)
            kill(pool)
            assert set(await asyncio.gather(*asked)) == {COUNTED}
        await heals(pool)

    run(quads, test, workers=2)


def test_it_heals_however_often_its_nursery_is_killed(quads: Path) -> None:
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
def test_a_stopped_nursery_is_replaced_when_it_is_needed(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        stopped = kill(pool, signal.SIGSTOP)
        assert await collect(pool) == COUNTED
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(collect(pool, ENDLESS), 0.1)
        await come_about(lambda: pool.restarts == 1)
        await heals(pool)
        assert pool.nursery.process.pid != stopped

    run(quads, test, workers=2)


@pytest.mark.usefixtures("impatient")
def test_stopped_workers_cost_one_query_each_at_the_most(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        os.killpg(pool.nursery.process.pid, signal.SIGSTOP)
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
        os.killpg(pool.nursery.process.pid, number)
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
        pool = Pool(quads, loader="loaders", seconds=60.0)
        asked = asyncio.create_task(collect(pool))
        await asyncio.sleep(0.3)
        start = time.monotonic()
        await pool.close()
        with pytest.raises(QueryError):
            await asked
        assert time.monotonic() - start < 2
        assert pool.nursery.process.returncode == -signal.SIGKILL

    asyncio.run(test())


@pytest.mark.usefixtures("hasty")
def test_what_can_not_be_healed_is_told_and_tried_again_when_asked(
    tmp_path: Path, quads: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "dataset.nq"
    content = quads.read_bytes()
    file.write_bytes(content)

    async def test() -> None:
        async with opened(file, workers=2) as pool:
            file.write_bytes(b"no quads")
            kill(pool)
            await come_about(lambda: pool.lost, 20)
            assert "can't be loaded" in pool.lost
            assert (pool.living, pool.restarts) == (0, 0)
            start = time.monotonic()
            with pytest.raises(Busy, match=r"no worker can be started: .*can't be loaded"):
                await collect(pool)
            assert time.monotonic() - start < 3
            file.write_bytes(content)
            assert await collect(pool) == COUNTED
            await heals(pool)
            assert not pool.lost

    asyncio.run(test())
    lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(lines) == 2  # one each time that it goes wrong
    assert not any(record.exc_info for record in lines)


@pytest.mark.usefixtures("hasty")
def test_processes_that_can_not_be_had_are_tried_again(
    quads: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = asyncio.subprocess.subprocess.Popen
    tries = 0

    def start(*arguments: object, **options: object) -> object:
        nonlocal tries
        tries += 1
        if tries in (2, 3, 4):
            raise MemoryError if tries == 2 else BlockingIOError(11, "no more processes")
        return real(*arguments, **options)

    monkeypatch.setattr("jjjkg.evaluation.supply.subprocess.Popen", start)

    async def test(pool: Pool) -> None:
        kill(pool)
        await come_about(lambda: pool.restarts == 1)
        await heals(pool)

    run(quads, test, workers=2)
    said = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert said == [
        "no worker can be started: [Errno 11] no more processes; it is tried again",
        "workers can be started again",
    ]


@pytest.mark.usefixtures("hasty")
def test_workers_that_can_not_be_forked_leave_the_others_alone(
    quads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    refusing = tmp_path / "refusing"

    async def test() -> None:
        async with opened(quads, workers=2, loader="loaders", refusing=str(refusing)) as pool:
            refusing.touch()
            nursery = pool.nursery.process.pid
            os.kill(children(pool)[0], signal.SIGKILL)
            await come_about(lambda: pool.lost, 20)
            assert pool.living == 1
            assert await collect(pool) == COUNTED
            refusing.unlink()
            assert await collect(pool) == COUNTED
            await heals(pool)
            assert pool.nursery.process.pid == nursery

    asyncio.run(test())


def test_a_pool_that_is_not_started_begins_when_it_is_asked(quads: Path) -> None:
    async def test() -> None:
        pool = Pool(quads, workers=2)
        assert pool.living == 0
        try:
            answers = await asyncio.gather(*(collect(pool) for _ in range(4)))
            assert answers == [COUNTED] * 4
            await heals(pool)
            assert pool.restarts == 0
        finally:
            await pool.close()

    asyncio.run(test())


@pytest.mark.usefixtures("hasty")
def test_a_worker_that_is_never_had_is_refused_in_words_at_the_start(
    quads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))

    async def test() -> None:
        pool = Pool(quads, loader="loaders", refusing=str(tmp_path))
        with pytest.raises(InputError, match="no worker can be started"):
            await pool.start()
        await pool.close()

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
