"""Starts the server and ends it cleanly: one process for HTTP, one that holds the data, one for each worker."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp

from kg.catalog import Catalog
from kg.engine import Engine, Limits, Source
from kg.engine.remote import Endpoint, RemoteEngine
from kg.engine.sandbox import lacking
from kg.errors import ServerError
from kg.manifest import read_downloads
from kg.web.access_log import AccessLog
from kg.web.app import create_app
from kg.web.clients import TrustedProxies
from kg.web.deployment import Deployment, check_public_url
from kg.web.listener import drop_stalled_connections
from kg.web.metrics import Metrics, serve_metrics
from kg.web.observation import Observation
from kg.web.operation import MetricsAddress, Operation, is_loopback
from kg.web.rates import Accounts, Rates
from kg.web.reload import Reloadable, Stage

if sys.platform == "win32":
    from asyncio import run
else:
    from uvloop import run

__all__ = ["serve"]

_LOG = logging.getLogger("oncokg")

_PAUSE = 0.01
_COLLECT = (20_000, 20, 20)
_OTHER_DESCRIPTORS = 128


def _print(text: str) -> None:
    print(text, flush=True)


def serve(
    *,
    release: Path | None = None,
    data: Sequence[Path] = (),
    endpoint: Endpoint | None = None,
    host: str = "127.0.0.1",
    port: int = 7878,
    queries: Path | None = None,
    public_url: str | None = None,
    limits: Limits | None = None,
    operation: Operation | None = None,
    announce: Callable[[str], None] = _print,
) -> int:
    """Serve a release, plain RDF files or a remote store until SIGTERM or SIGINT; returns 0.

    Call it from the main thread. At SIGHUP release or files are opened anew: `release` may be a link that leads to
    another folder by then.

    `queries` is the folder of the saved queries to offer; without it the shipped ones are offered for a release and
    none for plain files. `public_url` is the address at which people reach the server, where that is not the one in
    their requests: descriptions name the endpoint and the downloads by it. `announce` is called once, when requests
    are answered, with the address and a query to copy.

    Raises ServerError where the address cannot be had or is unsafe here or a file is missing, RdfSyntaxError where a
    file does not parse, ReleaseError for a damaged release, RecordError for a damaged saved query.
    """
    public = check_public_url(public_url) if public_url else None
    operation = operation or Operation()
    _refuse_unsafe(host)
    _refuse_taken(host, port)
    limits = limits or Limits()
    metrics = Metrics(lambda: releases.engine)
    rates = Rates(operation.rate_limit) if operation.rate_limit is not None else None
    accounts = Accounts(rates, metrics.worker_ended)

    def open_stage() -> Stage:
        if endpoint is not None:
            engine: Engine = RemoteEngine(endpoint, limits, accounts)
        elif release is not None:
            engine = Engine(Source.of_release(release.resolve()), limits, accounts)
        else:
            engine = Engine(Source.of_files(data), limits, accounts)
        shipped = Catalog.load if not data else Catalog.empty
        catalog = Catalog.load(queries) if queries is not None else shipped()
        served = engine.source.release
        deployment = Deployment(
            public, read_downloads(served) if served else [], served is not None, operation.root_path
        )
        return Stage(engine, catalog, create_app(engine, catalog, deployment))

    def reloaded(stage: Stage | None) -> None:
        metrics.reloaded(stage is not None)
        if stage is not None:
            source = stage.engine.source
            named = f"release {source.version}, SHA-256 {source.digest[:12]}…" if source.release else "the data anew"
            print(f"OncoKG now serves {named}: {stage.engine.facts.quads:,} statements", file=sys.stderr, flush=True)

    releases = Reloadable(open_stage, reloaded)
    log = AccessLog(sys.stdout, operation.access_log)
    observed = Observation(releases, [metrics, log])
    networks = operation.trusted_proxies
    app: ASGIApp = TrustedProxies(observed, networks) if networks else observed
    with _metrics_served(metrics, operation.metrics):
        # Collections of all that lives (catalog, routes, texts) take 10 ms, and there is little to collect.
        gc.set_threshold(*_COLLECT)
        try:
            run(_serve(releases, app, limits, host, port, announce))
        finally:
            log.flush()
    return 0


@contextmanager
def _metrics_served(metrics: Metrics, address: MetricsAddress | None) -> Iterator[None]:
    with ExitStack() as stack:
        if address is not None:
            try:
                stack.enter_context(serve_metrics(metrics, address.host, address.port))
            except ServerError as error:
                if address.asked_for:
                    raise
                _LOG.warning("%s", error)
        yield


async def _serve(
    releases: Reloadable, app: ASGIApp, limits: Limits, host: str, port: int, announce: Callable[[str], None]
) -> None:
    loop = asyncio.get_running_loop()
    running = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel if running else loop.stop)
    reloading: set[asyncio.Task[None]] = set()
    loop.add_signal_handler(signal.SIGHUP, lambda: None)  # what is being loaded is what lies there now
    try:
        stage = await releases.start()
        # One process for HTTP (Granian would make more): the pool of workers, the cache, the buckets and the metrics
        # are those of a process, so two would allow each client twice as much and count half of it each.
        server = Server(
            app,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            # When it may also be HTTP/2, a connection that says nothing is never closed.
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
            backlog=limits.connections,
            backpressure=_connections(limits.connections),
            http1_settings=HTTP1Settings(header_read_timeout=round(limits.header_wait * 1000)),
        )
        serving = asyncio.ensure_future(server.serve())
        end = partial(_wind_down, server, serving, releases, limits.grace)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        loop.add_signal_handler(signal.SIGHUP, _hang_up, os.isatty(0), end, partial(_reload, releases, reloading))
        await _listening(host, port, serving)
        drop_stalled_connections(port, limits.send_wait)
        facts = stage.engine.facts
        announce(_welcome(host, port, stage.catalog, facts.quads, facts.seconds))
        await serving
    except asyncio.CancelledError:
        return  # stopped by a signal before requests were answered, or while a client would not read
    finally:
        for task in reloading:
            task.cancel()
        await asyncio.gather(*reloading, return_exceptions=True)
        await releases.stop()


def _hang_up(had_terminal: bool, end: Callable[[], None], reload: Callable[[], None]) -> None:
    """SIGHUP asks for the new release; it also says that the terminal was closed in which the server was started."""
    if had_terminal and not os.isatty(0):
        end()
    else:
        reload()


def _reload(releases: Reloadable, reloading: set[asyncio.Task[None]]) -> None:
    task = asyncio.ensure_future(releases.reload())
    reloading.add(task)
    task.add_done_callback(reloading.discard)


def _wind_down(server: Server, serving: asyncio.Future[None], releases: Reloadable, grace: float) -> None:
    """Accept nothing more; running queries get some seconds, then 503, and clients that do not read are left."""
    loop = asyncio.get_running_loop()
    server.stop()  # type: ignore[no-untyped-call]
    loop.call_later(grace, lambda: asyncio.ensure_future(releases.interrupt()))
    loop.call_later(2 * grace, serving.cancel)


def _connections(wanted: int) -> int:
    """Have the operating system allow this many connections; returns how many it allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_DESCRIPTORS
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(wanted, soft - _OTHER_DESCRIPTORS))


