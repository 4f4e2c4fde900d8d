"""Middleware that sends bodies compressed where the client accepts it (RFC 9110, sections 8.4 and 12.5.3).

The entity tag gets the coding behind it ("…-br"), and a tag that comes back loses it again, so whatever is inside needs
to know nothing of codings. A cache outside of this layer holds coded bodies: `negotiate.choose_coding` is then part of
its key.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.engine import Limits
from kg.web.codings import Encoder, compressible
from kg.web.negotiate import choose_coding

__all__ = ["Compression"]


class Compression:
    """ASGI middleware; `limits.compress_from` says from which size on a body is worth it."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._least = limits.compress_from

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        coding = choose_coding(Headers(scope=scope).get("accept-encoding"))
        if coding is None:
            await self._app(scope, receive, _Reply(send, None, b"", self._least).send)
            return
        tagged = f'-{coding}"'.encode()
        asked = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
        bare = [
            (name, value.replace(tagged, b'"') if name == b"if-none-match" else value)
            for name, value in scope["headers"]
        ]
        ending = tagged if tagged in asked else b""
        await self._app({**scope, "headers": bare}, receive, _Reply(send, coding, ending, self._least).send)


class _Reply:
    """Holds the head of a response back until the first piece of its body shows whether it is worth compressing."""

    def __init__(self, send: Send, coding: str | None, ending: bytes, least: int) -> None:
        self._send = send
        self._coding = coding
        self._ending = ending  # of the entity tag that the client has, where it is one of ours for this coding
        self._least = least
        self._head: Message | None = None
        self._encoder: Encoder | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
            return
        if self._head is not None:
            head, self._head = self._head, None
            if message["type"] == "http.response.body":
                message = await self._decide(head, message)
            await self._send(head)
        elif self._encoder is not None:
            message = await self._code(self._encoder, message)
        await self._send(message)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(raw=message["headers"])
        if message["status"] == 304 and self._ending and "etag" in headers:
            headers["etag"] = headers["etag"][:-1] + self._ending.decode()
        if (fits := _fits(message)) or message["status"] == 304:
            headers.add_vary_header("Accept-Encoding")
        if fits and self._coding is not None:
            self._head = message
        else:
            await self._send(message)

    async def _decide(self, head: Message, message: Message) -> Message:
        headers = MutableHeaders(raw=head["headers"])
        length = int(headers.get("content-length", len(message.get("body", b""))))
        if self._coding is None or length < self._least:
            return message
        self._encoder = Encoder(self._coding)
        # Not so in the answer to HEAD, where there is a length and no body.
        whole = not message.get("more_body", False) and bool(message.get("body"))
        message = await self._code(self._encoder, message)
        headers["content-encoding"] = self._coding
        del headers["content-length"]
        if whole:
            headers["content-length"] = str(len(message["body"]))
        if "etag" in headers:
            headers["etag"] = f'{headers["etag"][:-1]}-{self._coding}"'
        return message

    @staticmethod
    async def _code(encoder: Encoder, message: Message) -> Message:
        last = not message.get("more_body", False)
        return {**message, "body": await encoder.encode(message.get("body", b""), last=last)}


def _fits(message: Message) -> bool:
    """Is this a body to compress? What is offered in ranges is not: they count the bytes of the file as it is."""
    given: dict[bytes, bytes] = dict(message["headers"])
    if b"content-encoding" in given or b"accept-ranges" in given:
        return False
    return compressible(given.get(b"content-type", b"").decode("latin-1"))
