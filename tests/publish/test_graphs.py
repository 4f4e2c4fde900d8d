from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ReleaseError
from kg.manifest import MANIFEST, METADATA, QUADS
from kg.publish.graphs import split_release


def test_the_files_hold_the_release(release: Path, tmp_path: Path) -> None:
    graphs = split_release(release, tmp_path)
    whole = {str(quad) for name in (QUADS, METADATA) for quad in ox.parse(path=str(release / name))}
    parts = {
        str(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph.name)))
        for graph in graphs
        for quad in ox.parse(path=str(graph.path), format=ox.RdfFormat.N_TRIPLES)
    }
    assert parts == whole
    assert sum(graph.triples for graph in graphs) == len(whole)
    for graph in graphs:
        content = graph.path.read_bytes()
        assert (graph.size, graph.triples) == (len(content), content.count(b"\n"))
        assert graph.content_hash == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_the_smallest_comes_first_and_hashes_stay(release: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    graphs = split_release(release, tmp_path)
    assert [graph.size for graph in graphs] == sorted(graph.size for graph in graphs)
    again = split_release(release, tmp_path / "again")
    assert [(graph.name, graph.content_hash) for graph in graphs] == [
        (graph.name, graph.content_hash) for graph in again
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (QUADS, b"toripalimab", b"toripalimag", f"{QUADS} has SHA-256 .* the manifest says"),
        (METADATA, b" .\n", b"\n", METADATA),
        (METADATA, b"> .\n", b" .\n", METADATA),
    ],
)
def test_a_damaged_release_is_refused(
    release: Path, tmp_path: Path, name: str, old: bytes, new: bytes, message: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(release, copy)
    content = (copy / name).read_bytes()
    assert old in content
    (copy / name).write_bytes(content.replace(old, new, 1))
    with pytest.raises(ReleaseError, match=f"is damaged .*{message}.*: build it again"):
        split_release(copy, tmp_path)


def test_a_missing_part_is_named(release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(release, copy)
    (copy / METADATA).unlink()
    with pytest.raises(ReleaseError, match=f"is damaged .*{METADATA}"):
        split_release(copy, tmp_path)
    (copy / MANIFEST).unlink()
    with pytest.raises(ReleaseError, match="there is no release"):
        split_release(copy, tmp_path)
