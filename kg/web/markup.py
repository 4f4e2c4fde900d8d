"""Builds HTML so that text is always escaped: only what `tag` returns is markup, every plain string becomes text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

__all__ = ["Markup", "join", "tag"]

_VOID = frozenset({"input", "link", "meta", "br"})


class Markup(str):
    """A piece of finished HTML; made by `tag` and `join` only."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> Markup:
    """An element. Attributes that are None or False are left out; `class_` and `for_` lose their underscore.

    >>> tag("a", "<b>", href="/?a=1&b=2")
    '<a href="/?a=1&amp;b=2">&lt;b&gt;</a>'
    """
    shown = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Markup(f"<{name}{shown}>")
    return Markup(f"<{name}{shown}>{join(children)}</{name}>")


def join(children: Iterable[str]) -> Markup:
    """Pieces one after the other, plain strings escaped."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{escape(value or "")}"'
