"""Holds the loaded store and forks the workers; started as `python -m kg.engine.nursery FD PARENT`.

It runs no query itself and has one thread, so that a fork is safe and takes milliseconds however long loading took.
On the control channel (a SEQPACKET socket, one JSON object a message) it understands, after the first message
{files, load_memory, memory}, answered by {quads} or {error, message}:

    {"do": "fork"} with one descriptor   → {"pid": …}      a new worker that serves this descriptor
    {"do": "end", "pid": …}              → {"status": …}   kill it, reap it, tell how it ended (as os.waitpid)

It ends, and with it every worker, when the control channel closes or its parent dies.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kg.engine import loading, sandbox, worker
from kg.errors import OncoKGError

__all__ = ["main"]

_MESSAGE = 1 << 17
_ALWAYS = 2 << 30
_MOST = 1 << 60


def main(descriptor: int, parent: int) -> None:
    """Load, then fork and reap until the control channel closes."""
    sandbox.die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    control = socket.socket(fileno=descriptor)
    first = json.loads(control.recv(_MESSAGE))
    try:
        store = _load([Path(name) for name in first["files"]], first["load_memory"])
    except OncoKGError as error:
        _tell(control, {"error": type(error).__name__, "message": str(error)})
        return
    _tell(control, {"quads": len(store)})
    _tend(store, control, first["memory"])


def _load(files: list[Path], per_byte: int) -> Store:
    sandbox.cap_address_space(min(_ALWAYS + per_byte * sum(path.stat().st_size for path in files), _MOST))
    store = loading.open_store(files)
    sandbox.cap_address_space(None)
    return store


def _tend(store: Store, control: socket.socket, memory: int) -> None:
    children: set[int] = set()
    while True:
        content, descriptors, _, _ = socket.recv_fds(control, _MESSAGE, 1)
        if not content:
            break
        message = json.loads(content)
        if message["do"] == "fork":
            pid = _fork(store, control, descriptors[0], memory)
            children.add(pid)
            _tell(control, {"pid": pid})
        else:
            # Only children that were not reaped yet: their number cannot belong to another process.
            status = _end(message["pid"]) if message["pid"] in children else 0
            children.discard(message["pid"])
            _tell(control, {"status": status})
    for pid in children:
        _end(pid)


def _fork(store: Store, control: socket.socket, descriptor: int, memory: int) -> int:
    nursery = os.getpid()
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        sandbox.die_with_parent(nursery)
        control.close()
        channel = socket.socket(fileno=descriptor)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        os.close(silence)
        sandbox.give_up_network()
        sandbox.cap_address_space(memory)
        sandbox.give_up_rest()
        worker.serve(store, channel)
    finally:
        os._exit(0)


def _end(pid: int) -> int:
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _tell(control: socket.socket, message: dict[str, Any]) -> None:
    control.send(json.dumps(message).encode())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
