"""Short ways to write the triples of the metadata, and the IRIs that its parts share."""

from __future__ import annotations

import pyoxigraph as ox

from kg.ids import iri
from kg.terms import DCTERMS, RDF, RDFS, XSD

__all__ = ["CATALOG", "DATASET", "DCAT", "PROV", "RDFS_LABEL", "SCHEMA", "SH", "SPDX", "TYPE", "VOID",
           "both", "count", "node", "text", "triple"]  # fmt: skip

DCAT = "http://www.w3.org/ns/dcat#"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
SPDX = "http://spdx.org/rdf/terms#"
VOID = "http://rdfs.org/ns/void#"
TYPE = RDF + "type"
RDFS_LABEL = RDFS + "label"

DATASET = iri("dataset")
"""The knowledge graph as such, whatever its version."""

CATALOG = iri("catalog")
"""The catalogue that lists it."""

_TITLE, _DESCRIPTION = DCTERMS + "title", DCTERMS + "description"


def triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    """One triple; subject and predicate are full IRIs."""
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def node(value: str) -> ox.NamedNode:
    """An IRI as a term."""
    return ox.NamedNode(value)


def text(value: str, language: str | None = None) -> ox.Literal:
    """A text, with its language where it has one."""
    return ox.Literal(value, language=language) if language else ox.Literal(value)


def count(value: int, datatype: str = "integer") -> ox.Literal:
    """A whole number."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + datatype))


def both(subject: str, predicate: str, en: str, zh: str) -> set[ox.Triple]:
    """A text in both languages."""
    return {triple(subject, predicate, text(en, "en")), triple(subject, predicate, text(zh, "zh"))}
