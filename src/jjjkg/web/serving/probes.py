"""What watches a server asks it: whether it lives, whether it answers, what it has counted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from jjjkg.evaluation import QueryError, Request
from jjjkg.web.safety import RAW
from jjjkg.web.serving.deployment import Deployment
from jjjkg.web.serving.exchange import Exchange
from jjjkg.web.serving.metrics import CONTENT_TYPE, Metrics

Probe = Callable[[Deployment, Metrics, Exchange], Awaitable[None]]
_NO_STORE: Final = (b"cache-control", b"no-store")
#: Seconds in which a readiness probe has its answer, the wait for a worker included.
SOON: Final = 5.0


async def _say(exchange: Exchange, text: bytes, content_type: str) -> None:
    if exchange.scope["method"] not in ("GET", "HEAD"):
        await exchange.refuse(405, "this can only be read, by GET")
        return
    headers = [(b"content-type", content_type.encode()), _NO_STORE, *RAW]
    await exchange.send_whole(200, headers, text)


async def _tell_alive(_: Deployment, __: Metrics, exchange: Exchange) -> None:
    await _say(exchange, b"alive\n", "text/plain; charset=utf-8")


async def _tell_ready(deployment: Deployment, _: Metrics, exchange: Exchange) -> None:
    """Asks a query, as a client would."""
    try:
        # An address of its own, so that it has its turn when others crowd the queue.
        asked = Request("ASK {}", "json", None)
        async with asyncio.timeout(SOON), deployment.pool.ask(asked, address="(probe)"):
            pass
    except TimeoutError:
        await exchange.refuse(503, f"no query is answered within {SOON:g} seconds")
        return
    except QueryError as error:
        await exchange.refuse(503, f"no query is answered: {error}")
        return
    await _say(exchange, b"ready\n", "text/plain; charset=utf-8")


async def _tell_metrics(_: Deployment, metrics: Metrics, exchange: Exchange) -> None:
    await _say(exchange, metrics.write(), CONTENT_TYPE)


PROBES: Final[Mapping[str, Probe]] = {
    "/healthz": _tell_alive,
    "/readyz": _tell_ready,
    "/metrics": _tell_metrics,
}
