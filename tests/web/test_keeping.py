"""What the server keeps: ready answers by their size, and data that are no longer served."""

import asyncio
import gc
import time
import tracemalloc

import pytest

from jjjkg.web.serving.cache import Cache, Entry
from jjjkg.web.serving.deployment import Deployment
from jjjkg.web.serving.exchange import pack_headers
from jjjkg.web.serving.keys import seek
from jjjkg.web.serving.plans import Plans


def test_whoever_reads_nothing_does_not_keep_old_data_alive() -> None:
    ended = []

    class Reader:
        def abort(self) -> None:
            ended.append("reader")

    class Workers:
        async def close(self) -> None:
            ended.append("workers")

    async def retire() -> None:
        deployment = Deployment(None, Workers(), Workers(), Cache(0), Plans(""))  # type: ignore[arg-type]
        with deployment.serving(Reader()):  # type: ignore[arg-type]
            await deployment.retire(0.05)
        ended.append("again")
        await deployment.retire(5)

    start = time.monotonic()
    asyncio.run(retire())
    assert ended == ["reader", *["workers"] * 2, "again", *["workers"] * 2]
    assert 0.05 <= time.monotonic() - start < 4


@pytest.mark.parametrize(
    ("query", "body"), [("x" * 14_000, 30), ("x" * 500, 4), ("", 0), ("x", 10_000)]
)
def test_a_cache_is_bounded_by_what_it_holds(query: str, body: int) -> None:
    """Requests and headers count, and what is empty counts too; measured beside tracemalloc."""
    gc.collect()
    tracemalloc.start()
    cache = Cache(1 << 20)
    for turn in range(5_000):
        asked = query.encode() + str(turn).encode()
        scope = {"method": "GET", "scheme": "http", "path": "/sparql", "query_string": asked}
        key = seek({**scope, "headers": [(b"host", b"x")]}, b"").key
        assert key
        headers = [(b"etag", str(turn).encode() * 8)]
        entry = Entry(headers, pack_headers(headers), bytes(body), b"x")
        cache.put(key, (f"{turn:032}", False), entry)
        assert cache.find(key) is entry
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert cache.bytes <= 1 << 20
    assert held < 1.3 * cache.bytes
