"""Splits SPARQL text into tokens, just enough to find keywords outside strings, IRIs and comments.

It never decides whether a query is safe: a worker without network and with limits does that. Every pattern is
possessive or runs to the end of the text, so the time is linear in the length, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "Token",
    "declared_prefixes",
    "first_word",
    "has_dataset_clause",
    "is_update",
    "tokens",
    "undeclared_prefixes",
]

_TOKEN = re.compile(
    r"""
      (?P<space>\s++)
    | (?P<comment>\#[^\r\n]*+)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
    | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*+(?:\"{3}|\\?\Z)
                |'{3}(?:[^'\\]|\\.|'(?!''))*+(?:'{3}|\\?\Z)
                |"(?:[^"\\\r\n]|\\.)*+"?
                |'(?:[^'\\\r\n]|\\.)*+'?)
    | (?P<variable>[?$]\w++)
    | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<blank>_:[\w.\-]++)
    | (?P<pname>(?:[^\W\d_][\w\-.]*+)?:(?:[\w\-.:%]|\\.)*+)
    | (?P<number>\d++(?:\.\d++)?+(?:[eE][+\-]?\d++)?+)
    | (?P<word>[^\W\d]\w*+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "ADD", "MOVE", "COPY", "WITH"})


@dataclass(frozen=True)
class Token:
    """A piece of the text: its kind (space and comments are left out), its text and where it starts and ends."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of the text in order, without white space and comments.

    >>> [token.text for token in tokens("SELECT * # FROM\\n{ ?s a <FROM> }")]
    ['SELECT', '*', '{', '?s', 'a', '<FROM>', '}']
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is not None and kind not in {"space", "comment"}:
            yield Token(kind, match.group(), match.start(), match.end())


def first_word(text: str) -> str:
    """The first word after the prologue, in capitals: SELECT, CONSTRUCT … or a keyword of updates; "" for none.

    >>> first_word("# SELECT\\nPREFIX e: <http://e/> ask {}")
    'ASK'
    """
    stream = tokens(text)
    for token in stream:
        word = token.text.upper()
        if token.kind == "word" and word == "BASE":
            next(stream, None)
        elif token.kind == "word" and word == "PREFIX":
            next(stream, None)
            next(stream, None)
        else:
            return word if token.kind == "word" else ""
    return ""


def is_update(text: str) -> bool:
    """Does the text read like an update, that is: is the first word after the prologue one of the update keywords?"""
    return first_word(text) in _UPDATES


def has_dataset_clause(text: str) -> bool:
    """Does the query name its own dataset with FROM or FROM NAMED?"""
    if "FROM" not in text.upper():
        return False  # most queries: a hundred times faster than to split them
    return any(token.kind == "word" and token.text.upper() == "FROM" for token in tokens(text))


def declared_prefixes(text: str) -> dict[str, str]:
    """Prefix (without colon) to namespace, as declared in the text."""
    found: dict[str, str] = {}
    stream = list(tokens(text))
    for keyword, name, iri in zip(stream, stream[1:], stream[2:], strict=False):
        if keyword.text.upper() == "PREFIX" and name.kind == "pname" and iri.kind == "iri":
            found[name.text.removesuffix(":")] = iri.text[1:-1]
    return found


def undeclared_prefixes(text: str) -> list[str]:
    """The prefixes (with colon) that are used but not declared, in the order of first use."""
    declared = declared_prefixes(text)
    used = (token.text.split(":", 1)[0] for token in tokens(text) if token.kind == "pname")
    return [f"{prefix}:" for prefix in dict.fromkeys(used) if prefix not in declared]
