"""A client's connection: uvicorn's, with bounds on what a request's head may be and take."""

import asyncio
from functools import partial
from time import perf_counter
from typing import Any, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from jjjkg.web.serving.exchange import ABORT, PEER, RESPOND, make_problem
from jjjkg.web.serving.gate import Gate
from jjjkg.web.serving.heads import Head, drop_upgrade, escape

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


class Connection(HttpToolsProtocol):
    """One connection. Raises nothing: what is wrong is answered by a problem, and the end of it."""

    def __init__(self, *arguments: Any, gate: Gate, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._gate = gate
        self._timer: asyncio.TimerHandle | None = None
        self._head = Head()
        self._pending = memoryview(b"")
        #: Within: of a request, and of its first line, of which the beginning has come by itself.
        self._within = self._in_line = False
        self._parsing: asyncio.Handle | None = None
        self._refusal: tuple[int, str] | None = None
        self._left, self._moved = 0, self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Counts the connection in, and begins to count the time."""
        super().connection_made(transport)
        if why := self._gate.enter(self.client[0] if self.client else ""):
            transport.abort() if self._gate.crowded else self._refuse(503, why)
            return
        self._timer = self.loop.call_later(SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the counting of the time."""
        self._rest()
        self._pending = memoryview(b"")
        self._gate.leave(self.client[0] if self.client else "")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes in what came, unless a request was refused already."""
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
        """Percent-encodes bytes beyond ASCII in a request line, which a proxy may have let by."""
        end = data.find(b"\n") + 1
        self._in_line = not end
        end = end or len(data)
        return data if data.isascii() else escape(data[:end]) + data[end:]

    def _parse(self) -> None:
        """Parses what has come, but not many requests ahead of the one that is answered.

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
        """Has the parser take some bytes; gives how many it took."""
        try:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as upgrade:
                self._ignore_upgrade()
                return int(upgrade.args[0])
        except HttpParserError:
            self._refuse(400, "this is no HTTP/1.1 request")
        return len(data)

    def _ignore_upgrade(self) -> None:
        """Has the head parsed anew as one that asks for no other protocol.

        The parser takes what follows such a head for that protocol, though a server may ignore
        the wish, as this one does: https://www.rfc-editor.org/rfc/rfc9110#name-upgrade and
        https://github.com/MagicStack/httptools/issues/124
        """
        method, version = self.parser.get_method(), self.parser.get_http_version()
        if method == b"CONNECT":
            self._refuse(405, "this is no proxy: CONNECT can't be used here")
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
        """Takes in a part of the request's target."""
        if len(self.url) + len(url) > MOST_TARGET:
            self._refuse(
                414, f"the address has more than {MOST_TARGET:,} bytes; use POST for long queries"
            )
        else:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes in a header."""
        name = name.lower()
        self.headers.append((name, value))
        if name == b"expect":
            self.expect_100_continue = value.lower() == b"100-continue"
        if wrong := self._head.add(name, value):
            self._refuse(*wrong)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        if self._refusal or self.parser.should_upgrade():
            return
        if self._head.hosts != 1 or self.expect_100_continue:
            old = self.parser.get_http_version() == "1.0"
            if self._head.hosts > 1 or not (self._head.hosts or old):
                # https://www.rfc-editor.org/rfc/rfc9112#section-3.2
                self._refuse(400, f"the request has {self._head.hosts} Host headers and needs one")
                return
            self.expect_100_continue &= not old
        super().on_headers_complete()
        self.scope[RESPOND] = partial(self._respond, self.cycle)  # type: ignore[typeddict-unknown-key]

    def on_body(self, body: bytes) -> None:
        """Takes in a part of the body."""
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
        """Tells who ends in the middle of a request; any other has gone away."""
        if self._within:
            self._refuse(400, "the request ended before it was whole")

    def on_response_complete(self) -> None:
        """Goes on with the next request, if one has come."""
        super().on_response_complete()
        if self._refusal:
            self._tell_refusal()
        elif self._pending:
            self.loop.call_soon(self._parse)

    def _respond(self, cycle: RequestResponseCycle, status: int, head: bytes, body: bytes) -> bool:
        """Sends a whole response at once, if it is taken; the cycle's own way is much longer."""
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
        """Breaks off a connection whose client has long taken nothing of what it is sent."""
        left = self.transport.get_write_buffer_size()
        if left == 0 or left < self._left:
            self._moved = self.loop.time()
        self._left = left
        if self.loop.time() - self._moved > STUCK:
            self.transport.abort()

    def resume_writing(self) -> None:
        """Notes that the client has taken something."""
        self._moved = self.loop.time()
        super().resume_writing()

    def _rest(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        self._refuse(408, f"the request did not come within {SECONDS:g} seconds")

    def _refuse(self, status: int, detail: str) -> None:
        """Answers by a problem, after what came before it, and closes the connection."""
        if self._refusal or self.transport.is_closing():
            return
        self._refusal = (status, detail)
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
            headers, body = make_problem(*self._refusal)
            length = str(len(body)).encode()
            lines = [*headers, (b"content-length", length), (b"connection", b"close")]
            head = b"".join(b"%b: %b\r\n" % line for line in lines)
            self.transport.write(STATUS_LINE[self._refusal[0]] + head + b"\r\n" + body)
        # To close at once would reset the connection, and the answer with it, if more comes.
        self.flow.resume_reading()
        self.transport.write_eof()
        self.loop.call_later(_LINGERING, self.transport.close)
