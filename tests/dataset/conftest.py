"""A release of the records of tests/curation."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.dataset import build_release
from tests.conftest import SMALL


@pytest.fixture(scope="package")
def release(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("releases") / "small"
    build_release(out, curation=SMALL)
    return out
