"""The ontology and its closed lists as quads, and the one prefix map, read from ontology/."""

from __future__ import annotations

import json
from functools import cache

import pyoxigraph as ox

from kg.paths import ONTOLOGY
from kg.terms import graph

__all__ = ["ontology_quads", "prefixes"]


@cache
def prefixes() -> dict[str, str]:
    """The prefix map of ontology/context.jsonld: {"drug": "https://w3id.org/oncokg/drug/", "MONDO": …}.

    A namespace that ends in neither / # nor : is written there as {"@id": …, "@prefix": true} (JSON-LD 1.1, 4.1.5).
    """
    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return {
        name: term if isinstance(term, str) else term["@id"]
        for name, term in context.items()
        if not name.startswith("@")
    }


def ontology_quads() -> set[ox.Quad]:
    """Classes, properties and axioms in the ontology graph; the closed lists' members in the vocabulary graph.

    Blank nodes get fresh labels each time, which canonicalisation replaces when a release is written.
    """
    files = [(path, "ontology") for path in sorted(ONTOLOGY.glob("*.ttl"))]
    files += [(path, "vocabulary") for path in sorted((ONTOLOGY / "vocabulary").glob("*.ttl"))]
    found: set[ox.Quad] = set()
    for path, name in files:
        into = ox.NamedNode(graph(name))
        triples = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        found |= {ox.Quad(t.subject, t.predicate, t.object, into) for t in triples}
    return found
