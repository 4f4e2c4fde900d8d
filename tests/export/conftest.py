"""The graphs that are exported: of the small records of the tests, and of the project's own."""

from __future__ import annotations

import pytest

from kg.dataset import asserted_quads
from kg.export.formats import ReleaseGraph
from kg.infer import infer
from kg.paths import CURATION
from tests.conftest import SMALL

MANIFEST = {"version": "0.1.0"}


def _graph(curation) -> ReleaseGraph:
    asserted = asserted_quads(curation).quads
    return ReleaseGraph(sorted(asserted | infer(asserted), key=str), MANIFEST)


@pytest.fixture(scope="session")
def small_graph() -> ReleaseGraph:
    return _graph(SMALL)


@pytest.fixture(scope="session")
def own_graph() -> ReleaseGraph:
    return _graph(CURATION)


@pytest.fixture(params=["small", "own"])
def any_graph(request) -> ReleaseGraph:
    """Each of the two in turn."""
    return request.getfixturevalue(f"{request.param}_graph")
