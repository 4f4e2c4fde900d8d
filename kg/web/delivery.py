"""Middleware that sends long bodies in pieces, and gives up on clients that do not take them.

Handed over whole, a body would stay in the memory of the HTTP server for as long as its client likes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.engine import Limits

__all__ = ["Delivery"]

_PIECE = 256 * 1024


class Delivery:
    """ASGI middleware; `limits.send_wait` seconds are allowed for each piece."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._wait = limits.send_wait

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises ConnectionAbortedError, which closes the connection, where the client stalls."""
        stalled = False
        in_pieces = False

        async def send_on(message: Message) -> None:
            nonlocal stalled, in_pieces
            if not in_pieces and _at_once(message):
                await send(message)
                return
            in_pieces = True
            for piece in _pieces(message):
                if stalled:
                    return
                try:
                    async with asyncio.timeout(self._wait):
                        await send(piece)
                except TimeoutError:
                    # Not raised here: the application would take it for a fault of its own and log it.
                    stalled = True

        await self._app(scope, receive, send_on)
        if stalled:
            raise ConnectionAbortedError(f"the client took no data for {self._wait:g} seconds")


def _at_once(message: Message) -> bool:
    """A head, or a short body that comes whole, is taken over by the HTTP server without waiting for the client."""
    return len(message.get("body", b"")) <= _PIECE and not message.get("more_body", False)


def _pieces(message: Message) -> Iterator[Message]:
    body: bytes = message.get("body", b"") if message["type"] == "http.response.body" else b""
    if len(body) <= _PIECE:
        yield message
        return
    for start in range(0, len(body), _PIECE):
        more = start + _PIECE < len(body) or message.get("more_body", False)
        yield {"type": "http.response.body", "body": body[start : start + _PIECE], "more_body": more}