async def _listening(host: str, port: int, serving: asyncio.Future[None]) -> None:
    """Wait until a connection is accepted, so that what is announced is true."""
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(reach, port)
        except OSError:
            await asyncio.sleep(_PAUSE)
            continue
        writer.close()
        await writer.wait_closed()
        return
    await serving
    raise ServerError(f"The server ended before it listened on {host}:{port}.")


def _welcome(host: str, port: int, catalog: Catalog, quads: int, seconds: float) -> str:
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    name = "egfr-adcs-by-indication"
    if name in catalog.queries:
        example = f"curl -H 'Accept: text/csv' {address}/queries/{name}"
    else:
        text = "SELECT * WHERE { ?s ?p ?o } LIMIT 5"
        example = f"curl -H 'Accept: text/csv' --data-urlencode 'query={text}' {address}/sparql"
    return (
        f"OncoKG serves {quads:,} statements (loaded in {seconds:.1f} s) on {address}/\n"
        f"Try it:  {example}\n"
        f"Stop it: Ctrl-C"
    )


def _refuse_unsafe(host: str) -> None:
    missing = lacking()
    if missing and not is_loopback(host):
        raise ServerError(
            f"This host cannot enforce: {', '.join(missing)}. A public address would be unsafe, so only loopback is "
            "served here; use --host 127.0.0.1, or Linux on x86-64 or ARM64."
        )


def _refuse_taken(host: str, port: int) -> None:
    """Granian shares ports (SO_REUSEPORT): a second server would silently take half of the requests."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ServerError(
            f"The server cannot listen on {host}:{port}: {error.strerror or error}. "
            "Is another server running there? Choose another port with --port."
        ) from error
