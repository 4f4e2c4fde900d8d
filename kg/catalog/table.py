"""The answer of a query as a table for a terminal."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from kg.catalog.parameters import Language
from kg.catalog.saved import IRI_BASE

__all__ = ["format_table", "shorten", "shown_columns"]

_NAMESPACES = {
    "okg": f"{IRI_BASE}ontology/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
}
_GAP = "  "
_AT_LEAST = 160
_NARROW = 20


def shorten(iri: str) -> str:
    """An IRI as a person would say it: prefix and name, or kind:key for things of this project.

    >>> shorten("https://w3id.org/oncokg/target/egfr"), shorten("http://www.w3.org/2000/01/rdf-schema#label")
    ('target:egfr', 'rdfs:label')
    """
    for prefix, namespace in _NAMESPACES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    kind, slash, key = iri.removeprefix(IRI_BASE).partition("/")
    return f"{kind}:{key}" if iri.startswith(IRI_BASE) and slash and kind and key else iri


def shown_columns(columns: list[str], language: Language) -> list[str]:
    """The columns but for those that say in the other language what another column says in this one."""
    if language == "zh":
        return [name for name in columns if f"{name}Zh" not in columns]
    return [name for name in columns if not (name.endswith("Zh") and name.removesuffix("Zh") in columns)]


def format_table(body: bytes, language: Language = "en", width: int | None = None) -> str:
    """Aligned columns from SPARQL results in JSON, or a block a row where they are wider than `width` terminal columns.

    Without `width` that of the terminal counts, and at least 160. A boolean becomes yes or no. Ends with the number of
    rows.
    """
    results: dict[str, Any] = json.loads(body)
    if "boolean" in results:
        return "yes\n" if results["boolean"] else "no\n"
    columns = shown_columns(results["head"]["vars"], language)
    rows = [[_cell(binding.get(name)) for name in columns] for binding in results["results"]["bindings"]]
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    width = width or max(shutil.get_terminal_size().columns, _AT_LEAST)
    widths = [max(_width(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= width:
        lines = [_line(columns, widths), _line(["-" * width for width in widths], widths)]
        lines += [_line(row, widths) for row in rows]
    else:
        lines = [line for number, row in enumerate(rows, 1) for line in _block(number, len(rows), columns, row, width)]
    return "\n".join([*lines, f"({count})"]) + "\n"


def _block(number: int, total: int, columns: list[str], row: list[str], width: int) -> Iterator[str]:
    """One row as lines "name  value", long values broken at the width; columns without a value are left out."""
    yield f"--- {number} of {total}"
    indent = max(map(_width, columns)) + len(_GAP)
    for name, cell in zip(columns, row, strict=True):
        for place, piece in enumerate(_broken(cell, max(width - indent, _NARROW)) if cell else ()):
            yield f"{name.ljust(indent) if place == 0 else ' ' * indent}{piece}"
    yield ""


def _broken(text: str, width: int) -> Iterator[str]:
    """Pieces of at most `width` columns, broken at a space where there is one, and between Chinese characters."""
    line = ""
    for word in _words(text):
        if line and _width(line + word.rstrip()) > width:
            yield line.rstrip()
            line = word.lstrip()
        else:
            line += word
    yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        word += character
        if character == " " or unicodedata.east_asian_width(character) in "WF":
            yield word
            word = ""
    yield word


def _cell(term: Mapping[str, Any] | None) -> str:
    if term is None:
        return ""
    if term["type"] == "uri":
        return shorten(term["value"])
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    # Control characters in data must not steer the terminal.
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in str(term["value"]))


def _width(text: str) -> int:
    """Columns on a terminal: East Asian wide characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _line(cells: list[str], widths: list[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return _GAP.join(padded).rstrip()
