"""Starts the server and ends it cleanly: one process for HTTP, one that holds the data, one for each worker."""

from __future__ import annotations

import asyncio
import ipaddress
import resource
import signal
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from kg.catalog import Catalog
from kg.engine import Engine, Limits, Source
from kg.engine.sandbox import lacking
from kg.errors import ServerError
from kg.web.app import create_app
from kg.web.deployment import Deployment, check_public_url
from kg.web.downloads import read_downloads
from kg.web.listener import drop_stalled_connections

__all__ = ["serve"]

_PAUSE = 0.01
_OTHER_DESCRIPTORS = 128


def _print(text: str) -> None:
    print(text, flush=True)


def serve(
    *,
    release: Path | None = None,
    data: Sequence[Path] = (),
    host: str = "127.0.0.1",
    port: int = 7878,
    queries: Path | None = None,
    public_url: str | None = None,
    limits: Limits | None = None,
    announce: Callable[[str], None] = _print,
) -> int:
    """Serve a release or plain RDF files until SIGTERM or SIGINT; returns 0. Call it from the main thread.

    `queries` is the folder of the saved queries to offer; without it the shipped ones are offered for a release and
    none for plain files. `public_url` is the address at which people reach the server, where that is not the one in
    their requests: descriptions name the endpoint and the downloads by it. `announce` is called once, when requests
    are answered, with the address and a query to copy.

    Raises ServerError where the address cannot be had or is unsafe here or a file is missing, RdfSyntaxError where a
    file does not parse, ReleaseError for a damaged release, RecordError for a damaged saved query.
    """
    public = check_public_url(public_url) if public_url else None
    _refuse_unsafe(host)
    _refuse_taken(host, port)
    source = Source.of_release(release) if release is not None else Source.of_files(data)
    if queries is not None:
        catalog = Catalog.load(queries)
    else:
        catalog = Catalog.load() if release is not None else Catalog.empty()
    deployment = Deployment(public, read_downloads(source.release), source.release is not None)
    asyncio.run(_serve(Engine(source, limits), catalog, deployment, host, port, announce))
    return 0


async def _serve(
    engine: Engine, catalog: Catalog, deployment: Deployment, host: str, port: int, announce: Callable[[str], None]
) -> None:
    loop = asyncio.get_running_loop()
    running = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel if running else loop.stop)
    try:
        facts = await engine.start()
        server = Server(
            create_app(engine, catalog, deployment),
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            # When it may also be HTTP/2, a connection that says nothing is never closed.
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
            backlog=engine.limits.connections,
            backpressure=_connections(engine.limits.connections),
            http1_settings=HTTP1Settings(header_read_timeout=round(engine.limits.header_wait * 1000)),
        )
        serving = asyncio.ensure_future(server.serve())
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _wind_down, server, serving, engine)
        await _listening(host, port, serving)
        drop_stalled_connections(port, engine.limits.send_wait)
        announce(_welcome(host, port, catalog, facts.quads, facts.seconds))
        await serving
    except asyncio.CancelledError:
        return  # stopped by a signal before requests were answered, or while a client would not read
    finally:
        await engine.stop()


def _wind_down(server: Server, serving: asyncio.Future[None], engine: Engine) -> None:
    """Accept nothing more; running queries get some seconds, then 503, and clients that do not read are left."""
    loop = asyncio.get_running_loop()
    grace = engine.limits.grace
    server.stop()  # type: ignore[no-untyped-call]
    loop.call_later(grace, lambda: asyncio.ensure_future(engine.interrupt()))
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
    if missing and not _is_loopback(host):
        raise ServerError(
            f"This host cannot enforce: {', '.join(missing)}. A public address would be unsafe, so only loopback is "
            "served here; use --host 127.0.0.1, or Linux on x86-64 or ARM64."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
