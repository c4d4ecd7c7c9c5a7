"""One request over ASGI and the response to it, with what the log is told of them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final

from jjjkg.web.safety import RAW
from jjjkg.web.serving.bridge import Headers, Scope
from jjjkg.web.serving.budget import FREE, Budget

#: After so many seconds without an answer it is watched whether the client is still there.
_PATIENCE: Final = 0.02
#: Bytes of a body that are given to the connection at a time, once it has sent those before.
_PIECE: Final = 1 << 16
#: The keys of a scope at which there is what breaks the connection off, who is at its end, and
#: what sends a whole response at once, if it can.
ABORT: Final = "jjjkg.abort"
PEER: Final = "jjjkg.peer"
RESPOND: Final = "jjjkg.respond"
Respond = Callable[[int, bytes, bytes], bool]


class Gone(Exception):
    """The client has gone away."""


class Broken(Exception):
    """The response can't be finished: the connection is to be broken off, so that it shows."""


class Exchange:
    """A request, and the sending of its response."""

    def __init__(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
        id: str,
        budget: Budget,
    ) -> None:
        self._budget, self._held, self._unread = budget, 0, False
        self.scope, self._receive, self._transmit, self.id = scope, receive, send, id
        self.address = _find_address(scope)
        self.status, self.size, self.outcome = 0, 0, "miss"
        self.rows: int | None = None
        self.started = False

    @property
    def target(self) -> bytes:
        """The path and the query string, as they came."""
        query: bytes = self.scope["query_string"]
        path: bytes = self.scope["raw_path"]
        return path + b"?" + query if query else path

    def hold(self, size: int) -> None:
        """Counts bytes in memory for this request, until it ends. Raises Busy."""
        over = max(0, self._held + size - FREE) - max(0, self._held - FREE)
        if over:
            self._budget.take(self.address, over)
        self._held += size

    def release(self) -> None:
        """Counts them out."""
        if self._held > FREE:
            self._budget.give(self.address, self._held - FREE)
        self._held = 0

    async def read(self, most: int) -> bytes | None:
        """The body; None if it is larger, of which no more is read. Raises Gone and Busy."""
        size, pieces = 0, []
        if int(dict(self.scope["headers"]).get(b"content-length", 0)) > most:
            self._unread = True
            return None
        while True:
            event = await self._receive()
            if event["type"] == "http.disconnect":
                raise Gone
            if piece := event.get("body"):
                self.hold(len(piece))
                pieces.append(piece)
                size += len(piece)
            if size > most:
                self._unread = True
                return None
            if not event.get("more_body"):
                return b"".join(pieces)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Raises Gone in what is waited for, when the client goes away."""
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
        """Sends the status and the headers."""
        self.status, self.started = status, True
        headers = [*headers, (b"x-request-id", self.id.encode())]
        if self._unread and any(name == b"expect" for name, _ in self.scope["headers"]):
            # Whether the body comes all the same, nobody can tell.
            headers.append((b"connection", b"close"))
        await self._transmit({"type": "http.response.start", "status": status, "headers": headers})

    async def send_piece(self, piece: bytes) -> None:
        """Sends a piece of the body, once the client has taken most of those before."""
        self.size += len(piece)
        await self._transmit({"type": "http.response.body", "body": piece, "more_body": True})

    async def end(self) -> None:
        """Sends that there is no more."""
        await self._transmit({"type": "http.response.body", "body": b"", "more_body": False})

    async def send_ready(
        self, headers: Headers, body: bytes, status: int = 200, head: bytes = b""
    ) -> None:
        """Sends a response whose headers are complete; `head` is them as they are sent."""
        respond: Respond | None = self.scope.get(RESPOND)
        if respond and len(body) <= _PIECE and not self._unread:
            self.status, self.started, self.size = status, True, len(body)
            head = head or pack_headers(headers)
            if respond(status, b"%bx-request-id: %b\r\n" % (head, self.id.encode()), body):
                return
        await self.start(status, headers)
        start = 0
        while len(body) - start > _PIECE:
            await self.send_piece(body[start : start + _PIECE])
            start += _PIECE
        self.size = len(body)
        rest = body[start:] if start else body
        await self._transmit({"type": "http.response.body", "body": rest})

    async def send_whole(self, status: int, headers: Headers, body: bytes) -> None:
        """Sends a response with its length."""
        if status != 304 and not any(name == b"content-length" for name, _ in headers):
            headers = [*headers, (b"content-length", str(len(body)).encode())]
        await self.send_ready(headers, body, status)

    def abort(self) -> None:
        """Breaks the connection off, whether or not the client reads what was sent."""
        if abort := self.scope.get(ABORT):
            abort()

    async def refuse(self, status: int, detail: str) -> None:
        """Sends a problem of which no view knows. https://www.rfc-editor.org/rfc/rfc9457"""
        self.outcome = "error"
        headers, body = make_problem(status, detail)
        await self.send_whole(status, list(headers), body)


def pack_headers(headers: Headers) -> bytes:
    """Headers as they are sent. Raises ValueError where one would be read as two."""
    packed = b"".join([b"%b: %b\r\n" % header for header in headers])
    if packed.count(b"\n") != len(headers) or packed.count(b"\r") != len(headers):
        raise ValueError("a header's value has a line break")
    return packed


def _find_address(scope: Scope) -> str:
    """The client's address: what a proxy that is believed says of it, if it is one."""
    client, peer = scope.get("client"), scope.get(PEER)
    if client and client != peer:
        with suppress(ValueError):
            return str(ip_address(client[0].partition("%")[0]))
    return str(peer[0]) if peer else ""


def make_problem(status: int, detail: str) -> tuple[Sequence[tuple[bytes, bytes]], bytes]:
    """The headers and the body of a problem."""
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    headers = ((b"content-type", b"application/problem+json"), *RAW)
    return headers, json.dumps(problem, indent=2).encode() + b"\n"
