"""Publish a release to a store: load what differs, count it, mark it, go on.

A graph of its own in the store holds one marker a graph: the hash of what was loaded and counted. A marker is taken
away before its graph is touched and put back after the count, so that a run which ends anywhere leaves no marker that
is not true, and the next run goes on from there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import PublishError
from kg.publish.graphs import GraphFile, split_release, write_graph
from kg.publish.stores import Store
from kg.terms import DCTERMS, graph

__all__ = ["MARKERS", "Published", "publish"]

MARKERS = graph("published")
"""The named graph in the store that holds the markers: <graph> dcterms:identifier "sha256:…"."""

_IDENTIFIER = DCTERMS + "identifier"


@dataclass(frozen=True)
class Published:
    """What a run did: graphs loaded, graphs that stood there already, graphs dropped; triples of all that stand now."""

    loaded: int
    kept: int
    dropped: int
    triples: int


class _Markers:
    """The markers in the store, kept the same as those in memory."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._path = folder / "markers.nt"
        self.hashes = store.objects(MARKERS, _IDENTIFIER)

    def set(self, name: str, content_hash: str) -> None:
        self._write(self.hashes | {name: content_hash})

    def remove(self, name: str) -> None:
        if name in self.hashes:
            self._write({key: value for key, value in self.hashes.items() if key != name})

    def _write(self, hashes: dict[str, str]) -> None:
        identifier = ox.NamedNode(_IDENTIFIER)
        triples = [ox.Triple(ox.NamedNode(key), identifier, ox.Literal(hashes[key])) for key in sorted(hashes)]
        if triples:
            self._store.replace(write_graph(MARKERS, triples, self._path))
        else:
            self._store.drop(MARKERS)
        self.hashes = hashes


def publish(release: Path, store: Store, *, tell: Callable[[str], None] = lambda line: None) -> Published:
    """Make the store hold the named graphs of a release, and drop those of an earlier one that this one lacks.

    Other graphs of the store are left alone. There is no transaction over several graphs: while it runs, readers see
    some of the old and some of the new. Raises ReleaseError, or PublishError at the first failure: what was loaded
    stays.
    """
    with tempfile.TemporaryDirectory(prefix="oncokg-publish-") as folder:
        graphs = split_release(release, Path(folder))
        markers = _Markers(store, Path(folder))
        dropped = _drop_others(store, markers, {graph.name for graph in graphs}, tell)
        loaded = 0
        for number, part in enumerate(graphs, start=1):
            started = time.perf_counter()
            loads = not _stands(store, markers, part)
            if loads:
                _load(store, markers, part)
                loaded += 1
            done = f"{time.perf_counter() - started:.1f} s" if loads else "stands already"
            tell(f"[{number}/{len(graphs)}] {part.name}: {part.triples:,} triples ({done})")
        return Published(loaded, len(graphs) - loaded, dropped, sum(part.triples for part in graphs))


def _stands(store: Store, markers: _Markers, part: GraphFile) -> bool:
    """Is the graph there as it is in the release?

    It is counted too, since somebody may have changed it since it was marked.
    """
    return markers.hashes.get(part.name) == part.content_hash and store.count(part.name) == part.triples


def _load(store: Store, markers: _Markers, part: GraphFile) -> None:
    markers.remove(part.name)
    store.replace(part)
    found = store.count(part.name)
    if found != part.triples:
        raise PublishError(
            f"{part.name} holds {found:,} triples after it was loaded, not {part.triples:,}: does "
            f"{store.endpoints.query} ask the store that was written to? Run the same command again once that is right"
        )
    markers.set(part.name, part.content_hash)


def _drop_others(store: Store, markers: _Markers, wanted: set[str], tell: Callable[[str], None]) -> int:
    others = sorted(set(markers.hashes) - wanted)
    for name in others:
        store.drop(name)
        markers.remove(name)
        tell(f"{name}: dropped, since this release has no such graph")
    return len(others)
