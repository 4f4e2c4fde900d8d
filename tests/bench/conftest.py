"""A release of the small records and a server of it, each made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.servers import Oncokg
from kg.dataset import build_release
from tests.conftest import SMALL


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the records of tests/curation."""
    out = tmp_path_factory.mktemp("releases") / "small"
    build_release(out, curation=SMALL)
    return out


@pytest.fixture(scope="session")
def server(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oncokg]:
    with Oncokg(tmp_path_factory.mktemp("server"), release, ("--workers", "1")) as running:
        yield running
