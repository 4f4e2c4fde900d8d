"""IRIs of the project and addresses on this server: every IRI under the base is served at the same path.

The IRI of a thing answers 303 with its document; a document is the path of the thing with the ending of a format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, quote_from_bytes

from kg.catalog.parameters import Language
from kg.catalog.saved import IRI_BASE
from kg.catalog.terms import iri_term
from kg.engine.answer import TRIPLE_TYPES
from kg.web.layout import link
from kg.web.negotiate import PAGE, Offer

__all__ = ["DOCUMENTS", "ENDINGS", "RESERVED", "as_uri", "document", "href", "iri_at", "path_of", "split_ending"]

RESERVED = (
    "sparql",
    "queries",
    "graphs",
    "health",
    "ready",
    "limits",
    "metrics",
    "static",
    "downloads",
    "openapi.json",
    "problem",
)
"""First segments of paths that are routes of the server (some of them kept for later): no kind of thing has these."""

ENDINGS: Mapping[str, Offer] = {
    ".ttl": Offer("turtle", TRIPLE_TYPES["turtle"]),
    ".jsonld": Offer("jsonld", TRIPLE_TYPES["jsonld"]),
    ".nt": Offer("ntriples", TRIPLE_TYPES["ntriples"]),
    ".rdf": Offer("rdfxml", TRIPLE_TYPES["rdfxml"]),
    ".html": PAGE,
}
"""Ending of a document to its format, in the order that the server prefers."""

DOCUMENTS = (
    *ENDINGS.values(),
    Offer("html", "application/xhtml+xml"),
    Offer("rdfxml", "application/xml"),
    Offer("jsonld", "application/json"),
    Offer("turtle", "application/x-turtle"),
    Offer("ntriples", "text/plain"),
)
"""What a thing is described in, under every media type that it is asked for by."""

_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What may stand in a path besides letters and digits (RFC 3986, section 3.3); % begins what is encoded already.
_IN_PATH = "/:@!$&'()*+,;=~%-._"


def iri_at(raw_path: bytes) -> str | None:
    """The IRI whose address this path is; None where the path makes none.

    Percent-encoding is undone once, and only where that changes no meaning (RFC 3987, section 3.2): %23 stays.
    """
    text = quote_from_bytes(raw_path, safe=_IN_PATH).removeprefix("/")
    iri = IRI_BASE + _ENCODED.sub(_decode, text)
    try:
        iri_term(iri)
    except ValueError:
        return None
    return iri


def _decode(match: re.Match[str]) -> str:
    characters = bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogateescape")
    return "".join(_kept(character) for character in characters)


def _kept(character: str) -> str:
    if character in _UNRESERVED or (not character.isascii() and character.isprintable()):
        return character
    return quote_from_bytes(character.encode("utf-8", "surrogateescape"), safe="")


def path_of(iri: str) -> str | None:
    """The path of a thing on this server; None where it is not under the base."""
    if not iri.startswith(IRI_BASE) or "?" in iri or "#" in iri:
        return None
    path = "/" + quote(iri.removeprefix(IRI_BASE), safe=_IN_PATH)
    return None if path.startswith("//") else path  # which a browser would take for another host


def as_uri(iri: str) -> str:
    """The IRI in ASCII, as headers have it (RFC 3987, section 3.1)."""
    return quote(iri, safe=_IN_PATH + "?#[]")


def document(path: str, ending: str) -> str:
    """The path of a document: that of its thing with the ending of a format; `/ontology/` has `/ontology.ttl`."""
    return path.rstrip("/") + ending


def split_ending(iri: str) -> tuple[str, Offer | None]:
    """What a document describes and its format; the IRI as it is, and None, where it has no such ending."""
    for ending, offer in ENDINGS.items():
        if iri.endswith(ending):
            return iri.removesuffix(ending), offer
    return iri, None


def href(iri: str, language: Language) -> str | None:
    """Where a page links to for an IRI: here for our own, elsewhere for others, nowhere for other schemes."""
    path = path_of(iri)
    if path is None:
        # javascript:, data: and the like are shown, never linked.
        return iri if iri.startswith(("https://", "http://")) else None
    if path == "/" or path.split("/")[1] in RESERVED:
        return link(path, language)
    return link(document(path, ".html"), language)
