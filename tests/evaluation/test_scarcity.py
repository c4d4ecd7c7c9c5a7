"""A pool that can have no process, or no data, for a while: it tries again, and says why not."""

import asyncio
import logging
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from jjjkg.errors import InputError
from jjjkg.evaluation import Busy, Pool
from support.evaluation.pools import (
    COUNTED,
    children,
    collect,
    come_about,
    heals,
    kill,
    opened,
    run,
)

#: A loader that takes its time, or refuses to fork.
SLOW = "support.evaluation.slow_loader"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jjjkg.evaluation.workers.supervisor.PAUSES", (0.0, 0.05, 0.1, 0.1))


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
            assert time.monotonic() - start < 20  # which the queue's 30 are not
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

    monkeypatch.setattr("jjjkg.evaluation.workers.handles.subprocess.Popen", start)

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
        async with opened(quads, workers=2, loader=SLOW, refusing=str(refusing)) as pool:
            refusing.touch()
            server = pool.fork_server.process.pid
            os.kill(children(pool)[0], signal.SIGKILL)
            await come_about(lambda: pool.lost, 20)
            assert pool.living == 1
            assert await collect(pool) == COUNTED
            refusing.unlink()
            assert await collect(pool) == COUNTED
            await heals(pool)
            assert pool.fork_server.process.pid == server

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
        pool = Pool(quads, loader=SLOW, refusing=str(tmp_path))
        with pytest.raises(InputError, match="no worker can be started"):
            await pool.start()
        await pool.close()

    asyncio.run(test())
