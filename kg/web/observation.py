"""Middleware that measures each exchange and tells it to those who keep books: the access log and the metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.web.clients import client_of
from kg.web.exchange import Exchange, begin

__all__ = ["Observation", "Observer"]

Observer = Callable[[Exchange], None]


class Observation:
    """ASGI middleware, outside of all that answers; the observers are called when the answer has been sent."""

    def __init__(self, app: ASGIApp, observers: Sequence[Observer]) -> None:
        self._app = app
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = begin(scope, client_of(scope))
        begun = time.perf_counter()

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
            else:
                exchange.sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            exchange.seconds = time.perf_counter() - begun
            for observer in self._observers:
                observer(exchange)
