"""The downloads of a release are what its manifest says, and hold what its quads hold."""

from __future__ import annotations

import gzip
import hashlib

import pyoxigraph as ox

from kg.export.formats import EXPORTS
from kg.manifest import DOWNLOADS, QUADS, read_manifest


def test_every_export_is_there_with_size_and_hash(release):
    listed = read_manifest(release)["downloads"]
    assert {entry["export"] for entry in listed} == set(EXPORTS)
    assert sorted(path.name for path in (release / DOWNLOADS).iterdir()) == sorted(entry["name"] for entry in listed)
    for entry in listed:
        content = (release / DOWNLOADS / entry["name"]).read_bytes()
        assert (entry["size"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert (content[:2] == b"\x1f\x8b") == (entry["packaging"] == "application/gzip")


def test_a_dump_holds_the_quads_of_the_release(release):
    dump = gzip.decompress((release / DOWNLOADS / "oncokg.nq.gz").read_bytes())
    lines = (release / QUADS).read_bytes()
    assert set(dump.splitlines()) == set(lines.splitlines())


def test_every_export_is_named_in_both_languages():
    for export in EXPORTS.values():
        assert export.en
        assert any("\u4e00" <= character <= "\u9fff" for character in export.zh)


def test_the_union_of_the_graphs_is_readable_turtle(release):
    dump = gzip.decompress((release / DOWNLOADS / "oncokg.ttl.gz").read_bytes())
    assert len(set(ox.parse(dump, format=ox.RdfFormat.TURTLE))) == read_manifest(release)["quads"]
