"""Where the data come from: a release folder or plain RDF files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import ReleaseError, ServerError
from kg.manifest import MANIFEST, METADATA, QUADS
from kg.paths import display

__all__ = ["SUFFIXES", "Source"]

SUFFIXES = (".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf", ".owl", ".xml")
"""The file name endings that are understood; the ending decides how a file is read."""


@dataclass(frozen=True)
class Source:
    """The files to load (absolute paths) and, of a release, its folder and version (None and empty for plain files).

    `digest` is the SHA-256 of the quads of a release, or of the addresses and digests of plain files.
    """

    files: tuple[Path, ...]
    release: Path | None = None
    version: str = ""
    digest: str = ""

    @classmethod
    def of_release(cls, folder: Path) -> Source:
        """The release in this folder. Raises ReleaseError where there is none, or it is not what its manifest says."""
        quads, manifest = folder / QUADS, folder / MANIFEST
        if not quads.is_file():
            raise ReleaseError(
                f"There is no release in {display(folder)}: the file {QUADS} is missing. "
                "Make one with `oncokg build`, or name another folder with --release."
            )
        facts: dict[str, Any] = {}
        if manifest.is_file():
            try:
                facts = json.loads(manifest.read_text("utf-8"))
            except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
                raise ReleaseError(
                    f"The manifest {display(manifest)} cannot be read: {error}. Build the release again."
                ) from error
        digest = _digest(quads)
        if facts.get("sha256", digest) != digest:
            raise ReleaseError(
                f"The release in {display(folder)} is damaged: {QUADS} does not have the SHA-256 of {MANIFEST}. "
                "Build it again with `oncokg build`."
            )
        files = [quads.resolve(), *(path.resolve() for path in (folder / METADATA,) if path.is_file())]
        return cls(tuple(files), folder.resolve(), str(facts.get("version", "")), digest)

    @classmethod
    def of_files(cls, paths: Sequence[Path]) -> Source:
        """Plain RDF files. Raises ServerError where one is missing or has an ending that is not understood."""
        if not paths:
            raise ServerError("No data file was given. Name at least one RDF file after --data.")
        for path in paths:
            if not path.is_file():
                raise ServerError(f"The data file {display(path)} does not exist. Check the name given with --data.")
            if path.suffix.lower() not in SUFFIXES:
                raise ServerError(
                    f"The data file {display(path)} has an ending that is not understood. "
                    f"Name it by its format, one of: {', '.join(SUFFIXES)}."
                )
        files = tuple(path.resolve() for path in paths)
        # Relative IRIs in a file are taken relative to its address.
        digests = "\n".join(f"{path.as_uri()} {_digest(path)}" for path in files)
        return cls(files, digest=hashlib.sha256(digests.encode()).hexdigest())


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
