"""Chooses format, language and content coding from what a client accepts (RFC 9110, sections 12.4 and 12.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.catalog.parameters import Language
from kg.engine.answer import SOLUTION_TYPES, TRIPLE_TYPES
from kg.web.problems import HttpProblem

__all__ = [
    "CODINGS",
    "FORMAT_NAMES",
    "PAGE",
    "SOLUTIONS",
    "TRIPLES",
    "Offer",
    "allowed",
    "best",
    "choose",
    "choose_coding",
    "choose_language",
    "named",
    "split_ending",
]


@dataclass(frozen=True)
class Offer:
    """A format by its short name and a media type that it is asked for and sent as."""

    name: str
    media_type: str


PAGE = Offer("html", "text/html")

SOLUTIONS = (
    *(Offer(name, media_type) for name, media_type in SOLUTION_TYPES.items()),
    Offer("json", "application/json"),
    Offer("xml", "application/xml"),
    Offer("xml", "text/xml"),
    PAGE,
)
"""For SELECT and ASK, in the order that the server prefers."""

TRIPLES = (
    *(Offer(name, media_type) for name, media_type in TRIPLE_TYPES.items()),
    Offer("turtle", "application/x-turtle"),
    Offer("ntriples", "text/plain"),
    Offer("rdfxml", "application/xml"),
    Offer("jsonld", "application/json"),
)
"""For CONSTRUCT and DESCRIBE, in the order that the server prefers."""

_ALIASES = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "nq": "nquads", "srj": "json", "srx": "xml"}
FORMAT_NAMES = tuple(dict.fromkeys([*SOLUTION_TYPES, PAGE.name, *TRIPLE_TYPES, *_ALIASES]))
"""What `format=` understands, besides any media type that is offered."""
_ENDINGS = frozenset({*FORMAT_NAMES, "rq"})

CODINGS = ("zstd", "br", "gzip")
"""Content codings in the order that the server prefers: the fastest first."""

_Q = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)
_MOST_RANGES = 64


def choose(accept: str | None, override: str | None, offers: Sequence[Offer]) -> Offer | None:
    """The offer for a request: what `format=` names, else the best for Accept; None where nothing fits."""
    if override:
        return named(override, offers)
    return best(accept, offers)


def named(name: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer that `format=` names, by short name, alias or media type. Raises HttpProblem where nobody knows it."""
    wanted = name.strip().lower()
    wanted = _ALIASES.get(wanted, wanted)
    known = {offer.media_type for offer in (*SOLUTIONS, *TRIPLES)}
    if wanted not in FORMAT_NAMES and wanted not in known:
        raise HttpProblem(406, "not-acceptable", f"The format {name[:60]!r} is not known. {allowed()}")
    return next((offer for offer in offers if wanted in {offer.name, offer.media_type}), None)


def split_ending(name: str) -> tuple[str, str | None]:
    """The name without the ending that overrides Accept, and that ending where there is one.

    >>> split_ending("drugs-by-target.csv"), split_ending("drugs-by-target"), split_ending("a.b")
    (('drugs-by-target', 'csv'), ('drugs-by-target', None), ('a.b', None))
    """
    stem, _, ending = name.rpartition(".")
    return (stem, ending) if stem and ending in _ENDINGS else (name, None)


def allowed() -> str:
    """A sentence that lists the formats."""
    return (
        f"There are {', '.join(dict.fromkeys(offer.name for offer in SOLUTIONS))} for SELECT and ASK, "
        f"and {', '.join(TRIPLE_TYPES)} for CONSTRUCT and DESCRIBE."
    )


def best(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """The offer with the highest quality, the server's order deciding between equals.

    >>> best("text/csv;q=0.5, application/*;q=0.2", SOLUTIONS).name
    'csv'
    >>> best("image/png", SOLUTIONS) is None
    True
    """
    if accept is None or not accept.strip():
        return offers[0]
    ranges = _ranges(accept)
    rated = [(_quality(offer.media_type, ranges), offer) for offer in offers]
    top = max(quality for quality, _ in rated)
    return next(offer for quality, offer in rated if quality == top) if top > 0 else None


def choose_language(override: str | None, accept_language: str | None) -> Language:
    """`zh` where it is asked for or preferred to English, else `en`."""
    if override in {"en", "zh"}:
        return "zh" if override == "zh" else "en"
    ranges = _ranges(accept_language or "")
    chinese = max((quality for tag, quality in ranges.items() if tag.split("-")[0] == "zh"), default=0.0)
    english = max((quality for tag, quality in ranges.items() if tag.split("-")[0] == "en"), default=0.0)
    if chinese == english == 0.0:
        return "en"
    first = next((tag for tag in ranges if tag.split("-")[0] in {"zh", "en"}), "en")
    return "zh" if chinese > english or (chinese == english and first.startswith("zh")) else "en"


@lru_cache(maxsize=128)
def choose_coding(accept_encoding: str | None) -> str | None:
    """The content coding to send a body in; None: as it is.

    >>> choose_coding("gzip, br;q=0.5"), choose_coding("*"), choose_coding("identity, gzip;q=0.1"), choose_coding(None)
    ('gzip', 'zstd', None, None)
    """
    ranges = _ranges(accept_encoding or "")
    rated = {coding: ranges.get(coding, ranges.get("*", 0.0)) for coding in CODINGS}
    rated["gzip"] = max(rated["gzip"], ranges.get("x-gzip", 0.0))
    top = max(CODINGS, key=lambda coding: rated[coding])
    return top if rated[top] > 0 and rated[top] >= ranges.get("identity", 0.0) else None


def _ranges(header: str) -> dict[str, float]:
    """Range (lower case, without parameters) to quality; what is not understood is left out."""
    found: dict[str, float] = {}
    for part in header.split(",")[:_MOST_RANGES]:
        value, *parameters = part.split(";")
        quality = 1.0
        for parameter in parameters:
            if parameter.strip().lower().startswith("q"):
                match = _Q.fullmatch(parameter)
                quality = float(match[1]) if match else 0.0
        if value.strip():
            found.setdefault(value.strip().lower(), quality)
    return found


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    # The most specific range decides, also where it says 0.
    for candidate in (media_type, f"{media_type.split('/')[0]}/*", "*/*"):
        if candidate in ranges:
            return ranges[candidate]
    return 0.0
