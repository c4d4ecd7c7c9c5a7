"""A pool in a loop of its own, and what tests ask it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from asking import COUNT

from jjjkg.evaluation import Pool, Request

Test = Callable[[Pool], Awaitable[None]]


def ask(query: str, **options: object) -> Request:
    return Request(query, "csv", "nt", **options)  # type: ignore[arg-type]


async def collect(pool: Pool, query: str = COUNT, **options: str) -> bytes:
    async with pool.ask(ask(query), **options) as reply:  # type: ignore[arg-type]
        return b"".join([piece async for piece in reply.pieces()])


@asynccontextmanager
async def opened(quads: Path, **options: object) -> AsyncIterator[Pool]:
    pool = Pool(quads, **options)  # type: ignore[arg-type]
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def run(quads: Path, test: Test, **options: object) -> None:
    async def inside() -> None:
        async with opened(quads, **options) as pool:
            await test(pool)

    asyncio.run(inside())


def count_open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def children(pool: Pool) -> list[int]:
    pid = pool.nursery.process.pid
    deadline = time.monotonic() + 2
    while True:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        if listed or time.monotonic() > deadline:
            return [int(child) for child in listed]


async def come_about(condition: Callable[[], object], seconds: float = 3) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        await asyncio.sleep(0.01)
