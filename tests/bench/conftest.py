"""A server of the release of the small records, made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.servers import Oncokg


@pytest.fixture(scope="session")
def server(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oncokg]:
    with Oncokg(tmp_path_factory.mktemp("server"), release, ("--workers", "1")) as running:
        yield running
