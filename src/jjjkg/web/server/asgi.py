"""The ASGI app: a request is answered from the cache, by the endpoint's workers, or by the pages.

https://asgi.readthedocs.io/en/latest/specs/www.html
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from ipaddress import ip_address
from itertools import count
from time import perf_counter
from typing import Any, Final, TypeVar

from jjjkg.evaluation import Answer, Busy, LimitExceeded, QueryError, Reply
from jjjkg.web.app import find_askings, find_waiting
from jjjkg.web.http import caching, headers, problems
from jjjkg.web.http.caching import Entry, Key
from jjjkg.web.http.request import READING, ClientRequest, Refusal, Scope
from jjjkg.web.server.access import PAUSE, AccessLog
from jjjkg.web.server.budget import FREE, Budget
from jjjkg.web.server.deployment import Deployment
from jjjkg.web.server.metrics import PROBES, Metrics
from jjjkg.web.server.wsgi import Room, call_app, read_some
from jjjkg.web.tasks import MOST_PAGE, Outcome, Task

T = TypeVar("T")
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
#: Bytes of a request that is read in the loop; longer ones are read in a thread.
_SHORT: Final = 2_000
#: Seconds without an answer after which it is watched if the client is still there.
_PATIENCE: Final = 0.02
#: Bytes of a body that are given to the connection at a time, once it has sent those before.
_PIECE: Final = 1 << 16
#: Bytes of an answer to a client of HTTP/1.0, which is kept until all of it is there.
_MOST_OLD: Final = 8 << 20
#: Bytes of a target that the log has.
_MOST_LOGGED: Final = 500
#: Headers that a response without a body lacks.
_OF_BODY: Final = (b"content-length", b"content-type")
#: Threads for views that wait for nothing: more would only take turns with the loop.
_FEW: Final = 2
_MANY: Final = 4
#: The keys of a scope at which there is what breaks the connection off, who is at its end, and
#: what sends a whole response at once, if it can.
ABORT: Final = "jjjkg.abort"
PEER: Final = "jjjkg.peer"
RESPOND: Final = "jjjkg.respond"


class Gone(Exception):
    """The client has gone away."""


class Broken(Exception):
    """The response can't be finished: the connection is to be broken off, so that it shows."""


