"""Memory of the server: ready answers by their size, and data no longer served."""

import asyncio
import gc
import time
import tracemalloc

import pytest

from jjjkg.web.http.caching import Cache, Entry, make_key
from jjjkg.web.http.request import ClientRequest
from jjjkg.web.server.asgi import pack_headers
from jjjkg.web.server.deployment import Deployment


def test_whoever_reads_nothing_does_not_keep_old_data_alive() -> None:
    ended = []

    class Reader:
        def abort(self) -> None:
            ended.append("reader")

    class Workers:
        async def close(self) -> None:
            ended.append("workers")

    async def retire() -> None:
        deployment = Deployment(None, None, Workers(), Workers(), Cache(0))  # type: ignore[arg-type]
        deployment.exchanges.add(Reader())
        await deployment.retire(0.05)
        deployment.exchanges.clear()
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
        key = make_key(ClientRequest({**scope, "headers": [(b"host", b"x")]}))
        assert key
        headers = [(b"etag", str(turn).encode() * 8)]
        entry = Entry(headers, pack_headers(headers), bytes(body), "x")
        cache.put(key, (f"{turn:032}", False), entry)
        assert cache.find(key) is entry
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert cache.bytes <= 1 << 20
    assert held < 1.3 * cache.bytes
