"""The ontology and its closed lists as quads, read from ontology/."""

from __future__ import annotations

import pyoxigraph as ox

from kg.paths import ONTOLOGY
from kg.terms import graph

__all__ = ["ontology_quads"]


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
