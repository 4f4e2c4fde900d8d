"""A release is made whole or not at all, and the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.dataset import ValidationFailedError, build_release
from kg.errors import RecordError, ReleaseError
from kg.manifest import MANIFEST, METADATA, QUADS, read_manifest
from kg.terms import BASE, graph
from tests.conftest import SMALL

STUDY = "studies/example-1.yaml"


def _digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and "store" not in path.relative_to(folder).parts]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_manifest_tells_what_is_in_it(release):
    manifest = read_manifest(release)
    lines = (release / QUADS).read_bytes()
    assert manifest["quads"] == lines.count(b"\n")
    assert manifest["sha256"] == hashlib.sha256(lines).hexdigest()
    assert manifest["counts"]["studies"] == 1
    assert manifest["counts"]["arms"] == 2
    assert manifest["counts"]["discrepancies"] == 3
    assert sum(manifest["graphs"].values()) == manifest["quads"]


def test_store_and_turtle_hold_what_the_quads_hold(release):
    count = read_manifest(release)["quads"] + (release / METADATA).read_bytes().count(b"\n")
    assert len(ox.Store.read_only(str(release / "store"))) == count
    triples = [
        t for path in (release / "turtle").glob("*.ttl") for t in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    ]
    assert len(triples) == count


def test_lines_are_sorted_and_labels_of_blank_nodes_canonical(release):
    lines = (release / QUADS).read_bytes().splitlines()
    assert lines == sorted(lines)
    again = ox.Dataset(ox.parse(path=str(release / QUADS), format=ox.RdfFormat.N_QUADS))
    before = {str(quad) for quad in again}
    again.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert {str(quad) for quad in again} == before


def test_the_same_input_gives_the_same_bytes_in_another_process_and_order(release, tmp_path):
    copy = tmp_path / "elsewhere"
    shutil.copytree(SMALL, copy)
    text = (copy / "vocabulary/all.yaml").read_text(encoding="utf-8")
    head, drugs = text.split("drugs:\n", 1)
    drugs, tail = drugs.split("comparators:\n", 1)
    (copy / "vocabulary/all.yaml").write_text("comparators:\n" + tail + head, encoding="utf-8")
    (copy / "vocabulary/0-drugs.yaml").write_text(
        "drugs:\n" + "".join(reversed(drugs.splitlines(keepends=True))), encoding="utf-8"
    )
    environment = os.environ | {"PYTHONHASHSEED": "12345", "LC_ALL": "C", "TZ": "Asia/Shanghai"}
    subprocess.run(
        [sys.executable, "-m", "kg.cli", "build", "--curation", str(copy), "--out", str(tmp_path / "out")],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    assert _digests(tmp_path / "out") == _digests(release)


def test_the_closure_holds_only_what_is_not_asserted(release):
    quads = list(ox.parse(path=str(release / QUADS), format=ox.RdfFormat.N_QUADS))
    inferred = {quad.triple for quad in quads if quad.graph_name == ox.NamedNode(graph("inferred"))}
    asserted = {quad.triple for quad in quads if quad.graph_name != ox.NamedNode(graph("inferred"))}
    assert inferred
    assert not inferred & asserted


@pytest.mark.parametrize(
    ("subject", "term", "value"),
    [
        ("drug/mrg003", "hasTarget", "target/egfr"),
        ("drug/mrg003", "type", "ontology/EGFRTargetedADC"),
        ("drug/toripalimab", "type", "ontology/PD1Blocker"),
        ("study/example-1", "investigates", "drug/toripalimab"),
        ("study/example-1", "investigatesTarget", "target/pd-1"),
        ("study/example-1", "hasGroup", "group/example-1/toripalimab-gp"),
    ],
)
def test_what_follows(release, subject, term, value):
    prefix = "http://www.w3.org/1999/02/22-rdf-syntax-ns#" if term == "type" else BASE + "ontology/"
    triple = f"<{BASE}{subject}> <{prefix}{term}> <{BASE}{value}> <{graph('inferred')}> .\n"
    assert triple in (release / QUADS).read_text(encoding="utf-8")


def test_a_control_arm_is_not_what_a_study_investigates(release):
    assert (
        "example-1> <https://w3id.org/oncokg/ontology/investigates> <https://w3id.org/oncokg/comparator/placebo>"
        not in (release / QUADS).read_text(encoding="utf-8")
    )


def test_a_failing_record_leaves_the_earlier_release_untouched(release, edited, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(release, out)
    before = _digests(out)
    with pytest.raises(RecordError):
        build_release(out, curation=edited(STUDY, "role: control", "role: controll"))
    assert _digests(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_violation_leaves_the_earlier_release_untouched(release, edited, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(release, out)
    before = _digests(out)
    with pytest.raises(ValidationFailedError) as caught:
        build_release(out, curation=edited(STUDY, 'value: "50.0", n: 10/20', 'value: "640", n: 10/20'))
    assert any("640" in finding.value for finding in caught.value.findings)
    assert _digests(out) == before


def test_a_rebuild_replaces_the_release(release, edited, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(release, out)
    (out / "left-over.txt").write_text("x")
    build_release(out, curation=edited(STUDY, 'placebo-gp: "8.0"', 'placebo-gp: "8.1"'))
    assert not (out / "left-over.txt").exists()
    assert read_manifest(out)["sha256"] != read_manifest(release)["sha256"]


def test_a_folder_that_is_no_release_is_not_overwritten(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ReleaseError, match="is not a release"):
        build_release(tmp_path, curation=SMALL)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReleaseError, match="cannot be written"):
        build_release(tmp_path / "file" / "release", curation=SMALL)


@pytest.mark.parametrize("content", ["", "{", json.dumps({"no": "hash"})])
def test_a_damaged_manifest(tmp_path, content):
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(ReleaseError, match="damaged"):
        read_manifest(tmp_path)


def test_a_missing_release(tmp_path):
    with pytest.raises(ReleaseError, match=r"there is no release in .* run `oncokg build"):
        read_manifest(tmp_path)
