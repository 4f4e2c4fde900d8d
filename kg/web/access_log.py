"""The access log: a line of JSON for each request, without what people asked.

A query may name a patient. So a line holds the name of a saved query or a hash of the text; text and parameters are
written at the level `debug` only. Of an IPv6 address the /64 network is kept. Lines go to standard output, and whoever
runs the server rotates and deletes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from kg.web.exchange import Exchange
from kg.web.operation import Level

__all__ = ["AccessLog"]


_json = json.JSONEncoder(ensure_ascii=False).encode


class AccessLog:
    """Writes exchanges to a stream; `now` gives the time of a line."""

    def __init__(self, stream: TextIO, level: Level, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._stream = stream
        self._level = level
        self._now = now

    def __call__(self, exchange: Exchange) -> None:
        """Write one line."""
        if self._level == "off":
            return
        line: dict[str, object] = {
            "time": self._now().isoformat(timespec="milliseconds"),
            "client": exchange.client,
            "method": exchange.method,
            "route": exchange.route,
            "query": exchange.query,
            "status": exchange.status,
            "ms": round(exchange.seconds * 1000, 1),
            "rows": exchange.rows,
            "bytes": exchange.sent,
            "cached": exchange.cached,
        }
        if self._level == "debug":
            line |= {"text": exchange.text, "parameters": exchange.parameters}
        try:
            self._stream.write(_json(line) + "\n")
            self._stream.flush()
        except OSError:
            self._level = "off"  # whoever read the log has gone, and requests are answered all the same
