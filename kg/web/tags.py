"""Entity tags made from what is asked, so that a request can be answered "not modified" before any work.

The data of an edition never change, so an answer is named by the edition, the question, its parameters and the format
(RFC 9110, section 8.8.3). The tags are weak: without ORDER BY the same rows may come in another order.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from kg import __version__
from kg.catalog import Catalog
from kg.engine import Limits, Source
from kg.web.deployment import Deployment

__all__ = ["edition_of", "entity_tag", "matches", "repeatable"]

_SIZE = 16
_TAG = re.compile(r'(?:W/)?("[^"]*")')
# Any word that could be the call of a function with another value each time, and the escapes that could hide one.
_VARYING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b|\\U")
_HINTS = ("NOW", "RAND", "UUID", "BNODE", "\\U")


def edition_of(source: Source, catalog: Catalog, limits: Limits, deployment: Deployment) -> str:
    """A name for everything that an answer depends on besides the request; empty where the data may change."""
    if not source.digest:
        return ""
    headings = [[name, heading.en, heading.zh] for name, heading in catalog.columns.items()]
    place = [deployment.public_url, deployment.root_path]
    return _digest([source.digest, __version__, repr(limits), headings, [query.text for query in catalog], place])


def entity_tag(edition: str, asked: Sequence[str]) -> str:
    """The tag of the answer to what is asked, of which the first word is the kind of question.

    >>> entity_tag("e", ["sparql", "ASK {}"]) == entity_tag("e", ["sparql", "ASK {}"])
    True
    """
    return f'W/"{_digest([edition, *asked])}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Does the client have this already? Compares weakly, as If-None-Match does (RFC 9110, section 13.1.2).

    The star, which stands for any answer there is, matches nothing: whether there is one is not known before the work.

    >>> matches('"a", W/"b"', 'W/"b"'), matches('"a"', 'W/"b"'), matches(None, 'W/"b"')
    (True, False, False)
    """
    return if_none_match is not None and tag.removeprefix("W/") in _TAG.findall(if_none_match)


def repeatable(text: str) -> bool:
    """Has this query the same answer each time? In doubt it has not.

    >>> repeatable("SELECT * { ?s ?p ?o }"), repeatable("SELECT (now() AS ?t) {}")
    (True, False)
    """
    capitals = text.upper()
    return not any(hint in capitals for hint in _HINTS) or _VARYING.search(capitals) is None


def _digest(parts: Sequence[object]) -> str:
    # As Python writes it no two lists look alike, and that is quicker than JSON.
    return hashlib.blake2b(repr(list(parts)).encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest()
