"""Who asks: the name under which a client's queries are counted."""

from __future__ import annotations

import ipaddress

from starlette.types import ASGIApp, Receive, Scope, Send

from kg.engine import ASKER, Asker

__all__ = ["Clients", "client_of"]

_PREFIX = 64


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


def client_of(scope: Scope) -> str:
    """The address of the client; of IPv6 the /64 network, since one subscriber has all of its addresses."""
    host = str(scope["client"][0]) if scope.get("client") else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), _PREFIX), strict=False))
    return str(address)
