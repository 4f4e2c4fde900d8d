"""The ontology as the tests see it: one graph of the classes and properties, one with the closed lists in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from kg.ontology import ontology_quads
from kg.paths import ONTOLOGY

FIXTURES = Path(__file__).parent / "fixtures"


def parsed(paths: list[Path]) -> Graph:
    """The files as one graph."""
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


@pytest.fixture(scope="session")
def ontology() -> Graph:
    """Classes, properties and axioms."""
    return parsed(sorted(ONTOLOGY.glob("*.ttl")))


@pytest.fixture(scope="session")
def vocabulary() -> Graph:
    """The members of the closed lists."""
    return parsed(sorted((ONTOLOGY / "vocabulary").glob("*.ttl")))


@pytest.fixture(scope="session")
def reasoned_input() -> Callable[..., bytes]:
    """A function that gives the ontology with its closed lists and the named fixtures, as N-Triples."""

    def build(*fixtures: str) -> bytes:
        triples = {quad.triple for quad in ontology_quads()}
        for name in fixtures:
            triples |= {quad.triple for quad in ox.parse(path=str(FIXTURES / name), format=ox.RdfFormat.TURTLE)}
        return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""

    return build