class Exchange:
    """A request over ASGI, and the sending of its response.

    ``client`` is the request as it is read, ``key`` what its answer is found again by.
    """

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        id: str,
        budget: Budget,
        length: int = 0,
    ) -> None:
        self.client = ClientRequest(scope, length)
        self.key: Key | None = None
        self._budget, self._held, self._unread = budget, 0, False
        self.scope, self._receive, self._transmit, self.id = scope, receive, send, id
        self.address = _find_address(scope)
        self.status, self.size, self.outcome = 0, 0, "miss"
        self.rows: int | None = None
        self.started = False

    def log(self, seconds: float) -> str:
        """The line of the log, in JSON.

        Its outcome is "hit" or "miss" of the cache, "gone" where the client went away, "broken"
        where an answer broke off, "error" otherwise.
        """
        scope, now = self.scope, time.time()
        path, query = scope["raw_path"], scope["query_string"]
        target = (path + b"?" + query if query else path)[:_MOST_LOGGED].decode("latin-1")
        return (
            f'{{"time":"{_tell_second(int(now))}.{int(now % 1 * 1000):03d}Z","id":"{self.id}",'
            f'"address":{_quote(self.address)},"method":"{scope["method"]}",'
            f'"target":{_quote(target)},"status":{self.status},'
            f'"ms":{seconds * 1000:.2f},"bytes":{self.size},'
            f'"rows":{"null" if self.rows is None else self.rows},"outcome":"{self.outcome}"}}\n'
        )

    def hold(self, size: int) -> None:
        """Count bytes in memory for this request, until it ends. Raises Busy."""
        over = max(0, self._held + size - FREE) - max(0, self._held - FREE)
        if over:
            self._budget.take(self.address, over)
        self._held += size

    def release(self) -> None:
        """Count them out."""
        if self._held > FREE:
            self._budget.give(self.address, self._held - FREE)
        self._held = 0

    async def read(self) -> bytes:
        """The body. Raises Gone, Busy, and Refusal for a large one, of which no more is read."""
        size, pieces, most = 0, [], self.client.largest
        declared = int(self.client.header(b"content-length") or 0)
        while declared <= most:
            event = await self._receive()
            if event["type"] == "http.disconnect":
                raise Gone
            if piece := event.get("body"):
                self.hold(len(piece))
                pieces.append(piece)
                size += len(piece)
            if size > most:
                break
            if not event.get("more_body"):
                return b"".join(pieces)
        self._unread = True
        raise self.client.refuse_body()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Raise Gone in what is waited for, when the client goes away."""
        waiting = asyncio.current_task()
        assert waiting
        loop = asyncio.get_running_loop()
        watcher: asyncio.Task[None] | None = None
        gone = False

        async def watch() -> None:
            nonlocal gone
            while (await self._receive())["type"] != "http.disconnect":
                pass
            gone = True
            waiting.cancel()

        def begin() -> None:
            nonlocal watcher
            watcher = loop.create_task(watch())

        timer = loop.call_later(_PATIENCE, begin)
        try:
            yield
        except asyncio.CancelledError:
            if gone:
                waiting.uncancel()
                raise Gone from None
            raise
        finally:
            timer.cancel()
            if watcher:
                watcher.cancel()

    async def start(self, status: int, headers: Headers) -> None:
        """Send the status and the headers."""
        self.status, self.started = status, True
        headers = [*headers, (b"x-request-id", self.id.encode())]
        if self._unread and any(name == b"expect" for name, _ in self.scope["headers"]):
            # Nobody can tell if the body comes all the same.
            headers.append((b"connection", b"close"))
        await self._transmit({"type": "http.response.start", "status": status, "headers": headers})

    async def send_piece(self, piece: bytes) -> None:
        """Send a piece of the body, once the client has taken most of those before."""
        self.size += len(piece)
        await self._transmit({"type": "http.response.body", "body": piece, "more_body": True})

    async def end(self) -> None:
        """Send that there is no more."""
        await self._transmit({"type": "http.response.body", "body": b"", "more_body": False})

    async def send(self, status: int, named: Headers, body: bytes, head: bytes = b"") -> None:
        """Send a whole response; `head` is its headers, all of them, as they are sent, if known."""
        if not head and status != 304 and b"content-length" not in dict(named):
            named = [*named, (b"content-length", str(len(body)).encode())]
        respond = self.scope.get(RESPOND)
        if respond and len(body) <= _PIECE and not self._unread:
            self.status, self.started, self.size = status, True, len(body)
            head = head or pack_headers(named)
            if respond(status, b"%bx-request-id: %b\r\n" % (head, self.id.encode()), body):
                return
        await self.start(status, named)
        start = 0
        while len(body) - start > _PIECE:
            await self.send_piece(body[start : start + _PIECE])
            start += _PIECE
        self.size = len(body)
        rest = body[start:] if start else body
        await self._transmit({"type": "http.response.body", "body": rest})

    async def send_entry(self, entry: Entry) -> None:
        """Send a ready answer, or that the client has it."""
        self.outcome = "hit"
        if b"if-none-match" in self.client.headers:
            status, _ = caching.judge(self.client, entry.etag)
            if status:
                kept = [header for header in entry.headers if header[0] not in _OF_BODY]
                await self.send(status, kept, b"")
                return
        self.rows = entry.rows
        await self.send(200, entry.headers, entry.body, entry.head)

    async def send_reply(self, task: Task, reply: Reply) -> Entry | None:
        """Send a reply; return the response if it may be kept.

        Raises QueryError, also in the middle, and Broken for a client that reads too slowly.
        """
        told = (reply.format, reply.coding, reply.volatile, reply.note)
        described = caching.describe_answer(task.etag, task.modified, *told)
        named = _ALWAYS + [(name.lower().encode(), value.encode()) for name, value in described]
        if reply.whole is not None:
            self.rows = reply.rows
            named.append((b"content-length", str(len(reply.whole)).encode()))
            head = pack_headers(named)
            await self.send(200, named, reply.whole, head)
            if reply.volatile:
                return None
            etag = caching.code_etag(task.etag, reply.coding)
            return Entry(named, head, reply.whole, etag, reply.rows)
        if self.scope["method"] == "HEAD":
            await self.start(200, named)
            await self.end()
        elif self.scope["http_version"] == "1.0":
            # Such a client would take a broken answer for a whole one.
            answer = await self.collect(_MOST_OLD, reply)
            await self.send(200, named, answer.body)
        else:
            await self.start(200, named)
            try:
                async with asyncio.timeout_at(reply.deadline):
                    async for piece in reply.pieces():
                        await self.send_piece(piece)
            except TimeoutError:
                raise Broken from None  # the client reads too slowly
            await self.end()
        self.rows = reply.rows
        return None

    async def collect(self, most: int, reply: Reply) -> Answer:
        """The whole of a reply, if it has no more bytes than that. Raises QueryError."""
        size, pieces = 0, []
        async for piece in reply.pieces():
            size += len(piece)
            if size > most:
                raise LimitExceeded("queries.limits.page_bytes", limit="bytes", value=most)
            self.hold(len(piece))
            pieces.append(piece)
        told = (reply.volatile, reply.more, reply.note)
        return Answer(b"".join(pieces), reply.format, reply.form, *told)

    def abort(self) -> None:
        """Break the connection off, whether or not the client reads what was sent."""
        if abort := self.scope.get(ABORT):
            abort()


#: Encoded once: a cold query would else pass one more file, and take longer.
_ALWAYS: Final = headers.encode([])


_quote = lru_cache(1024)(json.dumps)


@lru_cache(2)
def _tell_second(now: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))


def pack_headers(named: Headers) -> bytes:
    """Headers as they are sent. Raises ValueError where one would be read as two."""
    packed = b"".join([b"%b: %b\r\n" % header for header in named])
    if packed.count(b"\n") != len(named) or packed.count(b"\r") != len(named):
        raise ValueError("a header's value has a line break")
    return packed


def _find_address(scope: Scope) -> str:
    """The client's address: what a proxy that is believed says of it, if it is one."""
    client, peer = scope.get("client"), scope.get(PEER)
    if client and client != peer:
        with suppress(ValueError):
            return str(ip_address(client[0].partition("%")[0]))
    return str(peer[0]) if peer else ""


