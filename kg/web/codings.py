"""The content codings that bodies are sent in: zstd (RFC 8878), Brotli (RFC 7932), gzip (RFC 1952)."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from functools import lru_cache

import brotli
import zstandard

__all__ = ["Encoder", "compressible"]

Compress = Callable[[bytes], bytes]
Finish = Callable[[], bytes]

# More than this takes long enough to hold up other requests, so a thread does it.
_IN_THREAD = 64 * 1024
_TYPES = frozenset({"application/n-triples", "application/n-quads", "application/trig", "application/sparql-query"})
_ENDINGS = ("json", "xml", "yaml", "javascript")


@lru_cache(maxsize=256)
def compressible(content_type: str) -> bool:
    """Is this media type text, so that compressing it is of use? Archives, Parquet and pictures are not.

    >>> compressible("application/sparql-results+json"), compressible("application/zip")
    (True, False)
    """
    kind = content_type.split(";")[0].strip().lower()
    return kind.startswith("text/") or kind in _TYPES or kind.endswith(_ENDINGS)


def _gzip() -> tuple[Compress, Finish]:
    stream = zlib.compressobj(6, wbits=zlib.MAX_WBITS | 16)
    return stream.compress, stream.flush


def _brotli() -> tuple[Compress, Finish]:
    stream = brotli.Compressor(quality=4)
    return stream.process, stream.finish


def _zstd() -> tuple[Compress, Finish]:
    stream = zstandard.ZstdCompressor(level=3).compressobj()
    return stream.compress, stream.flush


_STREAMS: dict[str, Callable[[], tuple[Compress, Finish]]] = {"zstd": _zstd, "br": _brotli, "gzip": _gzip}


class Encoder:
    """Codes one body that comes in pieces; the same pieces give the same bytes."""

    def __init__(self, coding: str) -> None:
        self._compress, self._finish = _STREAMS[coding]()

    async def encode(self, piece: bytes, *, last: bool) -> bytes:
        """What can be sent of this piece by now, and all of it after the last one."""
        if len(piece) > _IN_THREAD:
            return await asyncio.to_thread(self._encode, piece, last)
        return self._encode(piece, last)

    def _encode(self, piece: bytes, last: bool) -> bytes:
        coded = self._compress(piece)
        return coded + self._finish() if last else coded
