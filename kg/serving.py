"""The command `oncokg serve`: its options, and the server that they ask for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kg.engine.limits import Limits
from kg.engine.settings import option, read_limits
from kg.web.operation import LEVELS, METRICS, RATE_LIMIT, read_operation

if TYPE_CHECKING:
    from kg.engine.remote import Endpoint

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what `oncokg serve` understands."""
    data = parser.add_mutually_exclusive_group()
    data.add_argument(
        "--release", type=Path, help="folder of a release (default: ./release, else one built into the cache)"
    )
    data.add_argument("--data", type=Path, nargs="+", metavar="FILE", help="RDF files to serve, without the rest")
    data.add_argument("--endpoint", metavar="URL", help="SPARQL query endpoint of a store that holds a release")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7878)
    parser.add_argument(
        "--public-url", metavar="URL", help="address at which people reach the server (default: that of each request)"
    )
    _remote(parser.add_argument_group("with --endpoint"))
    _operation(parser.add_argument_group("operation", "See deploy/README.md."))
    _limits(parser)


def run(options: argparse.Namespace, find_release: Callable[[argparse.Namespace], Path]) -> int:
    """Serve until a signal; `find_release` is called where a release is to be served. Raises OncoKGError."""
    from kg.web.server import serve

    typed = {row.name: getattr(options, f"limit_{row.name}") for row in Limits().rows()}
    limits = read_limits(typed, os.environ, options.settings)
    operation = read_operation(
        options.host,
        options.access_log,
        options.metrics,
        options.trusted_proxy,
        options.rate_limit,
        options.root_path,
    )
    address = {"host": options.host, "port": options.port, "public_url": options.public_url}
    if options.endpoint:
        return serve(endpoint=_endpoint(options), limits=limits, operation=operation, **address)
    if options.data:
        return serve(data=options.data, limits=limits, operation=operation, **address)
    return serve(release=find_release(options), limits=limits, operation=operation, **address)


def _remote(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--allow-adhoc", action="store_true", help="send queries of strangers to the store too: docs/threat-model.md"
    )
    group.add_argument("--auth", choices=("basic", "digest"), default="basic", help="how the store asks who reads")
    group.add_argument(
        "--credentials", type=Path, metavar="FILE",
        help="a file with user:password (default: ONCOKG_ENDPOINT_USER and ONCOKG_ENDPOINT_PASSWORD)",
    )  # fmt: skip


def _operation(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--root-path", metavar="PATH", help="path under which the server stands, such as /kg")
    group.add_argument(
        "--trusted-proxy", metavar="CIDR", action="append", default=[],
        help="addresses of a proxy whose X-Forwarded-For says who asks; may be given several times",
    )  # fmt: skip
    group.add_argument(
        "--rate-limit", metavar="SECONDS",
        help="query-seconds a minute for each client, or `off` "
        f"(default: off on a loopback address, else {RATE_LIMIT:g})",
    )  # fmt: skip
    group.add_argument(
        "--metrics", metavar="HOST:PORT",
        help=f"address of the metrics for Prometheus, or `off` (default: {METRICS.host}:{METRICS.port})",
    )  # fmt: skip
    group.add_argument(
        "--access-log", choices=LEVELS, default="on",
        help="a line of JSON for each request on standard output; debug adds the text of queries, which may name "
        "patients (default: on)",
    )  # fmt: skip


def _limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="limits as TOML, a line such as `deadline = 5` each"
    )
    group = parser.add_argument_group(
        "limits", "An option stands above the environment (ONCOKG_DEADLINE=5 for --deadline), that above the file."
    )
    for row in Limits().rows():
        metavar = row.unit.upper() or "NUMBER"
        text = f"{row.help[0].lower()}{row.help[1:]} (default: {row.default})".replace("%", "%%")
        group.add_argument(option(row.name), dest=f"limit_{row.name}", metavar=metavar, help=text)


def _endpoint(options: argparse.Namespace) -> Endpoint:
    import httpx

    from kg.engine.remote import Endpoint, check_endpoint
    from kg.publish import read_credentials

    url = check_endpoint(options.endpoint)
    who = read_credentials(options.credentials, prefix="ONCOKG_ENDPOINT")
    kind = httpx.DigestAuth if options.auth == "digest" else httpx.BasicAuth
    return Endpoint(url, kind(who.user, who.password) if who else None, options.allow_adhoc)
