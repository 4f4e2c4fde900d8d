"""Find a release: the one that was named, ./release, or one built once into the user's cache."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from kg import __version__
from kg.errors import ReleaseError
from kg.export.formats import ReleaseGraph
from kg.manifest import MANIFEST, QUADS, read_manifest
from kg.paths import CURATION, ONTOLOGY, QUERIES, SHAPES, display

__all__ = ["find_release", "read_graph"]


def find_release(given: Path | None, *, tell: Callable[[str], None] = lambda line: None) -> Path:
    """The folder of the release to use.

    Raises ReleaseError where the named one is missing or damaged.
    """
    if given is not None:
        read_manifest(given)
        return given
    here = Path("release")
    if (here / MANIFEST).is_file():
        read_manifest(here)
        return here
    cached = _cache() / _content_hash()
    if not cached.is_dir():
        # Building brings large libraries along, which a server that finds its release does without.
        from kg.dataset import build_release

        tell(f"no release in ./release: building one in {display(cached)}")
        build_release(cached, tell=tell)
    return cached


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "oncokg"


def _content_hash() -> str:
    """The hash of all that a release is made from, so that a changed record means a new release."""
    digest = hashlib.sha256(__version__.encode())
    for folder in (ONTOLOGY, SHAPES, QUERIES / "checks", CURATION):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def read_graph(release: Path) -> ReleaseGraph:
    """The quads of a release with its manifest. Raises ReleaseError where the release is missing or damaged."""
    manifest = read_manifest(release)
    try:
        quads = list(ox.parse(path=str(release / QUADS), format=ox.RdfFormat.N_QUADS))
    except (OSError, SyntaxError) as error:
        raise ReleaseError(
            f"the release in {display(release)} is damaged ({QUADS}: {error}): build it again"
        ) from error
    return ReleaseGraph(quads, manifest)
