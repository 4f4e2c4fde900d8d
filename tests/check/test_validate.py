"""Shapes and rules over whole graphs: the records conform, and a wrong figure is told with its file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.check import Finding, reason_findings, validate_files, validate_quads
from kg.dataset import asserted_quads
from kg.paths import CURATION
from kg.terms import BASE, graph
from tests.conftest import SMALL

STUDY = "studies/example-1.yaml"


def violations(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "violation"]


def of_records(folder: Path) -> list[Finding]:
    build = asserted_quads(folder)
    return validate_quads(build.quads, build.origins)


def test_the_small_records_conform() -> None:
    assert violations(of_records(SMALL)) == []


def test_the_records_of_the_project_conform() -> None:
    assert violations(of_records(CURATION)) == []


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "rule", "value", "says"),
    [
        (
            'value: "26.0", n: 13/50',
            'value: "640"',
            "percentage-out-of-range",
            "640",
            "between 0 and 100: 640 does not",
        ),
        (
            'value: "26.0", n: 13/50',
            'value: "27.0", n: 13/50',
            "count-gives-percentage",
            "13/50 = 26 %, not 27.0 %",
            "printed count",
        ),
        (
            'value: "50.0", n: 10/20',
            'value: "50.0", n: 10/20, ci: 60.0 to 70.0',
            "interval-holds-estimate",
            "50 (60 to 70)",
            "does not contain its estimate",
        ),
        ("ci: 0.40 to 0.70", "ci: 0.70 to 0.40", "Value/LessThanOrEquals", "0.70", "is not above its upper end"),
        ("n: 13/50", "n: 63/50", "Value/LessThanOrEquals", "63", "not above the number of all"),
    ],
)
def test_a_wrong_figure_is_told_with_its_line(
    edited: Callable[..., Path], old: str, new: str, rule: str, value: str, says: str
) -> None:
    folder = edited(STUDY, old, new)
    (found,) = [finding for finding in of_records(folder) if finding.rule == rule]
    assert found.severity == "violation"
    assert found.value == value
    assert says in found.message
    assert found.message_zh
    assert found.file.endswith(STUDY)
    assert found.line == line_of(folder / STUDY, new)


def test_an_rdf_file_is_checked_with_the_ontology(tmp_path: Path) -> None:
    path = tmp_path / "outside.ttl"
    path.write_text(
        """@prefix okg: <https://w3id.org/oncokg/ontology/> . @base <https://w3id.org/oncokg/> .
        <drug/x> a okg:Drug , okg:SmallMolecule ; okg:key "x" ; okg:noTargetReason "none" ; okg:blokcs <target/egfr> .
        """,
        encoding="utf-8",
    )
    findings, quads = validate_files([path])
    assert {(finding.rule, finding.focus.removeprefix("https://w3id.org/oncokg/")) for finding in findings} == {
        ("Label/MinCount", "drug/x"),
        ("term-is-defined", "ontology/blokcs"),
        ("reference-is-described", "drug/x"),
    }
    assert len(quads) > 1000


def test_a_triple_of_the_ontology_in_a_file_is_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "copy.nq"
    path.write_text(
        "<https://w3id.org/oncokg/statistic/median> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/oncokg/ontology/Statistic> <https://w3id.org/oncokg/graph/other> .\n",
        encoding="utf-8",
    )
    findings, quads = validate_files([path])
    assert findings == []
    type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    median = ox.NamedNode("https://w3id.org/oncokg/statistic/median")
    other = ox.NamedNode("https://w3id.org/oncokg/graph/other")
    assert [quad.graph_name for quad in quads if quad.subject == median and quad.predicate == type_] == [other]


@pytest.mark.parametrize(("name", "seen"), [("vocabulary", True), ("mappings", False), ("source/a-2020", False)])
def test_the_reasoner_does_not_see_mappings_and_sources(name: str, seen: bool) -> None:
    """A thing of the empty class contradicts itself, where the reasoner meets it."""
    nothing = ox.NamedNode("http://www.w3.org/2002/07/owl#Nothing")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    found, skipped = reason_findings([ox.Quad(ox.NamedNode(f"{BASE}drug/x"), kind, nothing, ox.NamedNode(graph(name)))])
    if skipped:
        pytest.skip(skipped[0])
    assert bool(found) == seen
