"""Who asks: the name under which a client's queries are counted, also behind proxies."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from kg.engine import ASKER, Asker
from kg.web.operation import Network

__all__ = ["Clients", "TrustedProxies", "client_of"]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PREFIX = 64
_HEADER = b"x-forwarded-for"


def client_of(scope: Scope) -> str:
    """The address of the client; of IPv6 the /64 network, since one subscriber has all of its addresses."""
    return _counted(str(scope["client"][0]) if scope.get("client") else "unknown")


@lru_cache(maxsize=4096)
def _counted(host: str) -> str:
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address), _PREFIX), strict=False))
    return str(address or host)


class Clients:
    """ASGI middleware: whatever the engine is asked while a request is served is counted for its client."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = ASKER.set(Asker(client_of(scope)))
        try:
            await self._app(scope, receive, send)
        finally:
            ASKER.reset(token)


class TrustedProxies:
    """ASGI middleware: where proxies that are trusted pass a request on, its client is whoever asked the first of them.

    X-Forwarded-For is read from its end, where the nearest proxy wrote: the client is the first address that is no
    trusted proxy. What stands before that was written by the client, who may write what it likes.
    """

    def __init__(self, app: ASGIApp, networks: Sequence[Network]) -> None:
        self._app = app
        self._networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope.get("client"):
            host, port = scope["client"]
            chain = b",".join(value for name, value in scope["headers"] if name == _HEADER).decode("latin-1")
            scope["client"] = (self._client(host, chain.split(",")), port)
        await self._app(scope, receive, send)

    def _client(self, peer: str, chain: Sequence[str]) -> str:
        client = peer
        for hop in reversed(chain):
            address, written = _address(client), _address(_without_port(hop))
            if address is None or written is None or not any(address in network for network in self._networks):
                break
            client = str(written)
        return client


@lru_cache(maxsize=4096)
def _address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_port(hop: str) -> str:
    """Some proxies write 192.0.2.1:4711 or [2001:db8::1]:4711."""
    text = hop.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
