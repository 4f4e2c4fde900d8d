"""Middleware that answers a request from memory, as it was answered before, without anything behind it.

It stands outside of compression, so bodies are kept as they are sent: in each coding once. What may be kept is what
`answers` gave a tag and marked as public; its tag without the coding is the key of what was evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.web.bodies import Bodies, Body
from kg.web.exchange import Cache, exchange_in
from kg.web.negotiate import choose_coding
from kg.web.tags import matches

__all__ = ["Caching"]

_STORED = "stored "
_OF_304 = frozenset({b"etag", b"cache-control", b"vary", b"content-location"})


class Caching:
    """ASGI middleware over the bodies that it shares with `Answers`."""

    def __init__(self, app: ASGIApp, bodies: Bodies, edition: Callable[[], str]) -> None:
        self._app = app
        self._bodies = bodies
        self._edition = edition

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; the response says in Cache-Status (RFC 9211) how it came about."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        # Of a header that stands twice the first counts, as behind this layer.
        given: dict[bytes, bytes] = dict(reversed(list(scope["headers"])))
        exchange = exchange_in(scope)
        name, size = _name(scope, given, self._edition())
        tag, before = self._bodies.named(name) or ("", exchange)
        body = self._bodies.get(tag)
        if body is None:
            await self._app(scope, receive, _Reply(scope, send, self._bodies, name, size).send)
            return
        exchange.recall(before)
        if matches(given.get(b"if-none-match", b"").decode("latin-1"), tag.removeprefix(_STORED)):
            await _send(send, 304, [pair for pair in body.headers if pair[0] in _OF_304], b"")
        else:
            await _send(send, 200, list(body.headers), body.content)


class _Reply:
    """Passes a response on, and keeps it where it may be kept and comes in one piece."""

    def __init__(self, scope: Scope, send: Send, bodies: Bodies, name: Hashable, size: int) -> None:
        self._exchange = exchange_in(scope)
        self._keeps = scope["method"] == "GET"
        self._send = send
        self._bodies = bodies
        self._name = name
        self._size = size
        self._headers: list[tuple[bytes, bytes]] | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            control = dict(message["headers"]).get(b"cache-control", b"")
            if self._keeps and message["status"] == 200 and control.startswith(b"public"):
                self._headers = list(message["headers"])
            if self._exchange.cache:
                message = {**message, "headers": [*message["headers"], _status(self._exchange.cache)]}
        elif self._headers is not None:
            self._keep(self._headers, message)
            self._headers = None
        await self._send(message)

    def _keep(self, headers: list[tuple[bytes, bytes]], message: Message) -> None:
        tag = Headers(raw=headers).get("etag")
        if tag is not None and not message.get("more_body", False):
            key = _STORED + tag
            exchange = self._exchange
            self._bodies.keep(key, Body(tuple(headers), message.get("body", b""), exchange.rows, bool(exchange.text)))
            self._bodies.name(self._name, key, self._size, exchange)


def _name(scope: Scope, given: Mapping[bytes, bytes], edition: str) -> tuple[Hashable, int]:
    """Everything that an answer may depend on in a request, and its size in bytes."""
    accept, language = given.get(b"accept", b""), given.get(b"accept-language", b"")
    coding = choose_coding(given.get(b"accept-encoding", b"").decode("latin-1")) or ""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    name = (path, scope["query_string"], accept, language, coding, given.get(b"host", b""), scope["scheme"], edition)
    return name, sum(map(len, name))


def _status(cache: Cache) -> tuple[bytes, bytes]:
    how = {"hit": "hit", "shared": "fwd=miss; collapsed", "miss": "fwd=miss"}[cache]
    return b"cache-status", f"OncoKG; {how}".encode()


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*headers, _status("hit")]})
    await send({"type": "http.response.body", "body": content})
