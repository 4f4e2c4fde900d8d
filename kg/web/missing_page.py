"""The page for an address where nothing is, or no longer is."""

from __future__ import annotations

from collections.abc import Sequence

from kg.catalog.parameters import Language
from kg.catalog.table import shorten
from kg.web.addresses import document, href, path_of
from kg.web.layout import link, page
from kg.web.markup import join, tag
from kg.web.near_names import Near
from kg.web.texts import say

__all__ = ["missing_page"]


def missing_page(iri: str | None, near: Sequence[Near], language: Language, *, deprecated: bool = False) -> str:
    """What was asked for (None: an address that is no IRI), what is near to it, and where to go on."""
    title = say("gone" if deprecated else "not-found", language)
    parts = [tag("h1", title)]
    path = path_of(iri) if iri is not None else None
    if iri is not None:
        parts.append(tag("p", tag("code", iri), class_="iri"))
    if deprecated and path is not None:
        parts.append(tag("p", tag("a", say("gone-lead", language), href=link(document(path, ".html"), language))))
    if near:
        items = [
            tag(
                "li",
                tag("a", _name(each, language), href=href(each.iri, language)),
                " ",
                tag("code", shorten(each.iri)),
            )
            for each in near
        ]
        parts += [tag("p", say("did-you-mean", language)), tag("ul", *items)]
    places = (("/", "home"), ("/queries", "saved-queries"), ("/sparql", "endpoint"))
    items = [tag("li", tag("a", say(key, language), href=link(target, language))) for target, key in places]
    parts += [tag("p", say("go-on", language)), tag("ul", *items)]
    return page(title, join(parts), path or "/", language)


def _name(near: Near, language: Language) -> str:
    return near.labels.get(language) or next(iter(near.labels.values()), shorten(near.iri))
