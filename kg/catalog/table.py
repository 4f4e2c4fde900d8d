"""The answer of a query as a table for a terminal."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from kg.catalog.saved import IRI_BASE

__all__ = ["format_table", "shorten"]

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


def format_table(body: bytes) -> str:
    """Aligned columns from SPARQL results in JSON; a boolean becomes yes or no. Ends with the number of rows."""
    results: dict[str, Any] = json.loads(body)
    if "boolean" in results:
        return "yes\n" if results["boolean"] else "no\n"
    columns: list[str] = results["head"]["vars"]
    rows = [[_cell(binding.get(name)) for name in columns] for binding in results["results"]["bindings"]]
    widths = [max(_width(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    lines = [_line(columns, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(row, widths) for row in rows]
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    return "\n".join([*lines, f"({count})"]) + "\n"


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
