"""The manifest of a release: what is in the folder, with the hash of its quads."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kg.errors import ReleaseError
from kg.paths import display

__all__ = ["DOWNLOADS", "MANIFEST", "METADATA", "QUADS", "Download", "read_downloads", "read_manifest"]

MANIFEST = "manifest.json"
QUADS = "oncokg.nq"
METADATA = "metadata.nq"
"""What a release says of itself; its hash is no part of the release's own, which it names."""
DOWNLOADS = "downloads"
"""The folder of a release that holds the files for download."""


@dataclass(frozen=True)
class Download:
    """One file for download: its name, the export that it belongs to, what it is, its bytes and their SHA-256.

    `media_type` is that of the content; `packaging` is application/gzip where the file is compressed, else empty.
    """

    name: str
    export: str
    en: str
    zh: str
    media_type: str
    packaging: str
    size: int
    sha256: str

    @property
    def sent_as(self) -> str:
        """The media type of the file. A compressed file stays one: it is what was asked for, not a coding of it."""
        return self.packaging or self.media_type


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


def read_downloads(release: Path) -> list[Download]:
    """What the manifest of a release lists for download; nothing where there is no manifest.

    Raises ReleaseError where a listed file is missing or has another size.
    """
    manifest = release / MANIFEST
    if not manifest.is_file():
        return []
    try:
        listed = json.loads(manifest.read_text("utf-8")).get("downloads", [])
        found = [_download(entry) for entry in listed]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(f"{display(manifest)}: the downloads cannot be read ({error!r}). Build it again.") from error
    for download in found:
        path = release / DOWNLOADS / download.name
        if not path.is_file() or path.stat().st_size != download.size:
            raise ReleaseError(
                f"The release in {display(release)} is damaged: {DOWNLOADS}/{download.name} is missing or has another "
                f"size than {MANIFEST} says. Build it again with `oncokg build`."
            )
    return found


def _download(entry: dict[str, Any]) -> Download:
    name = str(entry["name"])
    if Path(name).name != name or name in {"", ".", ".."}:
        raise ValueError(f"{name!r} is no file name")
    texts = {field.name: str(entry[field.name]) for field in fields(Download) if field.name != "size"}
    return Download(size=int(entry["size"]), **texts)
