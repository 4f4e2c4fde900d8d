"""Finished answers in memory, by entity tag and by the requests that led to them, within a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from starlette.responses import Response

from kg.web.exchange import Exchange

__all__ = ["Bodies", "Body"]

# What an entry and a name of it take besides their bytes, roughly.
_OVERHEAD = 500
_MOST_NAMES = 16
_LARGEST_PART = 8


@dataclass(frozen=True)
class Body:
    """The headers and the content of a response with status 200, its rows, and whether it answers an ad-hoc query."""

    headers: tuple[tuple[bytes, bytes], ...]
    content: bytes
    rows: int | None = None
    ad_hoc: bool = False

    def response(self, more: Mapping[str, str]) -> Response:
        """A response with this body and more headers; each is one of its own, for middleware writes into headers."""
        headers = [*self.headers, *((name.lower().encode(), text.encode()) for name, text in more.items())]
        return _Finished(self.content, headers)


class _Finished(Response):
    """A response whose headers are complete; nothing is worked out again."""

    def __init__(self, content: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code = 200
        self.background = None
        self.body = content
        self.raw_headers = headers


@dataclass
class _Entry:
    body: Body
    size: int
    names: OrderedDict[Hashable, int] = field(default_factory=OrderedDict)


class Bodies:
    """Keeps at most `room` bytes. What makes room was asked for longest ago, answers to ad-hoc queries before others.

    So what strangers ask never pushes out a saved query.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._entries: tuple[OrderedDict[str, _Entry], OrderedDict[str, _Entry]] = (OrderedDict(), OrderedDict())
        self._tags: dict[Hashable, tuple[str, Exchange]] = {}

    @property
    def used(self) -> int:
        """Bytes in use."""
        return self._used

    def get(self, tag: str) -> Body | None:
        """The body with this tag."""
        for entries in self._entries:
            if tag in entries:
                entries.move_to_end(tag)
                return entries[tag].body
        return None

    def named(self, name: Hashable) -> tuple[str, Exchange] | None:
        """The tag that a request of this name led to before, and that exchange."""
        return self._tags.get(name)

    def keep(self, tag: str, body: Body) -> None:
        """Keep a body, unless it is a large part of the room or there already."""
        size = len(body.content) + sum(len(name) + len(value) for name, value in body.headers) + _OVERHEAD
        if size > self._room // _LARGEST_PART or self.get(tag) is not None:
            return
        self._entries[body.ad_hoc][tag] = _Entry(body, size)
        self._used += size
        self._make_room()

    def name(self, name: Hashable, tag: str, size: int, exchange: Exchange) -> None:
        """Remember that a request of this name, of `size` bytes, leads to the body with this tag, if it is kept."""
        for entries in self._entries:
            if tag in entries and name not in self._tags:
                names = entries[tag].names
                if len(names) >= _MOST_NAMES:
                    self._forget(*names.popitem(last=False))
                names[name] = size + _OVERHEAD
                self._tags[name] = tag, exchange
                self._used += size + _OVERHEAD
                self._make_room()

    def _make_room(self) -> None:
        saved, ad_hoc = self._entries
        while self._used > self._room:
            _, entry = (ad_hoc or saved).popitem(last=False)
            self._used -= entry.size
            for name, size in entry.names.items():
                self._forget(name, size)

    def _forget(self, name: Hashable, size: int) -> None:
        del self._tags[name]
        self._used -= size
