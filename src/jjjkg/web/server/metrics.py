"""Counts of the server for Prometheus, and probes for whoever watches it.

https://prometheus.io/docs/concepts/metric_types/
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from flask import Flask
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from jjjkg.evaluation import Pool, QueryError, Request
from jjjkg.web.http.request import Refusal
from jjjkg.web.server.deployment import Deployment

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_TEXT: Final = "text/plain; charset=utf-8"
#: The first part of an app's paths, where it is one of several names.
_ANY: Final = re.compile(r"<any\((.*)\):\w+>")
#: Seconds in which a readiness probe has its answer, the wait for a worker included.
SOON: Final = 5.0


class Metrics:
    """The counters of one server; `find` gives what it serves now.

    `routes` are the first parts of paths that are told apart. `count` gives the counter of requests
    by route, status and outcome, `time` the histogram of a route.
    """

    def __init__(self, find: Callable[[], Deployment]) -> None:
        self._find = find
        self.routes = {*find_routes(find().app), *(path[1:] for path in PROBES)}
        self.registry = CollectorRegistry()
        labels = ("route", "status", "outcome")
        requests = Counter("jjjkg_requests", "Requests answered", labels, registry=self.registry)
        durations = Histogram(
            "jjjkg_request_duration_seconds",
            "From a request's head to the last byte of its answer",
            ("route",),
            registry=self.registry,
            buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10, 30),
        )
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        # To find a series takes longer than to count.
        self.count = lru_cache(1024)(requests.labels)
        self.time = lru_cache(64)(durations.labels)

    def collect(self) -> Iterator[Metric]:
        """The state of the pools and the cache."""
        deployment = self._find()
        pool, reasoners = deployment.pool, deployment.reasoners
        yield from _count_pool(pool, "queries", "Queries", "workers", "Workers")
        yield from _count_pool(reasoners, "reasons", "Proofs", "reasoners", "Workers for proofs")
        yield GaugeMetricFamily(
            "jjjkg_cache_bytes",
            "Bytes of ready answers, their headers and their requests",
            value=deployment.cache.bytes,
        )
        kills = CounterMetricFamily(
            "jjjkg_kills", "Queries and proofs ended before their end", labels=["reason"]
        )
        for reason, count in sorted((pool.kills + reasoners.kills).items()):
            kills.add_metric([reason], count)
        yield kills


def find_routes(app: Flask) -> Iterator[str]:
    """Yield the first parts of an app's paths, which are told apart; the others are "other"."""
    for rule in app.url_map.iter_rules():
        first = rule.rule[1:].partition("/")[0]
        several = _ANY.match(first)
        yield from several[1].split(", ") if several else filter(None, [first])


def _count_pool(pool: Pool, work: str, said: str, name: str, workers: str) -> Iterator[Metric]:
    """The state of a pool: its work and its workers, by their names and in words."""
    gauges = (
        (f"jjjkg_{work}_running", f"{said} being worked on", pool.running),
        (f"jjjkg_{work}_waiting", f"{said} that wait for a worker", pool.waiting),
        (f"jjjkg_{name}", f"{workers} that live", pool.living),
        (f"jjjkg_{name}_resident_bytes", f"{workers}: the memory of all processes", pool.resident),
    )
    counters = (
        (f"jjjkg_{name}_replaced", f"{workers} replaced", pool.replaced),
        (f"jjjkg_{name}_restarts", f"{workers} all started anew", pool.restarts),
    )
    for key, words, value in gauges:
        yield GaugeMetricFamily(key, words, value=value)
    for key, words, value in counters:
        yield CounterMetricFamily(key, words, value=value)


async def _tell_alive(_: Deployment, __: Metrics) -> tuple[str, bytes]:
    return _TEXT, b"alive\n"


async def _tell_ready(deployment: Deployment, _: Metrics) -> tuple[str, bytes]:
    """Ask a query, as a client would. Raises Refusal where it is not answered soon."""
    try:
        # An address of its own, so that it has its turn when others crowd the queue.
        asked = Request("ASK {}", "json", None)
        async with asyncio.timeout(SOON), deployment.pool.ask(asked, address="(probe)"):
            pass
    except TimeoutError as error:
        raise Refusal(503, "problems.not_ready_soon", seconds=SOON) from error
    except QueryError as error:
        raise Refusal(503, "problems.not_ready", why=error.message) from error
    return _TEXT, b"ready\n"


async def _tell_metrics(_: Deployment, metrics: Metrics) -> tuple[str, bytes]:
    return CONTENT_TYPE, generate_latest(metrics.registry)


#: The type and the text of what is told at a path.
PROBES: Final[Mapping[str, Callable[[Deployment, Metrics], Awaitable[tuple[str, bytes]]]]] = {
    "/healthz": _tell_alive,
    "/readyz": _tell_ready,
    "/metrics": _tell_metrics,
}
