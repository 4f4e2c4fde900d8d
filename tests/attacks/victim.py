"""The server under attack, an honest client beside the attackers, and what is left behind."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from hostile import Reply, exchange, request
from live_server import LiveServer, children, running

# What is promised to others while one client attacks.
SECONDS = 1.0
_COUNT = "/sparql?format=csv&query=SELECT%20(COUNT(*)%20AS%20?n)%20%7B%20?s%20?p%20?o%20%7D"
_SAVED = "/queries/drugs-by-target?format=csv"


@dataclass(frozen=True)
class Held:
    """Descriptors, memory (bytes resident) and processes of a server."""

    descriptors: int
    memory: int
    processes: int


class Victim:
    """A running server by its address."""

    def __init__(self, server: LiveServer) -> None:
        host, port = server.url.removeprefix("http://").split(":")
        self.address = (host, int(port))
        self.pid = server.process.pid
        self.alive = server.process.poll

    def honest(self) -> None:
        """Somebody else asks a query of their own and a saved one, and is answered in time."""
        assert self.alive() is None
        assert self.ask(_COUNT).body.split() == [b"n", b"35"]
        assert b"drug/one" in self.ask(_SAVED).body

    def saved(self) -> None:
        """Somebody else asks a saved query only."""
        assert b"drug/one" in self.ask(_SAVED).body

    def ask(self, path: str) -> Reply:
        with socket.create_connection(self.address, SECONDS, source_address=("127.0.0.2", 0)) as connection:
            reply = exchange(connection, request("GET", path))
        assert reply.status == 200, reply
        return reply

    def held(self) -> Held:
        descriptors = len(list(Path(f"/proc/{self.pid}/fd").iterdir()))
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        memory = int(status.split("VmRSS:")[1].split()[0]) * 1024
        return Held(descriptors, memory, len(running(children(self.pid))))
