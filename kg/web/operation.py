"""How a server is operated: what it logs and counts, whom it trusts, how much one client may have."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kg.errors import SettingsError

__all__ = [
    "LEVELS", "METRICS", "RATE_LIMIT", "Level", "MetricsAddress", "Network", "Operation", "is_loopback",
    "read_operation",
]  # fmt: skip

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

Level = Literal["on", "off", "debug"]
LEVELS: tuple[Level, ...] = ("on", "off", "debug")
"""How much the access log tells; `debug` is no level for operation."""

RATE_LIMIT = 60.0
"""Query-seconds a minute for each client where the server does not listen on loopback and none were given."""

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_LAST_PORT = 65_535


@dataclass(frozen=True)
class MetricsAddress:
    """Where the metrics are served; where nobody asked for that address, one that is taken stops no server."""

    host: str
    port: int
    asked_for: bool


METRICS = MetricsAddress("127.0.0.1", 9464, asked_for=False)
"""Where the metrics are served by default; 9464 is the port that Prometheus lists for exporters such as this."""


@dataclass(frozen=True)
class Operation:
    """The settings; `rate_limit` is in query-seconds a minute for each client, None for no limit."""

    access_log: Level = "off"
    metrics: MetricsAddress | None = None
    trusted_proxies: tuple[Network, ...] = ()
    rate_limit: float | None = None
    root_path: str = ""


def read_operation(
    host: str,
    access_log: Level,
    metrics: str | None,
    proxies: Sequence[str],
    rate_limit: str | None,
    root_path: str | None,
) -> Operation:
    """The settings from what was typed, None where nothing was. Raises SettingsError where a value is wrong."""
    return Operation(
        access_log,
        _metrics(metrics),
        tuple(_network(text) for text in proxies),
        _rate(rate_limit, host),
        _root(root_path),
    )


def is_loopback(host: str) -> bool:
    """Can only this machine reach that address?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _metrics(text: str | None) -> MetricsAddress | None:
    if text is None:
        return METRICS
    if text == "off":
        return None
    host, separator, port = text.rpartition(":")
    if not separator or not host or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= _LAST_PORT):
        raise SettingsError(f"--metrics {text}: give an address and a port such as 127.0.0.1:9464, or `off`.")
    return MetricsAddress(host.strip("[]"), int(port), asked_for=True)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise SettingsError(
            f"--trusted-proxy {text}: {error}. Give the addresses of your proxies as 127.0.0.1 or 10.0.0.0/8."
        ) from error


def _rate(text: str | None, host: str) -> float | None:
    if text is None:
        return None if is_loopback(host) else RATE_LIMIT
    if text == "off":
        return None
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise SettingsError(f"--rate-limit {text}: give query-seconds a minute above 0, such as 60, or `off`.")
    return rate


def _root(text: str | None) -> str:
    if not text or text == "/":
        return ""
    path = text.rstrip("/")
    if not _PATH.fullmatch(path):
        raise SettingsError(f"--root-path {text}: give the path that the server stands under, such as /kg.")
    return path
