"""The queue for workers: who waits, and who goes first."""

import asyncio
import time
from pathlib import Path

import pytest

from jjjkg.evaluation import Busy, Limits, Pool, QueryError
from support.evaluation.pools import collect, run
from support.evaluation.queries import ENDLESS


def test_the_queue_is_bounded_and_turns_away_with_a_time(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        asked = [asyncio.create_task(collect(pool, ENDLESS)) for _ in range(6)]
        await asyncio.sleep(0.1)
        assert (pool.running, pool.waiting) == (1, 4)
        with pytest.raises(Busy) as caught:
            await collect(pool)
        assert caught.value.retry_after > 0
        errors = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(error, Busy) for error in errors) >= 1
        assert all(isinstance(error, QueryError) for error in errors)
        assert (pool.running, pool.waiting) == (0, 0)

    run(quads, test, workers=1, waiting=4, limits=Limits(seconds=0.4))


def test_one_address_cannot_hold_all_places_nor_all_of_the_queue(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        greedy = [asyncio.create_task(collect(pool, ENDLESS, address="a")) for _ in range(5)]
        await asyncio.sleep(0.05)
        assert (pool.running, pool.waiting) == (2, 3)
        start = time.monotonic()
        await collect(pool, address="b")
        assert time.monotonic() - start < 0.4
        for task in greedy:
            task.cancel()
        await asyncio.gather(*greedy, return_exceptions=True)
        assert (pool.running, pool.waiting) == (0, 0)
        assert await collect(pool, address="a")

    run(quads, test, workers=3, waiting=6)


def test_addresses_take_turns(quads: Path) -> None:
    async def test(pool: Pool) -> None:
        order: list[str] = []

        async def note(address: str) -> None:
            await collect(pool, address=address)
            order.append(address)

        blocking = asyncio.create_task(collect(pool, ENDLESS, address="z"))
        await asyncio.sleep(0.05)
        waiting = [asyncio.create_task(note(address)) for address in "aaabc"]
        await asyncio.sleep(0.05)
        blocking.cancel()
        await asyncio.gather(*waiting)
        assert order == ["a", "b", "c", "a", "a"]

    run(quads, test, workers=1)


def test_who_gives_up_waiting_takes_no_place(quads: Path) -> None:
    """Also in the moment in which one becomes free."""

    async def test(pool: Pool) -> None:
        for delay in range(30):
            asked = [asyncio.create_task(collect(pool)) for _ in range(4)]
            await asyncio.sleep(delay / 20_000)
            for task in asked[1:]:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        assert (pool.running, pool.waiting) == (0, 0)
        assert await asyncio.gather(*(collect(pool) for _ in range(4)))

    run(quads, test, workers=1)
