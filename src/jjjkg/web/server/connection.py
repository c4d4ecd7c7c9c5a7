"""A client's connection: uvicorn's, with bounds on how many there are and on a request's head.

https://www.rfc-editor.org/rfc/rfc9112
"""

import asyncio
import re
from collections import Counter
from functools import partial
from time import perf_counter
from typing import Any, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from jjjkg.web.http.request import ClientRequest, Refusal
from jjjkg.web.server.asgi import ABORT, PEER, RESPOND, Front, Headers

#: Bytes of a request's target; httptools splits no longer ones.
MOST_TARGET: Final = (1 << 16) - 1
#: Seconds in which a request must have come, its body too.
SECONDS: Final = 20.0
#: Seconds for which a client may go on sending what is not read any more, so that it reads why.
_LINGERING: Final = 2.0
#: Seconds for which a client may take nothing of what it is sent.
STUCK: Final = 60.0
#: Requests that may wait for those before them on one connection, and bytes parsed at a time.
_MOST_PIPELINED: Final = 8
_SLICE: Final = 1 << 11
#: Seconds for which one connection's bytes are parsed before the others have their turn.
_TURN: Final = 0.003
#: Bytes of a request's headers, and of those together that are parsed.
MOST_HEADERS: Final = 1 << 16
MOST_PARSED: Final = 1 << 12
#: How many there may be, and the bytes of each besides its name and its value.
MOST_COUNT: Final = 1_000
_ENDS: Final = len(b": \r\n")
_PARSED: Final = frozenset(
    b"accept accept-encoding accept-language access-control-request-headers content-encoding "
    b"content-type if-match if-modified-since if-none-match if-range if-unmodified-since range "
    b"x-forwarded-for x-forwarded-proto".split()
)
#: https://www.rfc-editor.org/rfc/rfc9110#name-host-and-authority
_HOST: Final = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|([\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(:\d*)?")
_MOST_HOST: Final = 300
#: What asks for another protocol.
_WISHES: Final = (b"upgrade", b"http2-settings")
#: Characters of a header that are told back to the client.
_MOST_SAID: Final = 100
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
#: The share of all connections that one address may hold: a quarter.
_SHARES: Final = 4


class Connection(HttpToolsProtocol):
    """One connection. An error is answered by a problem, and ends the connection."""

    def __init__(self, *arguments: Any, gate: "Gate", front: Front, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gate, self._front = gate, front
        self._timer: asyncio.TimerHandle | None = None
        self._head = Head()
        self._pending = memoryview(b"")
        #: Within: of a request, and of its first line, of which the beginning has come by itself.
        self._within = self._in_line = False
        self._parsing: asyncio.Handle | None = None
        self._refusal: Refusal | None = None
        self._left, self._moved = 0, self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection in, and begin to count the time."""
        super().connection_made(transport)
        if why := self._gate.enter(self.client[0] if self.client else ""):
            transport.abort() if self._gate.crowded else self._refuse(why)
            return
        self._timer = self.loop.call_later(SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the counting of the time."""
        self._rest()
        self._pending = memoryview(b"")
        self._gate.leave(self.client[0] if self.client else "")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came, unless a request was refused already."""
        if self._refusal or self.parser is None:
            return
        self._unset_keepalive_if_required()
        # Nothing of the request has been read: a body is never taken for its first line.
        if self._in_line or not (self._within or self._pending):
            data = self._encode_target(data)
        if self._pending or len(data) > _SLICE:
            self._pending = memoryview(bytes(self._pending) + data)
            self._parse()
        elif (taken := self._feed(data)) < len(data):
            self._pending = memoryview(data)[taken:]
            self._parse()

    def _encode_target(self, data: bytes) -> bytes:
        """Percent-encode bytes beyond ASCII in a request line, which a proxy may have let by."""
        end = data.find(b"\n") + 1
        self._in_line = not end
        end = end or len(data)
        if data.isascii():
            return data
        return _BEYOND_ASCII.sub(lambda match: b"%%%02X" % match[0][0], data[:end]) + data[end:]

    def _parse(self) -> None:
        """Parse what has come, but not many requests ahead of the one that is answered.

        After some of it others have their turn.
        """
        if self._parsing:
            return
        end = perf_counter() + _TURN
        while self._pending and not self._refusal and len(self.pipeline) < _MOST_PIPELINED:
            if perf_counter() > end:
                self.transport.pause_reading()
                self._parsing = self.loop.call_soon(self._go_on)
                return
            size = _SLICE if self._within else _SLICE // 4
            self._pending = self._pending[self._feed(self._pending[:size]) :]

    def _go_on(self) -> None:
        self._parsing = None
        if self.transport.is_closing():
            return
        self._parse()
        if not self._parsing and not self.flow.read_paused:
            self.transport.resume_reading()

    def _feed(self, data: bytes | memoryview) -> int:
        """Have the parser take some bytes; return how many it took."""
        try:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as upgrade:
                self._ignore_upgrade()
                return int(upgrade.args[0])
        except HttpParserError:
            self._refuse(Refusal(400, "problems.not_http"))
        return len(data)

    def _ignore_upgrade(self) -> None:
        """Have the head parsed anew as one that asks for no other protocol.

        The parser takes what follows such a head for that protocol, though a server may ignore
        the wish, as this one does: https://www.rfc-editor.org/rfc/rfc9110#name-upgrade and
        https://github.com/MagicStack/httptools/issues/124
        """
        method, version = self.parser.get_method(), self.parser.get_http_version()
        if method == b"CONNECT":
            self._refuse(Refusal(405, "problems.no_proxy"))
            return
        head = drop_upgrade(method, self.url, version, self.headers)
        self.parser = HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.parser.feed_data(head)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        # Closing would wait for a client that reads nothing.
        self.scope[ABORT] = self.transport.abort  # type: ignore[typeddict-unknown-key]
        self.scope[PEER] = self.client  # type: ignore[typeddict-unknown-key]
        self._head, self._within = Head(), True
        if self._timer is None:
            self._timer = self.loop.call_later(SECONDS, self._give_up)

    def on_url(self, url: bytes) -> None:
        """Take in a part of the request's target."""
        if len(self.url) + len(url) > MOST_TARGET:
            self._refuse(Refusal(414, "problems.long_address", most=MOST_TARGET))
        else:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header."""
        name = name.lower()
        self.headers.append((name, value))
        if name == b"expect":
            self.expect_100_continue = value.lower() == b"100-continue"
        if wrong := self._head.add(name, value):
            self._refuse(wrong)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        if self._refusal or self.parser.should_upgrade():
            return
        if (version := self.parser.get_http_version()) not in ("1.0", "1.1"):
            self._refuse(Refusal(505, "problems.http_version", version=version))
            return
        if self._head.hosts != 1 or self.expect_100_continue:
            old = version == "1.0"
            if self._head.hosts > 1 or not (self._head.hosts or old):
                # https://www.rfc-editor.org/rfc/rfc9112#section-3.2
                self._refuse(Refusal(400, "problems.hosts", count=self._head.hosts))
                return
            self.expect_100_continue &= not old
        super().on_headers_complete()
        self.scope[RESPOND] = partial(self._respond, self.cycle)  # type: ignore[typeddict-unknown-key]

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body."""
        if not self._refusal:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._refusal or self.parser.should_upgrade():
            return
        self._rest()
        self._within = False
        super().on_message_complete()

    def eof_received(self) -> None:
        """Tell a client that ends in the middle of a request; any other has gone away."""
        if self._within:
            self._refuse(Refusal(400, "problems.cut_request"))

    def on_response_complete(self) -> None:
        """Go on with the next request, if one has come."""
        super().on_response_complete()
        if self._refusal:
            self._tell_refusal()
        elif self._pending:
            self.loop.call_soon(self._parse)

    def _respond(self, cycle: RequestResponseCycle, status: int, head: bytes, body: bytes) -> bool:
        """Send a whole response at once, if it is taken; the cycle's own way is much longer."""
        if cycle.disconnected or cycle.response_started or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        own = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
        if not cycle.keep_alive:
            own.append(b"connection: close\r\n")
        sent = b"" if cycle.scope["method"] == "HEAD" else body
        self.transport.write(b"".join([STATUS_LINE[status], *own, head, b"\r\n", sent]))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def drop_if_stuck(self) -> None:
        """Break off a connection whose client has long taken nothing of what it is sent."""
        left = self.transport.get_write_buffer_size()
        if left == 0 or left < self._left:
            self._moved = self.loop.time()
        self._left = left
        if self.loop.time() - self._moved > STUCK:
            self.transport.abort()

    def resume_writing(self) -> None:
        """Note that the client has taken something."""
        self._moved = self.loop.time()
        super().resume_writing()

    def _rest(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        self._refuse(Refusal(408, "problems.slow_request", seconds=SECONDS))

    def _refuse(self, refusal: Refusal) -> None:
        """Answer by a problem, after what came before it, and close the connection."""
        if self._refusal or self.transport.is_closing():
            return
        self._refusal = refusal
        self._rest()
        self._tell_refusal()

    def _tell_refusal(self) -> None:
        assert self._refusal
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self.pipeline or not cycle.more_body:
                return  # requests before it are being answered
            cycle.disconnected = True
            cycle.message_event.set()
        # What was answered before all of it had come is not answered twice.
        if cycle is None or not (cycle.response_started and cycle.more_body):
            status, headers, body = self._front.refuse(self._refusal, self._read_client())
            length = (b"content-length", str(len(body)).encode())
            lines = [*(line for line in headers if line[0] != length[0]), length]
            lines.append((b"connection", b"close"))
            head = b"".join(b"%b: %b\r\n" % line for line in lines)
            self.transport.write(STATUS_LINE[status] + head + b"\r\n" + body)
        # To close at once would reset the connection, and the answer with it, if more comes.
        self.flow.resume_reading()
        self.transport.write_eof()
        self.loop.call_later(_LINGERING, self.transport.close)

    def _read_client(self) -> ClientRequest:
        """The client's wishes, as far as its head has come."""
        known = {"method": "GET", "scheme": "http", "path": "/", "query_string": b""}
        return ClientRequest({**known, "headers": self.headers or ()}, 0)


class Gate:
    """Counts the connections of each address; those of reverse proxies count only in all.

    `proxies` are addresses or networks, separated by commas, or "*" for any.
    """

    def __init__(self, most: int, proxies: str = "") -> None:
        self._most, self._share = most, max(1, most // _SHARES)
        self._counts: Counter[str] = Counter()
        self._total = 0
        #: Those whose X-Forwarded-For uvicorn believes.
        self._proxies = ProxyHeadersMiddleware(None, proxies).trusted_hosts  # type: ignore[arg-type]

    def enter(self, address: str) -> Refusal | None:
        """Count a connection in; return why it should be refused, if it should."""
        self._total += 1
        self._counts[address] += 1
        if self._total > self._most:
            return Refusal(503, "problems.many_connections", most=self._most)
        if self._counts[address] > self._share and address not in self._proxies:
            return Refusal(503, "problems.many_connections_of_address", most=self._share)
        return None

    def leave(self, address: str) -> None:
        """Count a connection out."""
        self._total -= 1
        self._counts[address] -= 1
        if not self._counts[address]:
            del self._counts[address]

    @property
    def crowded(self) -> bool:
        """Tell whether there are so many that not even a refusal is worth its room."""
        return self._total > 2 * self._most


class Head:
    """The headers of one request, counted as they come."""

    __slots__ = ("_count", "_parsed", "_size", "hosts")

    def __init__(self) -> None:
        self._count = self._size = self._parsed = self.hosts = 0

    def add(self, name: bytes, value: bytes) -> Refusal | None:
        """Count a header; return why the request is to be refused, if it is."""
        self._size += len(name) + len(value) + _ENDS
        self._count += 1
        if self._size > MOST_HEADERS:
            return Refusal(431, "problems.large_headers", most=MOST_HEADERS)
        if self._count > MOST_COUNT:
            return Refusal(431, "problems.many_headers", most=MOST_COUNT)
        if name == b"host":
            self.hosts += 1
            if len(value) > _MOST_HOST or not _HOST.fullmatch(value):
                return Refusal(400, "problems.bad_host")
        elif name in _PARSED:
            self._parsed += len(value)
            if self._parsed > MOST_PARSED:
                return Refusal(431, "problems.long_headers", most=MOST_PARSED)
        elif name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            coding = value.decode("latin-1")[:_MOST_SAID]
            return Refusal(501, "problems.transfer_coding", coding=coding)
        return None


def drop_upgrade(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """Return the head of a request, without the wish for another protocol."""
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode())]
    for name, value in headers:
        if name == b"connection":
            tokens = (token.strip() for token in value.split(b","))
            value = b", ".join(token for token in tokens if token.lower() not in _WISHES)
        if name not in _WISHES:
            lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join([*lines, b"", b""])