class Front:
    """The ASGI app: it answers requests about the deployment that it has now."""

    def __init__(self, deployment: Deployment, log: AccessLog) -> None:
        self.deployment, self._log = deployment, log
        self.metrics = Metrics(lambda: self.deployment)
        self._lines: list[str] = []
        self._views, self._pages = Room(_FEW, "view"), Room(_FEW, "page of an answer")
        self._waiting = Room(_MANY, "view that waits")
        self._budget = Budget()
        self._askings, self._waits = find_askings(), find_waiting()
        self._prefix, self._numbers = os.urandom(4).hex(), count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        start = perf_counter()
        id = f"{self._prefix}-{next(self._numbers):x}"
        deployment = self.deployment
        length = deployment.site.limits.length
        exchange = Exchange(scope, receive, send, id, self._budget, length)
        deployment.exchanges.add(exchange)
        try:
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
            exchange.outcome = "error"
            await exchange.send(*self.refuse(Refusal(503, "problems.ending"), exchange.client))
        finally:
            deployment.exchanges.discard(exchange)
            exchange.release()
            self._note(exchange, perf_counter() - start)

    def _note(self, exchange: Exchange, seconds: float) -> None:
        """Count a request that has ended, and have it logged."""
        path, metrics = exchange.scope["path"], self.metrics
        first = path[1:].partition("/")[0]
        route = first if first in metrics.routes else "home" if path == "/" else "other"
        metrics.count(route, exchange.status, exchange.outcome).inc()
        metrics.time(route).observe(seconds)
        if self._log.enabled:
            if not self._lines:
                asyncio.get_running_loop().call_later(PAUSE, self._write_log)
            self._lines.append(exchange.log(seconds))

    def _write_log(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            self._log.write(lines)

    def close(self) -> None:
        """End the threads, once their views have."""
        for room in (self._views, self._pages, self._waiting):
            room.close()
        self._write_log()
        self._log.close()

    async def _answer(self, deployment: Deployment, exchange: Exchange) -> None:
        """Answer from the cache, or in another way; errors are told."""
        client = exchange.client
        try:
            if client.method not in READING:
                client.body = await exchange.read()
            exchange.key = key = caching.make_key(client)
            if key and (entry := deployment.cache.find(key)):
                await exchange.send_entry(entry)
            elif client.path in PROBES or (client.path == "*" and client.method == "OPTIONS"):
                await self._probe(deployment, exchange)
            elif (task := await self._ask(deployment, exchange)) is None:
                await self._show(deployment, exchange)
            elif task.paged:
                await self._collect(deployment, exchange, task)
            else:
                await self._stream(deployment, exchange, task)
        except (Gone, Broken):
            raise
        except Exception as error:
            if exchange.started:
                raise Broken from error
            await self._tell(exchange, error)

    async def _probe(self, deployment: Deployment, exchange: Exchange) -> None:
        """Answer whoever watches the server. Raises Refusal."""
        client = exchange.client
        if client.method == "OPTIONS":
            told = headers.tell_options(client, "GET, HEAD, OPTIONS")
            named = [*told.items(), ("Vary", "Access-Control-Request-Headers")]
            await exchange.send(204, headers.encode(named), b"")
            return
        if client.method not in READING:
            allowed = "GET, HEAD, OPTIONS"
            raise Refusal(
                *(405, "problems.no_method", ("Allow", allowed)),
                method=client.method,
                path=client.path,
                allowed=allowed,
            )
        exchange.outcome = "error"
        kind, text = await PROBES[client.path](deployment, self.metrics)
        exchange.outcome = "miss"
        named = [("Content-Type", kind), ("Cache-Control", caching.NOT_KEPT)]
        await exchange.send(200, headers.encode(named), text)

    async def _ask(self, deployment: Deployment, exchange: Exchange) -> Task | None:
        """The task that a request is; None where it needs a view alone. Raises Refusal."""
        client = exchange.client
        asking = self._askings.get(client.path[1:].partition("/")[0])
        if not (asking and client.method in asking.methods and asking.paths.fullmatch(client.path)):
            return None
        if len(client.query) + len(client.body) <= _SHORT:
            return asking.ask(deployment.site, client)
        work = (asking.ask, deployment.site, client)
        return await self._views.run(exchange.address, *work)

    async def _collect(self, deployment: Deployment, exchange: Exchange, task: Task) -> None:
        """Have the answer to a task shown by its view. Raises Refusal and QueryError."""
        outcome: Outcome
        try:
            use = partial(exchange.collect, MOST_PAGE)
            outcome = await self._evaluate(deployment, exchange, task, use)
        except QueryError as error:
            outcome = error
        following = task.follow(outcome)
        if following is None:
            await self._show(deployment, exchange, answered=(task, outcome))
        elif following.paged:
            await self._collect(deployment, exchange, following)
        else:
            await self._stream(deployment, exchange, following)

    async def _stream(self, deployment: Deployment, exchange: Exchange, task: Task) -> None:
        """Send the answer to a task as it comes. Raises QueryError."""
        if b"if-none-match" in exchange.client.headers:
            status, etag = caching.judge(exchange.client, task.etag, made=False)
            if status:
                told = [("Vary", "Accept, Accept-Encoding"), *caching.validate(etag, task.modified)]
                await exchange.send(status, headers.encode(told), b"")
                return
        key, name = exchange.key, (task.etag, task.request.gzip)
        if key and (entry := deployment.cache.get(key, name)):
            await exchange.send_entry(entry)
            return
        use = partial(exchange.send_reply, task)
        entry = await self._evaluate(deployment, exchange, task, use)
        if entry and key:
            deployment.cache.put(key, name, entry)

    async def _evaluate(
        self,
        deployment: Deployment,
        exchange: Exchange,
        task: Task,
        use: Callable[[Reply], Awaitable[T]],
    ) -> T:
        """Have a task's query answered, until the client goes away; give what is made of that."""
        pool = deployment.reasoners if task.pool == "reasons" else deployment.pool
        with exchange.watching():
            asking = pool.ask(task.request, address=exchange.address, seconds=task.seconds)
            async with asking as reply:
                return await use(reply)

    async def _show(
        self, deployment: Deployment, exchange: Exchange, **given: tuple[Task, Outcome]
    ) -> None:
        """Send the app's response to a request, and keep it if that may be kept."""
        client, key = exchange.client, exchange.key
        waits = f"{client.path}/".startswith(self._waits)
        room = self._pages if given else self._waiting if waits else self._views
        call = partial(call_app, deployment.app, exchange.scope, client, **given)
        status, named, body = await room.run(exchange.address, call)
        if not isinstance(body, bytes):
            await self._send_file(exchange, status, named, body)
            return
        if key and b"if-none-match" not in client.headers and client.method == "GET":
            told = dict(named)
            etag = told.get(b"etag", b"").decode().removeprefix("W/").strip('"')
            if etag and status == 200 and told.get(b"cache-control", b"").startswith(b"public"):
                entry = Entry(named, pack_headers(named), body, etag)
                deployment.cache.put(key, caching.name_page(key), entry)
        exchange.hold(len(body))
        await exchange.send(status, named, body)

    async def _send_file(
        self, exchange: Exchange, status: int, named: Headers, body: Iterable[bytes]
    ) -> None:
        """Send a body that is read from a file as the client takes it."""
        try:
            await exchange.start(status, named)
            pieces = iter(body)
            while piece := await self._views.run(exchange.address, read_some, pieces):
                await exchange.send_piece(piece)
            await exchange.end()
        finally:
            if close := getattr(body, "close", None):
                close()

    async def _tell(self, exchange: Exchange, error: Exception) -> None:
        """Send a problem; a page of one is made in a thread."""
        client = exchange.client
        if isinstance(error, Busy):
            exchange.release()  # the problem is told in few bytes
        if client.prefers_pages:
            told = await self._views.run(exchange.address, self.refuse, error, client)
        else:
            told = self.refuse(error, client)
        await exchange.send(*told)

    def refuse(self, error: Exception, client: ClientRequest) -> tuple[int, Headers, bytes]:
        """The response that tells an error: its status, its headers and its body."""
        if client.prefers_pages:
            status, headed, page = call_app(self.deployment.app, {}, client, error=error)
            assert isinstance(page, bytes)
            return status, headed, page
        status, named, body = problems.tell(error, client)
        return status, headers.encode(named), body
