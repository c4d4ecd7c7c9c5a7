"""The ASGI app in front of the Flask app: ready answers first, then views, then their queries."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any, Final, TypeVar

from jjjkg.evaluation import Answer, Busy, QueryError, Reply
from jjjkg.web.deferral import Task
from jjjkg.web.problems import raise_error, refuse_body, tell_options
from jjjkg.web.results import MOST_PAGE
from jjjkg.web.serving.access import AccessLog
from jjjkg.web.serving.bridge import Answered, Scope, Visit, read_some
from jjjkg.web.serving.budget import Budget
from jjjkg.web.serving.cache import Cache, Entry, Key
from jjjkg.web.serving.deployment import Deployment
from jjjkg.web.serving.exchange import Broken, Exchange, Gone, pack_headers
from jjjkg.web.serving.keys import READING, Sought, seek
from jjjkg.web.serving.metrics import Metrics
from jjjkg.web.serving.plans import Plan, find_shape
from jjjkg.web.serving.probes import PROBES
from jjjkg.web.serving.stream import collect_reply, send_entry, send_reply
from jjjkg.web.serving.threads import Threads

T = TypeVar("T")
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
#: The paths whose views never wait, so that short requests to them need no thread: these, and what
#: is below them.
_INLINE: Final = ("/sparql/", "/data/")
_SHORT: Final = 2_000


class Front:
    """Answers requests about the service that it has now."""

    def __init__(self, deployment: Deployment, log: AccessLog) -> None:
        self.deployment, self._log = deployment, log
        self.metrics = Metrics(
            lambda: self.deployment.pool,
            lambda: self.deployment.reasoners,
            lambda: self.deployment.cache,
        )
        self._threads = Threads()
        self._budget = Budget()
        self._prefix, self._numbers = os.urandom(4).hex(), count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. https://asgi.readthedocs.io/en/latest/specs/www.html"""
        start = perf_counter()
        id = f"{self._prefix}-{next(self._numbers):x}"
        exchange = Exchange(scope, receive, send, id, self._budget)
        sought = None
        if scope["method"] in READING:
            # The shortest way for what is asked most.
            sought = seek(scope, b"")
            entry = self.deployment.cache.find(sought.key) if sought.key else None
            if entry:
                await send_entry(exchange, entry, sought.matched)
                self._note(exchange, start)
                return
        try:
            with self.deployment.serving(exchange) as deployment:
                await self._answer(deployment, exchange, sought)
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
            exchange.release()
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
        self._threads.close()
        self._log.close()

    async def _answer(
        self, deployment: Deployment, exchange: Exchange, sought: Sought | None
    ) -> None:
        scope, body = exchange.scope, b""
        if sought is None:
            read = await self._read(deployment, exchange)
            if read is None:
                return
            body, sought = read, seek(scope, read)
            if sought.key and (entry := deployment.cache.find(sought.key)):
                await send_entry(exchange, entry, sought.matched)
                return
        visit = Visit(deployment.app, scope, body)
        probe = PROBES.get(scope["path"])
        if scope["method"] == "OPTIONS" and (probe or scope["path"] == "*"):
            await self._conclude(exchange, visit, tell_options)
        elif probe:
            await probe(deployment, self.metrics, exchange)
        else:
            await self._visit(deployment, exchange, visit, sought)

    async def _read(self, deployment: Deployment, exchange: Exchange) -> bytes | None:
        """The body of a request; None if it was refused, of which the client is told."""
        visit = Visit(deployment.app, exchange.scope, b"")
        try:
            body = await exchange.read(deployment.app.config["MAX_CONTENT_LENGTH"])
        except Busy as error:
            exchange.release()
            await self._conclude(exchange, visit, raise_error, error)
            return None
        if body is None:
            await self._conclude(exchange, visit, refuse_body)
        return body

    async def _visit(
        self, deployment: Deployment, exchange: Exchange, visit: Visit, sought: Sought
    ) -> None:
        """Has the app answer, and its tasks done until there is a response."""
        cache, key, matched = deployment.cache, sought.key, sought.matched
        shape = find_shape(exchange.scope, sought.compared) if key and not matched else None
        plan = deployment.plans.find(*shape) if shape else None
        if plan is None:
            answered = await self._call(exchange, visit, sought)
            while (task := visit.deferral.task) and task.finish:
                shape = None  # what is streamed in the end, if anything, depends on the query
                outcome = await self._collect(deployment, exchange, task)
                answered = await self._threads.pages.run(
                    exchange.address, visit.conclude, task.finish, outcome
                )
            if task is None:
                await self._send(answered, exchange, visit, cache, key if not matched else None)
                return
            plan = Plan(task, answered.headers)
            if shape:
                deployment.plans.note(shape[0], plan)
        name = (plan.task.etag, plan.task.request.gzip)
        if key and (entry := cache.get(key, name)):
            await send_entry(exchange, entry, matched)
            return
        try:
            send = partial(send_reply, exchange, plan.headers, plan.task)
            entry = await self._ask(deployment, exchange, plan.task, send)
        except QueryError as error:
            if exchange.started:
                raise Broken from error
            await self._conclude(exchange, visit, raise_error, error)
            return
        if entry and key:
            cache.put(key, name, entry)

    async def _call(self, exchange: Exchange, visit: Visit, sought: Sought) -> Answered:
        """The answer of the view, or of the work that it left to a thread."""
        if f"{visit.path}/".startswith(_INLINE) and sought.size <= _SHORT:
            answered = visit.call()
        else:
            threads = self._threads.find(visit.path)
            answered = await threads.run(exchange.address, visit.call)
        if work := visit.deferral.work:
            answered = await self._threads.waiting.run(exchange.address, visit.conclude, work)
        return answered

    async def _conclude(self, exchange: Exchange, visit: Visit, *work: Any) -> None:
        """Sends what some work answers in the request's context, which is not kept."""
        answered = await self._threads.views.run(exchange.address, visit.conclude, *work)
        await self._send(answered, exchange, visit)

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
            return await self._ask(
                deployment, exchange, task, partial(collect_reply, exchange, MOST_PAGE)
            )
        except QueryError as error:
            return error

    async def _send(
        self,
        answered: Answered,
        exchange: Exchange,
        visit: Visit,
        cache: Cache | None = None,
        key: Key | None = None,
    ) -> None:
        """Sends what the app answered, and keeps it if that may be kept."""
        body = answered.body
        if isinstance(body, bytes):
            headers = dict(answered.headers)
            if cache and key and _may_keep(answered.status, headers, exchange):
                head = pack_headers(answered.headers)
                entry = Entry(answered.headers, head, body, headers[b"etag"])
                cache.put(key, (repr(key), False), entry)
            try:
                exchange.hold(len(body))
            except Busy as error:  # which is told in few bytes
                exchange.release()
                await self._conclude(exchange, visit, raise_error, error)
                return
            await exchange.send_whole(answered.status, answered.headers, body)
            return
        try:
            await exchange.start(answered.status, answered.headers)
            pieces = iter(body)
            while piece := await self._threads.views.run(exchange.address, read_some, pieces):
                await exchange.send_piece(piece)
            await exchange.end()
        finally:
            answered.close()


def _may_keep(status: int, headers: dict[bytes, bytes], exchange: Exchange) -> bool:
    kept = headers.get(b"cache-control", b"").startswith(b"public") and b"etag" in headers
    return kept and status == 200 and exchange.scope["method"] == "GET"
