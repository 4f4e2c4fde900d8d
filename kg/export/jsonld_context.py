"""The context of the JSON-LD export (https://www.w3.org/TR/json-ld11/): our prefixes, and a term for each property.

The prefixes are those of ontology/context.jsonld. A term has the local name of its property and is typed as the
ontology declares it, so that a link is a plain string, a decimal keeps its digits, and a text in two languages is
{"en": …, "zh": …}. The names of sections and the two inverse properties exist in this document only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from kg.paths import ONTOLOGY
from kg.terms import BASE, DCTERMS, OA, OKG, OWL, RDF, RDFS, SKOS, XSD

__all__ = ["CHILDREN", "SECTIONS", "Context"]

Json = dict[str, Any]

CHILDREN = (
    "hasGroup", "hasInvestigationalGroup", "hasComparison", "hasAnalysis", "hasFact", "hasFinding", "hasOutcome",
    "hasCharacteristic", "hasAdministration", "reportedBy", "hasReading",
)  # fmt: skip
"""The terms under which a thing is written where it belongs; always a list."""
SECTIONS = (
    "studies",
    "reviews",
    "publications",
    "statements",
    "discrepancies",
    "vocabulary",
    "places",
    "mappings",
    "ontology",
)
"""The parts of the document, in order; each is a name for @included, which says nothing in RDF."""

_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
# "value" and "doi" are prefixes: the figure by the label of its property, the DOI by what ISO 26324 calls it.
_RENAMED = {"value": "figure", "doi": "doiName"}
_REVERSE = {"reportedBy": "reports", "disputedIn": "isAbout"}
_TEXTS = {"label": RDFS + "label", "altLabel": SKOS + "altLabel", "gloss": SKOS + "definition"}  # "definition" likewise
_NUMBERS = {"start": OA + "start", "end": OA + "end"}
_LINKS = {"hasSelector": OA + "hasSelector", "source": DCTERMS + "source", **{name: SKOS + name for name in _MATCHES}}
_NATIVE = {XSD + "string", XSD + "integer", XSD + "boolean"}


class Context:
    """Terms by the IRI of their property, and the shortening of IRIs."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        loaded: Json = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
        self._shared = loaded
        self._names = {_start(given): name for name, given in loaded.items() if not name.startswith("@")}
        self._definitions = _declared(quads, set(loaded))
        self.terms = {given["@id"]: name for name, given in self._definitions.items()}
        self.short = lru_cache(maxsize=None)(self._short)

    def coercion(self, term: str) -> str:
        """What a plain value of the term is: "@id", a datatype, "@language" (a map of languages), or "" (a string)."""
        given = self._definitions[term]
        return "@language" if given.get("@container") == "@language" else str(given.get("@type", ""))

    def document(self) -> list[Json]:
        """The value of @context."""
        keywords: Json = {"id": "@id", "type": "@type", **dict.fromkeys(SECTIONS, "@included")}
        terms = {name: given | {"@id": self.short(given["@id"])} for name, given in sorted(self._definitions.items())}
        reverse: Json = {
            name: {"@reverse": f"okg:{of}", "@type": "@id", "@container": "@set"} for name, of in _REVERSE.items()
        }
        return [self._shared, keywords | terms | reverse]

    def _short(self, iri: str) -> str:
        """The IRI with a prefix where one fits."""
        if iri.startswith(BASE):
            kind = iri.removeprefix(BASE).partition("/")[0]
            candidates = [f"{BASE}{kind}/", BASE]
        else:
            candidates = sorted((start for start in self._names if iri.startswith(start)), key=len, reverse=True)
        for start in candidates:
            rest = iri.removeprefix(start)
            if start in self._names and rest not in ("", iri) and not rest.startswith("//"):
                return f"{self._names[start]}:{rest}"
        return iri


def _start(given: str | Json) -> str:
    return given if isinstance(given, str) else str(given["@id"])


def _declared(quads: Iterable[ox.Quad], taken: set[str]) -> dict[str, Json]:
    """A definition for each property that the ontology declares, and for labels and definitions."""
    found: dict[str, Json] = {name: {"@id": iri, "@container": "@language"} for name, iri in _TEXTS.items()}
    found |= {name: {"@id": iri} for name, iri in _NUMBERS.items()}
    found |= {name: {"@id": iri, "@type": "@id"} for name, iri in _LINKS.items()}
    links, ranges = set(), {}
    for quad in quads:
        if not (isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(OKG)):
            continue
        kind = getattr(quad.object, "value", "")
        if quad.predicate.value == RDF + "type" and kind == OWL + "ObjectProperty":
            links.add(quad.subject.value)
        elif quad.predicate.value == RDFS + "range" and kind.startswith((XSD, RDFS + "Literal")):
            ranges[quad.subject.value] = kind
    for iri in sorted(links | ranges.keys()):
        name = _RENAMED.get(iri.removeprefix(OKG), iri.removeprefix(OKG))
        if name not in taken and name not in found:
            found[name] = {"@id": iri} | _typed(ranges.get(iri, "@id"))
            if name in CHILDREN:
                found[name]["@container"] = "@set"
    return found


def _typed(what: str) -> Json:
    if what == RDFS + "Literal":
        return {"@container": "@language"}
    if what in _NATIVE:
        return {}
    return {"@type": what if what == "@id" else f"xsd:{what.removeprefix(XSD)}"}
