"""What every page has around its content: head, navigation, switch of language; and links that keep the language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from kg.catalog.parameters import Language
from kg.web.markup import Markup, join, tag
from kg.web.texts import say

__all__ = ["ICON", "STYLE", "language_tag", "link", "page"]

_HERE = Path(__file__).resolve().parent
_PAGE = Template((_HERE / "templates" / "page.html").read_text("utf-8"))
STYLE = (_HERE / "static" / "site.css").read_bytes()
"""The style sheet of every page."""
ICON = (_HERE / "static" / "icon.svg").read_bytes()
"""What a browser shows beside the title."""

_NAVIGATION = (("saved-queries", "/queries"), ("endpoint", "/sparql"), ("downloads", "/downloads/"))


def page(
    title: str,
    content: Markup,
    path: str,
    language: Language,
    values: Mapping[str, str] | None = None,
    head: Markup | None = None,
) -> str:
    """A whole page. `path` and `values` are its own address, for the other language; `head` is more for <head>."""
    other: Language = "en" if language == "zh" else "zh"
    navigation = [tag("a", say(key, language), href=link(target, language)) for key, target in _NAVIGATION]
    switch = tag(
        "a",
        say("other-language", language),
        href=link(path, other, **(values or {})),
        hreflang=other,
        lang=language_tag(other),
    )
    return _PAGE.substitute(
        language=language_tag(language),
        lang=language,
        title=join([title if title == "OncoKG" else f"{title} · OncoKG"]),
        head=head or "",
        navigation=join([*navigation, switch]),
        content=content,
    )


def language_tag(language: Language) -> str:
    """The language tag of a page."""
    return "zh-Hans" if language == "zh" else "en-GB"


def link(path: str, language: Language, /, **values: str) -> str:
    """An address on this server that keeps the language."""
    return f"{path}?{urlencode({**values, 'lang': language})}"
