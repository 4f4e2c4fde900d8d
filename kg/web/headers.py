"""Outermost layer: refuses over-long addresses and heads, and adds the headers that every response has."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.engine import Limits
from kg.web.problems import HttpProblem, problem_response

__all__ = ["Headers"]

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ALWAYS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    # For everyone and without credentials: the data are public and there is nothing to log in to.
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Accept-Ranges, Allow, Cache-Status, Content-Language, Content-Range, ETag, Link, Retry-After",
    ),
)


class Headers:
    """ASGI middleware; needs nothing from the application."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_ALWAYS]}
            await send(message)

        problem = self._too_long(scope)
        if problem is not None:
            await problem_response(problem)(scope, receive, send_on)
            return
        await self._app(scope, receive, send_on)

    def _too_long(self, scope: Scope) -> HttpProblem | None:
        limits = self._limits
        length = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
        if length > limits.url_bytes:
            detail = f"The address has {length:,} bytes; {limits.url_bytes:,} are allowed. Use POST."
            return HttpProblem(414, "uri-too-long", detail)
        count, size = len(scope["headers"]), sum(len(name) + len(value) for name, value in scope["headers"])
        if count > limits.headers or size > limits.header_bytes:
            detail = (
                f"The request has {count} headers of {size:,} bytes; {limits.headers} headers and "
                f"{limits.header_bytes:,} bytes are allowed. Send fewer or shorter ones."
            )
            return HttpProblem(431, "headers-too-large", detail)
        return None
