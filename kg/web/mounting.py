"""Middleware for a server that stands under a path of a larger site: /kg/sparql instead of /sparql.

The application writes addresses from its own root. This layer takes the path off requests (a proxy may have done so
already) and puts it before the addresses in Location, Link and the bodies that we make, where they are attributes of
HTML or the member `href` of JSON. Both forms are exact: in our HTML and JSON a quotation mark inside a text is escaped.
"""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Mounting"]

_HTML = re.compile(rb'( (?:href|src|action)=")/(?!/)')
_JSON = re.compile(rb'("href": ")/(?!/)')
_LINK = re.compile(r"(^|, )</(?!/)")
_PLACES = {"text/html": _HTML, "application/json": _JSON, "application/problem+json": _JSON}


class Mounting:
    """ASGI middleware; `prefix` is a path such as /kg, without a slash at its end. It belongs inside of compression."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            scope = {**scope, "path": self._below(scope["path"])}
            if scope.get("raw_path"):
                scope["raw_path"] = self._below(scope["raw_path"].decode("latin-1")).encode("latin-1")
        head: Message | None = None

        async def send_on(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = self._moved(message)
                if _places(head) is None:
                    await send(head)
                return
            if head is not None and (places := _places(head)) is not None:
                # Such bodies are made here and come in one piece.
                body = places.sub(rb"\1" + self._prefix.encode() + b"/", message.get("body", b""))
                MutableHeaders(raw=head["headers"])["content-length"] = str(len(body))
                message = {**message, "body": body}
                await send(head)
                head = None
            await send(message)

        await self._app(scope, receive, send_on)

    def _below(self, path: str) -> str:
        rest = path.removeprefix(self._prefix)
        return rest or "/" if rest != path and rest[:1] in {"", "/"} else path

    def _moved(self, message: Message) -> Message:
        headers = MutableHeaders(raw=list(message["headers"]))
        location, links = headers.get("location", ""), headers.get("link")
        if location.startswith("/"):
            headers["location"] = self._prefix + location
        if links:
            headers["link"] = _LINK.sub(rf"\1<{self._prefix}/", links)
        return {**message, "headers": headers.raw}


def _places(head: Message) -> re.Pattern[bytes] | None:
    kind = MutableHeaders(raw=head["headers"]).get("content-type", "").partition(";")[0]
    return _PLACES.get(kind)
