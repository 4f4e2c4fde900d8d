"""The named graphs of a release, each as a file of N-Triples with its count and hash, written as they are read."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kg.errors import ReleaseError
from kg.manifest import METADATA, QUADS, read_manifest
from kg.paths import display

__all__ = ["GraphFile", "split_release", "write_graph"]


@dataclass(frozen=True)
class GraphFile:
    """One named graph: its IRI, its triples as N-Triples in a file, how many, bytes, and `sha256:` of that file."""

    name: str
    path: Path
    triples: int
    size: int
    content_hash: str


class _Growing:
    """A graph that is being written."""

    def __init__(self, name: str, path: Path, file: IO[bytes]) -> None:
        self.name, self.path, self.file = name, path, file
        self.triples = self.size = 0
        self.digest = hashlib.sha256()

    def add(self, triple: ox.Triple) -> None:
        line = f"{triple} .\n".encode()
        self.file.write(line)
        self.digest.update(line)
        self.triples += 1
        self.size += len(line)

    def finished(self) -> GraphFile:
        return GraphFile(self.name, self.path, self.triples, self.size, f"sha256:{self.digest.hexdigest()}")


def split_release(release: Path, folder: Path) -> list[GraphFile]:
    """Write one file a named graph into `folder`; the graphs of metadata and examples are among them.

    In the order of size, so that a wrong password or a refused method shows before much is sent. Raises ReleaseError
    where the release is missing, or is not what its manifest says.
    """
    _check_hash(release, read_manifest(release))
    growing: dict[str, _Growing] = {}
    with ExitStack() as files:
        for name in (QUADS, METADATA):
            try:
                for quad in ox.parse(path=str(release / name), format=ox.RdfFormat.N_QUADS):
                    graph = _name(quad, release / name)
                    if graph not in growing:
                        path = folder / f"{len(growing)}.nt"
                        growing[graph] = _Growing(graph, path, files.enter_context(path.open("wb")))
                    growing[graph].add(quad.triple)
            except (OSError, SyntaxError) as error:
                raise ReleaseError(
                    f"the release in {display(release)} is damaged ({name}: {error}): build it again"
                ) from error
    return sorted((graph.finished() for graph in growing.values()), key=lambda graph: (graph.size, graph.name))


def write_graph(name: str, triples: list[ox.Triple], path: Path) -> GraphFile:
    """A small graph as such a file."""
    with path.open("wb") as file:
        growing = _Growing(name, path, file)
        for triple in triples:
            growing.add(triple)
    return growing.finished()


def _name(quad: ox.Quad, path: Path) -> str:
    if not isinstance(quad.graph_name, ox.NamedNode):
        raise ReleaseError(f"{display(path)} holds a statement outside the named graphs: build the release again")
    return quad.graph_name.value


def _check_hash(release: Path, manifest: dict[str, Any]) -> None:
    with (release / QUADS).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != manifest["sha256"]:
        raise ReleaseError(
            f"the release in {display(release)} is damaged ({QUADS} has SHA-256 {found[:12]}…, the manifest says "
            f"{manifest['sha256'][:12]}…): build it again"
        )
