"""SPARQL terms as text, made only from values that were checked first: nothing a person types is pasted in."""

from __future__ import annotations

import re

__all__ = ["UNDEF", "decimal_term", "integer_term", "iri_term", "string_term"]

UNDEF = "UNDEF"
XSD = "http://www.w3.org/2001/XMLSchema#"

_CHARACTERS = r"(?:[^\x00-\x20<>\"{}|^`\\#%]|%[0-9A-Fa-f]{2})*+"
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:{_CHARACTERS}(?:#{_CHARACTERS})?")
_DECIMAL = re.compile(r"[+\-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_INTEGER = re.compile(r"[+\-]?[0-9]{1,40}")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def iri_term(iri: str) -> str:
    """An absolute IRI. Raises ValueError where the text is none.

    >>> iri_term("https://w3id.org/oncokg/target/egfr")
    '<https://w3id.org/oncokg/target/egfr>'
    """
    if _IRI.fullmatch(iri) is None:
        raise ValueError("not an absolute IRI")
    return f"<{iri}>"


def decimal_term(text: str) -> str:
    """A decimal with a point, ASCII digits only. Raises ValueError where the text is none.

    >>> decimal_term("0.050")
    '"0.050"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError("not a decimal number such as 0.05")
    return f'"{text}"^^<{XSD}decimal>'


def integer_term(text: str) -> str:
    """An integer, ASCII digits only. Raises ValueError where the text is none."""
    if _INTEGER.fullmatch(text) is None:
        raise ValueError("not a whole number such as 12")
    return f'"{text}"^^<{XSD}integer>'


def string_term(text: str) -> str:
    """A plain string, escaped. Raises ValueError where it holds a character that RDF has no place for.

    >>> print(string_term('a "b"'))
    "a \\"b\\""
    """
    if any(0xD800 <= ord(character) <= 0xDFFF or character == "\x00" for character in text):
        raise ValueError("it holds a character that is not text")
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'
