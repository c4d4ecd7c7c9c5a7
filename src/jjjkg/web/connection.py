"""A client's connection: uvicorn's, with bounds on what a request's head may be and take."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from jjjkg.web.exchange import ABORT, make_problem

#: Bytes of a request's headers, and of its target: a query may be as long as the limit says.
MOST_HEADERS: Final = 1 << 16
#: Seconds in which a request must have come, its body too.
SECONDS: Final = 20.0


class Connection(HttpToolsProtocol):
    """One connection. Raises nothing: what is wrong is answered by a problem, and the end of it.

    ``most_target`` is set by who serves.
    """

    most_target = 10 << 20

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._head = 0
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to count the time."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the counting of the time."""
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes in what came, unless the request was refused already."""
        if not self._refused and self.parser is not None:
            super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        # Closing would wait for a client that reads nothing.
        self.scope[ABORT] = self.transport.abort  # type: ignore[typeddict-unknown-key]
        self._head = 0
        if self._timer is None:
            self._timer = self.loop.call_later(SECONDS, self._give_up)

    def on_url(self, url: bytes) -> None:
        """Takes in a part of the request's target."""
        if len(self.url) + len(url) > self.most_target:
            self._refuse(414, f"the address has more than {self.most_target:,} bytes; use POST")
        else:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes in a header."""
        self._head += len(name) + len(value)
        if self._head > MOST_HEADERS:
            self._refuse(431, f"the headers have more than {MOST_HEADERS:,} bytes")
        else:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Takes in a part of the body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._rest()
        if not self._refused:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers what is no HTTP."""
        self._refuse(400, "this is no HTTP/1.1 request")

    def _rest(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        self._refuse(408, f"the request did not come within {SECONDS:g} seconds")

    def _refuse(self, status: int, detail: str) -> None:
        """Answers by a problem, if nothing else is being answered, and closes the connection."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._rest()
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            headers, body = make_problem(status, detail)
            length = str(len(body)).encode()
            lines = [*headers, (b"content-length", length), (b"connection", b"close")]
            head = b"".join(b"%b: %b\r\n" % line for line in lines)
            self.transport.write(STATUS_LINE[status] + head + b"\r\n" + body)
        self.transport.close()
