"""Fixtures that more than one folder of tests uses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.dataset import build_release
from kg.records import Curation, load_curation

SMALL = Path(__file__).parent / "curation"
THOROUGH = (
    "attacks/test_corpus.py",
    "attacks/test_rounds.py",
    "export/test_fhir.py",
    "export/test_frictionless.py",
    "export/test_jsonld.py",
    "export/test_nanopublications.py",
    "web/test_every_iri.py",
    "web/test_fuzzing.py",
    "test_wheel.py",
)
"""Files of tests that take minutes together: every hostile request, every export read back by its own library."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test` leaves to `make test-all`; some single tests mark themselves."""
    for item in items:
        if item.path.as_posix().endswith(tuple(f"/tests/{name}" for name in THOROUGH)):
            item.add_marker("thorough")


@pytest.fixture(scope="session")
def small_curation() -> Curation:
    """The records of tests/curation: one review, one study, a few words of vocabulary."""
    return load_curation(SMALL)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the records of tests/curation, made once; a test that changes it takes a copy."""
    out = tmp_path_factory.mktemp("releases") / "small"
    build_release(out, curation=SMALL)
    return out


@pytest.fixture(scope="session")
def curation() -> Curation:
    """The project's own records."""
    return load_curation()


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """A copy of tests/curation in which one text of one file is replaced by another."""

    def edit(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "curation"
        shutil.copytree(SMALL, folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit
