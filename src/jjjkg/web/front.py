"""The ASGI app in front of the Flask app: ready answers first, then views, then their queries."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import perf_counter
from typing import Any, Final

from jjjkg.evaluation import QueryError
from jjjkg.web.access import AccessLog
from jjjkg.web.bridge import Answered, Scope, call, make_environ, read_some
from jjjkg.web.cache import MOST_ENTRY, Cache, Entry, Key
from jjjkg.web.deferral import FAILURE, KEY, Deferral
from jjjkg.web.deployment import Deployment
from jjjkg.web.exchange import Broken, Exchange, Gone
from jjjkg.web.metrics import Metrics
from jjjkg.web.plans import Plan, find_shape
from jjjkg.web.probes import PROBES
from jjjkg.web.stream import send_reply

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
#: The headers that an answer may differ by.
_COMPARED: Final = frozenset(
    (b"accept", b"accept-encoding", b"accept-language", b"host", b"content-type", b"range")
)
#: Where in a key those headers are.
_COMPARED_AT: Final = 4
#: The paths whose views never wait: these, and what is below them.
_INLINE: Final = ("/sparql/", "/data/")
#: Longer requests are not looked up.
_MOST_KEY: Final = 1 << 14
THREADS: Final = 8


class Front:
    """Answers requests about the service that it has now."""

    def __init__(self, deployment: Deployment, log: AccessLog) -> None:
        self.deployment, self._log = deployment, log
        self.metrics = Metrics(lambda: self.deployment.pool, lambda: self.deployment.cache)
        self._threads = ThreadPoolExecutor(THREADS, "view")
        self._prefix, self._numbers = os.urandom(4).hex(), count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. https://asgi.readthedocs.io/en/latest/specs/www.html"""
        start = perf_counter()
        exchange = Exchange(scope, receive, send, f"{self._prefix}-{next(self._numbers):x}")
        if scope["method"] == "GET":
            # The shortest way for what is asked most.
            key, matched = _key_of(scope, b"")
            entry = self.deployment.cache.find(key) if key else None
            if entry:
                await _send_entry(exchange, entry, matched)
                self._note(exchange, start)
                return
        try:
            with self.deployment as deployment:
                await self._answer(deployment, exchange)
        except Gone:
            exchange.outcome = "gone"
        except Broken:
            exchange.outcome = "broken"
            exchange.abort()
            raise
        except asyncio.CancelledError:
            if exchange.started:
                exchange.outcome = "broken"
                raise
            await exchange.refuse(503, "the server is being ended; ask again in a moment")
        finally:
            self._note(exchange, start)

    def _note(self, exchange: Exchange, start: float) -> None:
        seconds = perf_counter() - start
        path = exchange.scope["path"]
        self.metrics.note(path, exchange.status, exchange.outcome, seconds)
        self._log.note(
            exchange.id,
            exchange.scope["method"],
            exchange.target,
            exchange.status,
            seconds,
            exchange.size,
            exchange.rows,
            exchange.outcome,
            exchange.address,
        )

    def close(self) -> None:
        """Ends the threads, once their views have."""
        self._threads.shutdown()
        self._log.close()

    async def _answer(self, deployment: Deployment, exchange: Exchange) -> None:
        scope, cache = exchange.scope, deployment.cache
        largest = deployment.app.config["MAX_CONTENT_LENGTH"]
        body = b"" if scope["method"] in ("GET", "HEAD") else await exchange.read(largest)
        if body is None:
            await exchange.refuse(413, f"the request has more than {largest:,} bytes")
            return
        key, matched = _key_of(scope, body)
        entry = cache.find(key) if key else None
        if entry:
            await _send_entry(exchange, entry, matched)
            return
        if probe := PROBES.get(scope["path"]):
            await probe(deployment, self.metrics, exchange)
            return
        shape = find_shape(scope, key[_COMPARED_AT]) if key and not matched else None
        plan = deployment.plans.find(*shape) if shape else None
        if plan is None:
            plan = await self._plan(deployment, exchange, body, key if not matched else None)
            if plan is None:
                return
            if shape:
                deployment.plans.note(shape[0], plan)
        name = (plan.task.etag, plan.task.request.gzip)
        if key and (entry := cache.get(key, name)):
            await _send_entry(exchange, entry, matched)
            return
        await self._evaluate(deployment, exchange, plan, body, key)

    async def _plan(
        self, deployment: Deployment, exchange: Exchange, body: bytes, key: Key | None
    ) -> Plan | None:
        """Has the app answer; gives what it wants evaluated for that, if that is all it said."""
        environ = make_environ(exchange.scope, body)
        deferral = Deferral()
        inline = f"{exchange.scope['path']}/".startswith(_INLINE)
        if inline:
            answered = call(deployment.app, {**environ, KEY: deferral})
        if not inline or deferral.blocking:
            answered = await self._in_thread(call, deployment.app, environ)
        if deferral.task is None:
            await self._send(answered, exchange, deployment.cache, key)
            return None
        answered.close()
        return Plan(deferral.task, answered.headers)

    async def _evaluate(
        self,
        deployment: Deployment,
        exchange: Exchange,
        plan: Plan,
        body: bytes,
        key: Key | None,
    ) -> None:
        """Has a query answered, and sends what comes."""
        task = plan.task
        try:
            with exchange.watching():
                asking = deployment.pool.ask(
                    task.request, address=exchange.address, seconds=task.seconds
                )
                async with asking as reply:
                    entry = await send_reply(exchange, plan.headers, task, reply)
        except QueryError as error:
            if exchange.started:
                raise Broken from error
            # The app's own handlers word it, in the client's format and language.
            environ = make_environ(exchange.scope, body)
            failed = call(deployment.app, {**environ, FAILURE: error})
            await self._send(failed, exchange, deployment.cache, None)
            return
        if entry and key:
            deployment.cache.put(key, (task.etag, task.request.gzip), entry)

    async def _send(
        self, answered: Answered, exchange: Exchange, cache: Cache, key: Key | None
    ) -> None:
        """Sends what the app answered, and keeps it if that may be kept."""
        headers = dict(answered.headers)
        try:
            if isinstance(answered.body, list | tuple) or answered.status == 304:
                await exchange.send_whole(
                    answered.status, answered.headers, b"".join(answered.body)
                )
            elif int(headers.get(b"content-length", MOST_ENTRY)) < MOST_ENTRY // 4:
                body = await self._in_thread(b"".join, answered.body)
                await exchange.send_whole(answered.status, answered.headers, body)
                if key and answered.status == 200 and _may_keep(headers, exchange):
                    entry = Entry(answered.headers, body, headers[b"etag"])
                    cache.put(key, (repr(key), False), entry)
            else:
                await exchange.start(answered.status, answered.headers)
                pieces = iter(answered.body)
                while piece := await self._in_thread(read_some, pieces):
                    await exchange.send_piece(piece)
                await exchange.end()
        finally:
            answered.close()

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work, *arguments)


