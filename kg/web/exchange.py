"""What is known of one request while it is answered; the log and the metrics are written from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from starlette.requests import Request
from starlette.types import Scope

__all__ = ["Cache", "Exchange", "begin", "exchange_in", "exchange_of"]

Cache = Literal["", "hit", "shared", "miss"]
"""How an answer that may be kept came about: it was at hand, another request made it at the same time, or this one."""

_KEY = "oncokg.exchange"
_DIGITS = 16


@dataclass
class Exchange:
    """One request and its answer; routes fill in what only they know.

    `seconds` and `sent` (bytes of the body as they went out) are final once the answer has been sent; `status` is 0
    where none was.
    """

    method: str
    client: str
    route: str = ""
    saved: str = ""
    """The name of the saved query."""
    text: str = ""
    """An ad-hoc query, which may name patients: it goes into no log but that for debugging."""
    parameters: dict[str, str] = field(default_factory=dict)
    """Of a saved query; private for the same reason."""
    rows: int | None = None
    """Of the answer; None where it has none, or nobody counted."""
    cache: Cache = ""
    status: int = 0
    seconds: float = 0.0
    sent: int = 0

    @property
    def cached(self) -> bool:
        """Was the answer at hand?"""
        return self.cache == "hit"

    def recall(self, before: Exchange) -> None:
        """Take over what the routes filled in when the same was asked before; the answer is at hand."""
        self.route, self.saved, self.text = before.route, before.saved, before.text
        self.parameters, self.rows, self.cache = before.parameters, before.rows, "hit"

    @property
    def query(self) -> str:
        """The name of the saved query, else a hash by which the same ad-hoc query is known again."""
        if self.saved or not self.text:
            return self.saved
        return f"sha256:{hashlib.sha256(self.text.encode('utf-8', 'replace')).hexdigest()[:_DIGITS]}"


def begin(scope: Scope, client: str) -> Exchange:
    """Put a new exchange into the scope of a request."""
    exchange = Exchange(scope["method"], client)
    scope[_KEY] = exchange
    return exchange


def exchange_in(scope: Scope) -> Exchange:
    """The exchange in a scope; one that nobody reads where the application runs without the layer that observes."""
    return scope.get(_KEY) or begin(scope, "")


def exchange_of(request: Request) -> Exchange:
    """The exchange of a request."""
    return exchange_in(request.scope)
