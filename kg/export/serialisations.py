"""The release in the serialisations of RDF, with the prefixes of ontology/context.jsonld.

N-Quads and TriG hold the named graphs; Turtle and RDF/XML hold their union, since these formats have no graphs.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg.export.formats import ReleaseGraph
from kg.ontology import prefixes

__all__ = ["write_nquads", "write_rdf_xml", "write_trig", "write_turtle"]


def write_nquads(graph: ReleaseGraph, folder: Path) -> None:
    """All graphs, one quad a line, in canonical order."""
    ox.serialize(graph.quads, output=folder / "oncokg.nq", format=ox.RdfFormat.N_QUADS)


def write_trig(graph: ReleaseGraph, folder: Path) -> None:
    """All graphs, one block a graph."""
    by_graph = sorted(graph.quads, key=lambda quad: str(quad.graph_name))
    ox.serialize(by_graph, output=folder / "oncokg.trig", format=ox.RdfFormat.TRIG, prefixes=prefixes())


def write_turtle(graph: ReleaseGraph, folder: Path) -> None:
    """The union of the graphs, readable."""
    _write_union(graph, folder / "oncokg.ttl", ox.RdfFormat.TURTLE)


def write_rdf_xml(graph: ReleaseGraph, folder: Path) -> None:
    """The union of the graphs for tools that read nothing newer."""
    _write_union(graph, folder / "oncokg.rdf", ox.RdfFormat.RDF_XML)


def _write_union(graph: ReleaseGraph, path: Path, format_: ox.RdfFormat) -> None:
    # A triple stands in one graph only (DESIGN section 5), so that nothing is written twice.
    triples = sorted((quad.triple for quad in graph.quads), key=lambda triple: (str(triple.subject), str(triple)))
    ox.serialize(triples, output=path, format=format_, prefixes=prefixes())
