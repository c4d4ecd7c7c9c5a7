"""An answer of the pool on its way to the client."""

import asyncio
from typing import Final

from jjjkg.evaluation import Answer, LimitExceeded, Reply
from jjjkg.web.answers import describe_answer
from jjjkg.web.deferral import Task
from jjjkg.web.serving.bridge import Headers
from jjjkg.web.serving.cache import Entry
from jjjkg.web.serving.exchange import Broken, Exchange, pack_headers

#: Bytes of an answer to a client of HTTP/1.0, which is kept until all of it is there.
MOST_OLD: Final = 8 << 20


async def collect_reply(exchange: Exchange, most: int, reply: Reply) -> Answer:
    """The whole of a reply, if it has no more bytes than that. Raises QueryError."""
    size, pieces = 0, []
    async for piece in reply.pieces():
        size += len(piece)
        if size > most:
            raise LimitExceeded("queries.limits.page_bytes", limit="bytes", value=most)
        exchange.hold(len(piece))
        pieces.append(piece)
    told = (reply.volatile, reply.more, reply.note)
    return Answer(b"".join(pieces), reply.format, reply.form, *told)


async def send_reply(
    exchange: Exchange, headers: Headers, task: Task, reply: Reply
) -> Entry | None:
    """Sends a reply; gives the response if it is one to be kept.

    `headers` are those that the view gave. Raises QueryError, also in the middle.
    """
    described = describe_answer(task, reply.format, reply.coding, reply.volatile, reply.note)
    told = [(name.lower().encode(), value.encode()) for name, value in described]
    headers = [*(header for header in headers if header[0] != b"content-length"), *told]
    if reply.whole is not None:
        exchange.rows = reply.rows
        headers.append((b"content-length", str(len(reply.whole)).encode()))
        head = pack_headers(headers)
        await exchange.send_ready(headers, reply.whole, head=head)
        etag = dict(told).get(b"etag")
        return Entry(headers, head, reply.whole, etag, reply.rows) if etag else None
    if exchange.scope["method"] == "HEAD":
        await exchange.start(200, headers)
        await exchange.end()
    elif exchange.scope["http_version"] == "1.0":
        # Such a client would take a broken answer for a whole one.
        answer = await collect_reply(exchange, MOST_OLD, reply)
        await exchange.send_whole(200, headers, answer.body)
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


async def send_entry(exchange: Exchange, entry: Entry, matched: bytes) -> None:
    """Sends a ready answer, or that the client has it."""
    exchange.outcome = "hit"
    if matched == b"*" or (matched and entry.etag.removeprefix(b"W/") in matched):
        kept = [h for h in entry.headers if h[0] not in (b"content-length", b"content-type")]
        await exchange.send_whole(304, kept, b"")
        return
    exchange.rows = entry.rows
    await exchange.send_ready(entry.headers, entry.body, head=entry.head)
