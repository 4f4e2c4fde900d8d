"""Where the files of the project live: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CURATION", "ONTOLOGY", "QUERIES", "SHAPES", "display"]

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_files" if (_PACKAGE / "_files").is_dir() else _PACKAGE.parent

ONTOLOGY = _ROOT / "ontology"
SHAPES = _ROOT / "shapes"
QUERIES = _ROOT / "queries"
CURATION = _PACKAGE / "curation"


def display(path: Path) -> str:
    """The path as a person would type it: relative to the working directory or the checkout where that is shorter."""
    resolved = path.resolve()
    for base in (Path.cwd(), _PACKAGE.parent):
        if resolved.is_relative_to(base):
            return resolved.relative_to(base).as_posix()
    return resolved.as_posix()
