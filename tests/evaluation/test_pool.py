"""The pool over asyncio: answers as they come, and what is left behind."""

import asyncio
import gzip
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from jjjkg.evaluation import LimitExceeded, Limits, Pool, Reply
from jjjkg.evaluation import WorkerCrashed as Crashed
from support.evaluation.pools import ask, children, collect, come_about, count_open_files, run
from support.evaluation.queries import COUNT, ENDLESS, LARGE


def test_a_large_answer_begins_before_it_ends_and_is_never_held_whole(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        start, size = time.monotonic(), 0
        query = LARGE + " LIMIT 1000000"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        async with pool.ask(ask(query)) as reply:
            begun = time.monotonic() - start
            assert reply.whole is None
            async for piece in reply.pieces():
                size += len(piece)
            assert reply.rows == 1_000_000
        assert begun < (time.monotonic() - start) / 4
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
        assert size > 150 << 20
        assert grown < 16 << 20

    run(quads, test)


def test_what_fails_in_the_middle_raises_after_the_first_pieces(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        got = 0

        async def read() -> None:
            nonlocal got
            async with pool.ask(ask(LARGE)) as reply:
                async for piece in reply.pieces():
                    got += len(piece)

        with pytest.raises(LimitExceeded) as caught:
            await read()
        assert caught.value.limit == "bytes"
        assert 1 << 19 < got <= 1 << 20
        assert await collect(pool)

    run(quads, test, limits=Limits(bytes=1 << 20))


def test_a_worker_killed_in_the_middle_of_an_answer_is_an_error(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        (worker,) = children(pool)

        async def read() -> None:
            async with pool.ask(ask(LARGE)) as reply:
                async for _ in reply.pieces():
                    os.kill(worker, signal.SIGKILL)

        with pytest.raises(Crashed) as caught:
            await read()
        assert caught.value.message.values["signal"] == signal.SIGKILL
        assert await collect(pool)

    run(quads, test, workers=1)


def test_who_goes_away_in_silent_evaluation_takes_the_query_along(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        (worker,) = children(pool)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(collect(pool, ENDLESS), 0.2)
        await come_about(lambda: worker not in children(pool))
        assert pool.kills == {"gone": 1}
        assert await collect(pool)

    run(quads, test, workers=1)


def test_idle_workers_that_died_are_not_asked(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        for worker in children(pool):
            os.kill(worker, signal.SIGKILL)
        await asyncio.sleep(0.05)
        assert await asyncio.gather(*(collect(pool) for _ in range(8)))
        await come_about(lambda: len(children(pool)) == 3)

    run(quads, test, workers=3)


def test_a_worker_is_replaced_after_many_queries(
    quads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjkg.evaluation.workers.pool.MOST_QUERIES", 10)

    async def test(pool: Pool) -> None:
        (first,) = children(pool)
        for _ in range(25):
            await collect(pool)
        await come_about(lambda: children(pool) and first not in children(pool))
        assert pool.replaced == 2

    run(quads, test, workers=1)


def test_a_hundred_at_a_time_are_answered_and_nothing_is_left(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        answers = await asyncio.gather(*(collect(pool) for _ in range(100)))
        assert set(answers) == {b"n\r\n1501\r\n"}

    before = count_open_files()
    run(quads, test, workers=4)
    assert count_open_files() == before


def test_cancelling_at_any_moment_leaks_nothing(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        await collect(pool)
        for delay in range(40):
            task = asyncio.create_task(collect(pool, LARGE + " LIMIT 2000"))
            await asyncio.sleep(delay / 5000)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert await collect(pool)
        assert (pool.running, pool.waiting) == (0, 0)
        await come_about(lambda: len(children(pool)) == 2)
        assert await asyncio.gather(*(collect(pool) for _ in range(5)))

    before = count_open_files()
    run(quads, test, workers=2)
    assert count_open_files() == before


def test_gzip_is_made_by_the_worker_for_all_but_small_answers(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        for query, coding in ((COUNT, None), ("SELECT * { ?s ?p ?o }", "gzip")):
            async with pool.ask(ask(query, gzip=True)) as reply:
                body = b"".join([piece async for piece in reply.pieces()])
                assert reply.coding == coding
            plain = await collect(pool, query)
            assert (gzip.decompress(body) if coding else body) == plain

    run(quads, test)


@pytest.mark.parametrize(
    ("query", "volatile"),
    [("SELECT (NOW() AS ?x) {}", True), ("SELECT ?now { ?now ?rand 'uuid()' }", False)],
)
def test_what_would_be_another_answer_next_time_says_so(
    quads: Path, query: str, volatile: bool
) -> None:
    async def test(pool: Pool) -> None:
        async with pool.ask(ask(query)) as reply:
            assert isinstance(reply, Reply)
            assert reply.volatile == volatile

    run(quads, test, workers=1)


@pytest.mark.skipif(not Path("/proc/self/ns/net").exists(), reason="needs Linux")
def test_workers_have_no_network_where_the_kernel_lets_them_give_it_up(quads: Path) -> None:
    give_up = ["unshare", "--user", "--net", "true"]
    if subprocess.run(give_up, capture_output=True, check=False).returncode != 0:
        pytest.skip("this kernel lets no process give up its network")

    async def test(pool: Pool) -> None:
        (worker,) = children(pool)
        assert Path(f"/proc/{worker}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
        devices = Path(f"/proc/{worker}/net/dev").read_text("ascii").splitlines()[2:]
        assert [line.split(":")[0].strip() for line in devices] == ["lo"]

    run(quads, test, workers=1)
