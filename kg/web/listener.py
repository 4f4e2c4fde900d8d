"""Options of the socket that the HTTP server listens on, which it makes itself and offers no setting for.

Granian leaves a connection open until the last piece that it took is written (emmett-framework/granian has no write
time-out), so clients that never read would use up the connections. The kernel can end them: accepted sockets inherit
TCP_USER_TIMEOUT (RFC 5482) from the one that listens.
"""

from __future__ import annotations

import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["drop_stalled_connections"]


def drop_stalled_connections(port: int, seconds: float) -> int:
    """Have the kernel close connections whose client takes no data for so long; returns on how many sockets it was set.

    Call it when this process listens on the port. Elsewhere than on Linux it does nothing.
    """
    if sys.platform != "linux":
        return 0
    count = 0
    for listener in _listeners(port):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))
        listener.close()
        count += 1
    return count


def _listeners(port: int) -> Iterator[socket.socket]:
    for entry in list(Path("/proc/self/fd").iterdir()):
        with suppress(OSError):  # the descriptor of the folder itself is gone by now
            if stat.S_ISSOCK(os.fstat(int(entry.name)).st_mode):
                # A duplicate, so that closing it leaves the server its own.
                candidate = socket.socket(fileno=os.dup(int(entry.name)))
                if _listens(candidate, port):
                    yield candidate
                else:
                    candidate.close()


def _listens(candidate: socket.socket, port: int) -> bool:
    if candidate.family not in {socket.AF_INET, socket.AF_INET6}:
        return False
    return bool(candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)) and candidate.getsockname()[1] == port