def _key_of(scope: Scope, body: bytes) -> tuple[Key | None, bytes]:
    """What a request is known by, if it can be; and its If-None-Match."""
    matched, compared, size = b"", [], len(body) + len(scope["query_string"])
    for header in scope["headers"]:
        if header[0] in _COMPARED:
            compared.append(header)
            size += len(header[1])
        elif header[0] == b"if-none-match":
            matched += header[1]
        elif header[0] in (b"if-match", b"if-range", b"if-modified-since"):
            return None, b""
    reads = scope["method"] in ("GET", "HEAD")
    # A condition on a POST is for the view to judge.
    if size > _MOST_KEY or not (reads or (scope["method"] == "POST" and not matched)):
        return None, matched
    method = "POST" if scope["method"] == "POST" else "GET"
    what = (method, scope["scheme"], scope["path"], scope["query_string"])
    return (*what, tuple(compared), body), matched


def _may_keep(headers: dict[bytes, bytes], exchange: Exchange) -> bool:
    kept = headers.get(b"cache-control", b"").startswith(b"public") and b"etag" in headers
    return kept and exchange.scope["method"] == "GET"


async def _send_entry(exchange: Exchange, entry: Entry, matched: bytes) -> None:
    """Sends a ready answer, or that the client has it."""
    exchange.outcome = "hit"
    if matched == b"*" or (matched and entry.etag.removeprefix(b"W/") in matched):
        kept = [h for h in entry.headers if h[0] not in (b"content-length", b"content-type")]
        await exchange.send_whole(304, kept, b"")
        return
    exchange.rows = entry.rows
    await exchange.send_ready(entry.headers, entry.body)
