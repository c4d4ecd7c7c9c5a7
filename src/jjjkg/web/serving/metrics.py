"""Counts of the server, for Prometheus. https://prometheus.io/docs/concepts/metric_types/"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from jjjkg.evaluation import Pool
from jjjkg.web.serving.cache import Cache

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
#: The first parts of paths that are told apart; the others are "other".
_ROUTES: Final = frozenset(
    "sparql data dumps releases id claim source graph ontology dataset questions explain doubt "
    "static .well-known healthz readyz metrics".split()
)


class Metrics:
    """The counters of one server."""

    def __init__(
        self,
        pool: Callable[[], Pool],
        reasoners: Callable[[], Pool],
        cache: Callable[[], Cache],
    ) -> None:
        self._pool, self._reasoners, self._cache = pool, reasoners, cache
        self._registry = CollectorRegistry()
        labels = ("route", "status", "outcome")
        self._requests = Counter(
            "jjjkg_requests", "Requests answered", labels, registry=self._registry
        )
        self._durations = Histogram(
            "jjjkg_request_duration_seconds",
            "From a request's head to the last byte of its answer",
            ("route",),
            registry=self._registry,
            buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10, 30),
        )
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        self._find = lru_cache(1024)(self._find_series)

    def note(self, path: str, status: int, outcome: str, seconds: float) -> None:
        """Notes a request that has ended."""
        first = path[1:].partition("/")[0]
        route = first if first in _ROUTES else "home" if path == "/" else "other"
        count, time = self._find(route, status, outcome)
        count.inc()
        time.observe(seconds)

    def _find_series(self, route: str, status: int, outcome: str) -> tuple[Counter, Histogram]:
        return self._requests.labels(route, status, outcome), self._durations.labels(route)

    def collect(self) -> Iterator[Metric]:
        """The state of the pools and the cache."""
        pool, reasoners, cache = self._pool(), self._reasoners(), self._cache()
        for name, what, workers in (("queries", "Queries", pool), ("reasons", "Proofs", reasoners)):
            running, waiting = workers.running, workers.waiting
            yield _gauge(f"jjjkg_{name}_running", f"{what} being worked on", running)
            yield _gauge(f"jjjkg_{name}_waiting", f"{what} that wait for a worker", waiting)
        for name, what, workers in (
            ("workers", "Workers", pool),
            ("reasoners", "Workers for proofs", reasoners),
        ):
            yield _gauge(f"jjjkg_{name}", f"{what} that live", workers.living)
            resident = f"jjjkg_{name}_resident_bytes"
            yield _gauge(resident, f"{what}: their memory and their nursery's", workers.resident)
            replaced = f"jjjkg_{name}_replaced"
            yield CounterMetricFamily(replaced, f"{what} replaced", value=workers.replaced)
            restarts = f"jjjkg_{name}_restarts"
            yield CounterMetricFamily(
                restarts, f"{what} all started anew, with their nursery", value=workers.restarts
            )
        yield _gauge(
            "jjjkg_cache_bytes",
            "Bytes of ready answers, their headers and their requests",
            cache.bytes,
        )
        kills = CounterMetricFamily(
            "jjjkg_kills", "Queries and proofs ended before their end", labels=["reason"]
        )
        for reason, count in sorted((pool.kills + reasoners.kills).items()):
            kills.add_metric([reason], count)
        yield kills

    def write(self) -> bytes:
        """All of it, in the text format."""
        return generate_latest(self._registry)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
