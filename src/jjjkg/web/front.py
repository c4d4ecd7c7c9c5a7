"""The ASGI app in front of the Flask app: ready answers first, then views, then their queries."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any, Final, NoReturn, TypeVar

from jjjkg.evaluation import Answer, QueryError, Reply
from jjjkg.web.access import AccessLog
from jjjkg.web.bridge import Answered, Scope, Visit, read_some
from jjjkg.web.cache import Cache, Entry, Key
from jjjkg.web.deferral import Task
from jjjkg.web.deployment import Deployment
from jjjkg.web.exchange import Broken, Exchange, Gone
from jjjkg.web.metrics import Metrics
from jjjkg.web.plans import Plan, find_shape
from jjjkg.web.probes import PROBES
from jjjkg.web.stream import collect_reply, send_reply

T = TypeVar("T")
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
        visit = Visit(deployment.app, scope, body)
        shape = find_shape(scope, key[_COMPARED_AT]) if key and not matched else None
        plan = deployment.plans.find(*shape) if shape else None
        if plan is None:
            answered = await self._call(visit)
            while (task := visit.deferral.task) and task.finish:
                shape = None  # what is streamed in the end, if anything, depends on the query
                outcome = await self._collect(deployment, exchange, task)
                answered = await self._in_thread(visit.conclude, task.finish, outcome)
            if task is None:
                await self._send(answered, exchange, cache, key if not matched else None)
                return
            plan = Plan(task, answered.headers)
            if shape:
                deployment.plans.note(shape[0], plan)
        name = (plan.task.etag, plan.task.request.gzip)
        if key and (entry := cache.get(key, name)):
            await _send_entry(exchange, entry, matched)
            return
        try:
            send = partial(send_reply, exchange, plan.headers, plan.task)
            entry = await self._ask(deployment, exchange, plan.task, send)
        except QueryError as error:
            if exchange.started:
                raise Broken from error
            failed = await self._in_thread(visit.conclude, _raise, error)
            await self._send(failed, exchange, cache, None)
            return
        if entry and key:
            cache.put(key, name, entry)

    async def _call(self, visit: Visit) -> Answered:
        """What the view says, or the work that it left to a thread."""
        inline = f"{visit.path}/".startswith(_INLINE)
        answered = visit.call() if inline else await self._in_thread(visit.call)
        if work := visit.deferral.work:
            answered = await self._in_thread(visit.conclude, work)
        return answered

    async def _ask(
        self,
        deployment: Deployment,
        exchange: Exchange,
        task: Task,
        use: Callable[[Reply], Awaitable[T]],
    ) -> T:
        """Has a task's query answered, until the client goes away; gives what is made of that."""
        with exchange.watching():
            pool = deployment.find_pool(task.pool)
            asking = pool.ask(task.request, address=exchange.address, seconds=task.seconds)
            async with asking as reply:
                return await use(reply)

    async def _collect(
        self, deployment: Deployment, exchange: Exchange, task: Task
    ) -> Answer | QueryError:
        try:
            return await self._ask(deployment, exchange, task, collect_reply)
        except QueryError as error:
            return error

    async def _send(
        self, answered: Answered, exchange: Exchange, cache: Cache, key: Key | None
    ) -> None:
        """Sends what the app answered, and keeps it if that may be kept."""
        body = answered.body
        if isinstance(body, bytes):
            await exchange.send_whole(answered.status, answered.headers, body)
            headers = dict(answered.headers)
            if key and answered.status == 200 and _may_keep(headers, exchange):
                entry = Entry(answered.headers, body, headers[b"etag"])
                cache.put(key, (repr(key), False), entry)
            return
        try:
            await exchange.start(answered.status, answered.headers)
            pieces = iter(body)
            while piece := await self._in_thread(read_some, pieces):
                await exchange.send_piece(piece)
            await exchange.end()
        finally:
            answered.close()

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work, *arguments)


def _raise(error: Exception) -> NoReturn:
    raise error


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
