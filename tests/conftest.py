"""Fixtures that more than one folder of tests uses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.records import Curation, load_curation

SMALL = Path(__file__).parent / "curation"


@pytest.fixture(scope="session")
def small_curation() -> Curation:
    """The records of tests/curation: one review, one study, a few words of vocabulary."""
    return load_curation(SMALL)


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
