"""A pool in a loop of its own, and what tests ask it."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from jjjkg.evaluation import Pool, Request
from support.evaluation.queries import COUNT

Test = Callable[[Pool], Awaitable[None]]
COUNTED = b"n\r\n1501\r\n"


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
    pid = pool.fork_server.process.pid
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


def kill(pool: Pool, number: int = signal.SIGKILL) -> int:
    os.kill(pool.fork_server.process.pid, number)
    return pool.fork_server.process.pid


def list_children(pool: Pool) -> list[int]:
    """The workers that its fork server has now; none where that is dead."""
    pid = pool.fork_server.process.pid
    with suppress(FileNotFoundError):
        return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())]
    return []


async def heals(pool: Pool, workers: int = 2) -> None:
    """So many workers live, and all of them answer."""
    await come_about(lambda: pool.living == len(list_children(pool)) == workers, 10)
    assert await asyncio.gather(*(collect(pool) for _ in range(2 * workers))) == [COUNTED] * (
        2 * workers
    )
