"""The graphs that saved queries are tested on, each built once."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.catalog import Catalog
from kg.paths import CURATION as OWN_CURATION
from tests.queries.asking import asserted, store_of, with_closure
from tests.queries.cases import CURATION


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture(scope="session")
def small_asserted() -> set[ox.Quad]:
    return asserted(CURATION)


@pytest.fixture(scope="session")
def small_quads(small_asserted: set[ox.Quad]) -> set[ox.Quad]:
    return with_closure(small_asserted)


@pytest.fixture(scope="session")
def small(small_quads: set[ox.Quad]) -> ox.Store:
    return store_of(small_quads)


@pytest.fixture(scope="session")
def real() -> ox.Store:
    return store_of(with_closure(asserted(OWN_CURATION)))
