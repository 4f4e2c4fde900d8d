"""Messages between the server and a worker: a small JSON head and a body of bytes, each with its length before it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any, cast

__all__ = ["Channel", "Head", "pack", "read"]

Head = dict[str, Any]

_LENGTHS = struct.Struct("!IQ")
_PIECE = 1 << 17


def pack(head: Head, body: bytes | bytearray = b"") -> bytes:
    """One message as bytes."""
    encoded = json.dumps(head).encode()
    return b"".join((_LENGTHS.pack(len(encoded), len(body)), encoded, body))


def read(channel: socket.socket) -> tuple[Head, bytes]:
    """Wait for one message. Raises EOFError when the other side has closed."""
    taken = bytearray()
    while (message := _message(taken)) is None:
        piece = channel.recv(_PIECE)
        if not piece:
            raise EOFError
        taken += piece
    return message


class Channel(asyncio.Protocol):
    """The server's end: one message out, one message back, in the running event loop."""

    def __init__(self) -> None:
        self._taken = bytearray()
        self._reply: asyncio.Future[tuple[Head, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    async def ask(self, head: Head, seconds: float) -> tuple[Head, bytes]:
        """Send a message and wait for the one that answers it, for so long.

        Raises TimeoutError, and EOFError when the other side closes instead.
        """
        if self._transport is None:
            raise EOFError
        loop = asyncio.get_running_loop()
        self._reply = loop.create_future()
        late = loop.call_later(seconds, self._fail, TimeoutError())
        self._transport.write(pack(head))
        try:
            return await self._reply
        finally:
            late.cancel()

    def close(self) -> None:
        """Close it; whoever waits for a message gets EOFError."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._taken += data
        message = _message(self._taken)
        if message is not None and self._reply is not None and not self._reply.done():
            self._taken.clear()
            self._reply.set_result(message)

    def connection_lost(self, _: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._transport = None
        self._fail(EOFError())

    def _fail(self, error: Exception) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error)


def _message(taken: bytearray) -> tuple[Head, bytes] | None:
    """The message that was taken, None while it is not whole. Nothing follows it: it is answered first."""
    if len(taken) < _LENGTHS.size:
        return None
    head_size, body_size = _LENGTHS.unpack_from(taken)
    body = _LENGTHS.size + head_size
    if len(taken) < body + body_size:
        return None
    return json.loads(taken[_LENGTHS.size : body]), bytes(memoryview(taken)[body:])
