"""Metrics in the format of Prometheus, on an address of their own: they are for whoever runs the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kg import __version__
from kg.engine import Ending, Engine
from kg.errors import ServerError
from kg.web.exchange import Exchange

__all__ = ["Metrics", "serve_metrics"]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "QUERY"})


class Metrics:
    """What was counted since the process began; `registry` holds it for whoever serves it."""

    def __init__(self, engine: Callable[[], Engine | None]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_EngineCollector(engine))
        self._requests = Counter(
            "oncokg_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "oncokg_request_seconds", "Seconds from request to answer.", ("route",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._bytes = Counter("oncokg_response_bytes", "Bytes of bodies sent.", ("route",), registry=self.registry)
        self._cached = Counter("oncokg_cache_hits", "Answers from the cache.", ("route",), registry=self.registry)
        self._ended = Counter(
            "oncokg_workers_ended", "Workers ended, by reason; each was replaced.", ("reason",), registry=self.registry
        )
        self._counted = cache(self._labelled)
        self._reloads = Counter(
            "oncokg_reloads", "Releases opened anew: taken, or refused and the old one kept.", ("outcome",),
            registry=self.registry,
        )  # fmt: skip

    def __call__(self, exchange: Exchange) -> None:
        """Count one exchange. Labels come from closed lists: what a client makes up must not grow them."""
        route = exchange.route or "none"
        method = exchange.method if exchange.method in _METHODS else "other"
        requests, seconds, sent = self._counted(route, method, exchange.status)
        requests.inc()
        seconds.observe(exchange.seconds)
        sent.inc(exchange.sent)
        if exchange.cached:
            self._cached.labels(route).inc()

    def _labelled(self, route: str, method: str, status: int) -> tuple[Counter, Histogram, Counter]:
        requests = self._requests.labels(route, method, str(status))
        return requests, self._seconds.labels(route), self._bytes.labels(route)

    def worker_ended(self, reason: Ending) -> None:
        """Count a worker that was ended."""
        self._ended.labels(reason).inc()

    def reloaded(self, taken: bool) -> None:
        """Count a release that was opened anew."""
        self._reloads.labels("taken" if taken else "refused").inc()


class _EngineCollector(Collector):
    """Reads the engine at the moment of a scrape."""

    def __init__(self, engine: Callable[[], Engine | None]) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        engine = self._engine()
        if engine is None:
            return
        workers = GaugeMetricFamily("oncokg_workers", "Workers by what they do.", labels=["state"])
        workers.add_metric(["busy"], engine.busy)
        workers.add_metric(["idle"], engine.idle)
        yield workers
        yield GaugeMetricFamily("oncokg_queue_length", "Queries that wait for a worker.", engine.admission.waiting)
        yield GaugeMetricFamily("oncokg_statements", "Statements served.", engine.facts.quads)
        release = GaugeMetricFamily(
            "oncokg_release", "What is served (always 1).", labels=["software", "release", "sha256"]
        )
        release.add_metric([__version__, engine.source.version, engine.source.digest], 1)
        yield release


@contextmanager
def serve_metrics(metrics: Metrics, host: str, port: int) -> Iterator[None]:
    """Serve them on this address meanwhile, from a thread. Raises ServerError where the address cannot be had."""
    try:
        server, thread = start_http_server(port, host, metrics.registry)
    except OSError as error:
        raise ServerError(
            f"The metrics cannot be served on {host}:{port}: {error.strerror or error}. "
            "Give another address with --metrics, or `--metrics off`."
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
