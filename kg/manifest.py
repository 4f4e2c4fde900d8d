"""The manifest of a release: what is in the folder, with the hash of its quads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg.errors import ReleaseError
from kg.paths import display

__all__ = ["MANIFEST", "QUADS", "read_manifest"]

MANIFEST = "manifest.json"
QUADS = "oncokg.nq"


def read_manifest(release: Path) -> dict[str, Any]:
    """The manifest of a release folder. Raises ReleaseError where there is none, or it is damaged."""
    path = release / MANIFEST
    if not path.is_file():
        raise ReleaseError(
            f"there is no release in {display(release)}: run `oncokg build --out {display(release)}` first"
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        digest = str(manifest["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"the release in {display(release)} is damaged ({MANIFEST}: {error}): build it again"
        ) from error
    if not (release / QUADS).is_file() or not digest:
        raise ReleaseError(f"the release in {display(release)} is damaged ({QUADS} is missing): build it again")
    return dict(manifest)
