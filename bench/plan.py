"""A request of the benchmark, for any of the servers, and a plan: which requests in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

__all__ = ["FORM", "JSON", "Plan", "Request", "asking"]

JSON = "application/sparql-results+json"
"""The format that every server is asked for."""

FORM = "application/x-www-form-urlencoded"
_LONGEST_ADDRESS = 6000


@dataclass(frozen=True)
class Request:
    """Method, target (path and query string) and body; the same headers go to every server."""

    method: Literal["GET", "POST"]
    target: str
    body: bytes = b""

    @property
    def headers(self) -> dict[str, str]:
        """Without Host and Content-Length, which the client adds."""
        return {"Accept": JSON} | ({"Content-Type": FORM} if self.body else {})

    def raw(self, host: str) -> bytes:
        """The request as HTTP/1.1 bytes."""
        length = {"Content-Length": str(len(self.body))} if self.body else {}
        headers = {"Host": host, **self.headers, **length}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.target} HTTP/1.1\r\n{head}\r\n".encode() + self.body


def asking(path: str, text: str) -> Request:
    """A query by the SPARQL protocol: GET, or a form where the address would be longer than servers take."""
    query = urlencode({"query": text})
    if len(query) <= _LONGEST_ADDRESS:
        return Request("GET", f"{path}?{query}")
    return Request("POST", path, query.encode())


@dataclass(frozen=True)
class Plan:
    """Distinct requests, and the order in which they are sent, as places in them; the order is repeated at its end."""

    requests: Sequence[Request]
    order: Sequence[int] = field(default=())

    def write(self, path: Path, host: str) -> None:
        """The file that replay.lua reads: two numbers, the requests after their lengths, the order."""
        order = self.order or range(len(self.requests))
        with path.open("wb") as file:
            file.write(f"{len(self.requests)} {len(order)}\n".encode())
            for request in self.requests:
                raw = request.raw(host)
                file.write(f"{len(raw)}\n".encode() + raw)
            file.write("".join(f"{place + 1}\n" for place in order).encode())

    def at(self, number: int) -> Request:
        """The request that is sent as the so-manieth, from 0."""
        order = self.order or range(len(self.requests))
        return self.requests[order[number % len(order)]]
