"""Who asks: the name under which a client's queries are counted."""

from __future__ import annotations

import ipaddress

from starlette.requests import Request

__all__ = ["client_of"]

_PREFIX = 64


def client_of(request: Request) -> str:
    """The address of the client; of IPv6 the /64 network, since one subscriber has all of its addresses."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _PREFIX), strict=False))
    return str(address)
