"""Messages between the server and a worker: a small JSON head and a body of bytes, each with its length before it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

__all__ = ["Head", "pack", "read", "read_async"]

Head = dict[str, Any]

_LENGTHS = struct.Struct("!IQ")
_PIECE = 1 << 20


def pack(head: Head, body: bytes | bytearray = b"") -> bytes:
    """One message as bytes."""
    encoded = json.dumps(head).encode()
    return b"".join((_LENGTHS.pack(len(encoded), len(body)), encoded, body))


def read(channel: socket.socket) -> tuple[Head, bytes]:
    """Wait for one message. Raises EOFError when the other side has closed."""
    head_size, body_size = _LENGTHS.unpack(_take(channel, _LENGTHS.size))
    return json.loads(_take(channel, head_size)), bytes(_take(channel, body_size))


async def read_async(channel: socket.socket) -> tuple[Head, bytes]:
    """As `read`, on a non-blocking socket in the running event loop."""
    head_size, body_size = _LENGTHS.unpack(await _take_async(channel, _LENGTHS.size))
    head = json.loads(await _take_async(channel, head_size))
    return head, bytes(await _take_async(channel, body_size))


def _take(channel: socket.socket, size: int) -> bytearray:
    taken = bytearray()
    while len(taken) < size:
        piece = channel.recv(min(_PIECE, size - len(taken)))
        if not piece:
            raise EOFError
        taken += piece
    return taken


async def _take_async(channel: socket.socket, size: int) -> bytearray:
    loop = asyncio.get_running_loop()
    taken = bytearray()
    while len(taken) < size:
        piece = await loop.sock_recv(channel, min(_PIECE, size - len(taken)))
        if not piece:
            raise EOFError
        taken += piece
    return taken
