"""What a release says of itself: VoID statistics, a DCAT catalogue entry, its provenance, its queries as examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg.metadata.dcat import describe_release
from kg.metadata.examples import EXAMPLES, example_triples
from kg.metadata.void import describe_statistics
from kg.terms import graph

__all__ = ["metadata_quads"]


def metadata_quads(quads: Sequence[ox.Quad], manifest: Mapping[str, Any]) -> list[ox.Quad]:
    """The metadata graph and the graph of examples of a release, in the order of their lines.

    `manifest` holds version, sha256, counts, graphs and downloads. What depends on where the release is served
    (endpoint, download addresses) is no part of it: the server adds that.
    """
    described = describe_statistics(quads) | describe_release(quads, manifest)
    found = _into(graph("metadata"), described) | _into(EXAMPLES, example_triples())
    return sorted(found, key=str)


def _into(name: str, triples: set[ox.Triple]) -> set[ox.Quad]:
    return {ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(name)) for triple in triples}
