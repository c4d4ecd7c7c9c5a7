"""An answer of the pool on its way to the client."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import IO

from jjjkg.evaluation import Answer, Reply
from jjjkg.web.answers import describe_answer
from jjjkg.web.bridge import Headers
from jjjkg.web.cache import Entry
from jjjkg.web.deferral import Task
from jjjkg.web.exchange import Broken, Exchange

_SPOOLED = 1 << 20


async def collect_reply(reply: Reply) -> Answer:
    """The whole of a reply, as far as a page can be made of it. Raises QueryError."""
    body = bytearray()
    async for piece in reply.pieces():
        body += piece
    return Answer(bytes(body), reply.format, reply.form, reply.volatile)


async def send_reply(
    exchange: Exchange, headers: Headers, task: Task, reply: Reply
) -> Entry | None:
    """Sends a reply; gives the response if it is one to be kept.

    `headers` are those that the view gave. Raises QueryError, also in the middle.
    """
    described = describe_answer(task, reply.form, reply.format, reply.coding, reply.volatile)
    told = [(name.lower().encode(), value.encode()) for name, value in described]
    headers = [*(header for header in headers if header[0] != b"content-length"), *told]
    if reply.whole is not None:
        exchange.rows = reply.rows
        headers.append((b"content-length", str(len(reply.whole)).encode()))
        await exchange.send_ready(headers, reply.whole)
        etag = dict(told).get(b"etag")
        return Entry(headers, reply.whole, etag, reply.rows) if etag else None
    if exchange.scope["method"] == "HEAD":
        await exchange.start(200, headers)
        await exchange.end()
    elif exchange.scope["http_version"] == "1.0":
        await _send_collected(exchange, headers, reply)
    else:
        await exchange.start(200, headers)
        try:
            async with asyncio.timeout_at(reply.deadline):
                async for piece in reply.pieces():
                    await exchange.send_piece(piece)
        except TimeoutError:
            raise Broken from None  # the client reads too slowly
        await exchange.end()
    exchange.rows = reply.rows
    return None


async def _send_collected(exchange: Exchange, headers: Headers, reply: Reply) -> None:
    """To a client that would take a broken answer for a whole one: all of it, with its length."""
    with tempfile.SpooledTemporaryFile(_SPOOLED) as file:
        async for piece in reply.pieces():
            file.write(piece)
        length = file.tell()
        file.seek(0)
        await exchange.start(200, [*headers, (b"content-length", str(length).encode())])
        async for piece in _read(file):
            await exchange.send_piece(piece)
        await exchange.end()


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := file.read(1 << 18):
        yield piece
