"""The commands as a person runs them: output, one-paragraph errors, exit codes (0 done, 1 violations, 2 not run)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SMALL

STUDY = "studies/example-1.yaml"


def oncokg(*arguments: object, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg.cli", *map(str, arguments)],
        input=stdin, capture_output=True, text=True, cwd=cwd, check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("cli") / "release"
    run = oncokg("build", "--curation", SMALL, "--out", out)
    assert run.returncode == 0, run.stderr
    return out


def one_paragraph(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 2, run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.startswith("oncokg: ")
    assert "\n\n" not in run.stderr
    return run.stderr


def test_build_shows_each_step_and_its_counts(tmp_path):
    run = oncokg("build", "--curation", SMALL, "--out", tmp_path / "r")
    assert run.returncode == 0
    assert [line[:5] for line in run.stderr.splitlines()] == ["[1/5]", "[2/5]", "[3/5]", "[4/5]", "[5/5]"]
    assert "1 studies, 2 arms, 3 groups" in run.stdout


def test_build_with_a_wrong_record_says_where_and_builds_nothing(edited, tmp_path):
    run = oncokg("build", "--curation", edited(STUDY, "role: control", "role: controll"), "--out", tmp_path / "r")
    assert (
        'studies/example-1.yaml:18: groups.placebo-gp.role: no role has the key "controll" (did you mean "control"'
        in one_paragraph(run)
    )
    assert not (tmp_path / "r").exists()


def test_build_with_a_violation_exits_1_and_builds_nothing(edited, tmp_path):
    run = oncokg(
        "build", "--curation", edited(STUDY, 'value: "50.0", n: 10/20', 'value: "640"'), "--out", tmp_path / "r"
    )
    assert run.returncode == 1
    assert f"{STUDY}:52: violation: " in run.stderr
    assert "640" in run.stderr
    assert not (tmp_path / "r").exists()


def test_build_without_the_mappings_to_some_prefixes(tmp_path):
    out = tmp_path / "r"
    run = oncokg("build", "--curation", SMALL, "--out", out, "--without-mappings", "atc", "--without-mappings", "NCIT")
    assert run.returncode == 0, run.stderr
    quads = (out / "oncokg.nq").read_text(encoding="utf-8")
    assert "Match> <https://bioregistry.io/hgnc:3236>" in quads
    assert "Match> <https://bioregistry.io/atc:" not in quads
    assert "Match> <http://purl.obolibrary.org/obo/NCIT_" not in quads
    assert "1 mappings" in run.stdout


def test_build_without_the_mappings_to_a_prefix_that_no_mapping_has(tmp_path):
    run = oncokg("build", "--curation", SMALL, "--out", tmp_path / "r", "--without-mappings", "SNOMED")
    assert "no mapping has the prefix SNOMED: choose from ATC, HGNC, NCIT" in one_paragraph(run)
    assert not (tmp_path / "r").exists()


def test_a_mapping_that_breaks_a_rule_is_told_by_file_and_line(edited):
    run = oncokg("validate", "--curation", edited("mappings/targets.sssom.tsv", "target:egfr", "target:egfrr"))
    assert run.returncode == 1
    assert "mappings/targets.sssom.tsv:12: violation: a mapping starts from a thing that is not on record" in run.stdout


def test_fmt_puts_mappings_in_order(edited):
    folder = edited("mappings/targets.sssom.tsv", "seen in dhimmel/uniprot", "read in dhimmel/uniprot")
    path = folder / "mappings/targets.sssom.tsv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("#mapping_set_title", "#mapping_set_version: '1'\n#mapping_set_title"), encoding="utf-8"
    )
    run = oncokg("fmt", "--check", "--curation", folder)
    assert run.returncode == 1
    assert "targets.sssom.tsv: is not in order" in run.stdout


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('value: "50.0", n: 10/20', 'value: "51.0", n: 10/20', "51.0"),
        ("ci: 0.40 to 0.70", "ci: 0.60 to 0.70", "0.52"),
        ('value: "26.0", n: 13/50', 'value: "-26.0"', "-26"),
    ],
)
def test_figures_that_contradict_each_other_are_violations(edited, old, new, says):
    run = oncokg("validate", "--curation", edited(STUDY, old, new))
    assert run.returncode == 1
    assert says in run.stdout
    assert f"{STUDY}:" in run.stdout
    assert "does not conform" in run.stdout


def test_a_discrepancy_on_record_explains_a_contradiction(edited):
    folder = edited(STUDY, 'value: "50.0", n: 10/20', 'value: "51.0", n: 10/20')
    path = folder / STUDY
    path.write_text(
        path.read_text(encoding="utf-8")
        + """  orr-count:
    kind: percentage-not-attainable
    about: [results.orr-subgroup]
    readings:
      printed: {value: 51.0 %, from: report, at: [text]}
      arithmetic: {value: 10/20 is 50.0 %, from: arithmetic}
    holds: unresolved
    because: {en: count and percentage differ, zh: 例数与百分比不符}
""",
        encoding="utf-8",
    )
    run = oncokg("validate", "--curation", folder)
    assert run.returncode == 0, run.stdout


def test_validate_says_that_it_conforms(small_validation):
    assert small_validation.returncode == 0, small_validation.stdout
    assert small_validation.stdout.endswith("conforms: 0 violations, 0 warnings\n")


@pytest.fixture(scope="module")
def small_validation():
    return oncokg("validate", "--curation", SMALL)


def test_validate_an_rdf_file_as_json_and_turtle(tmp_path):
    path = tmp_path / "data.ttl"
    path.write_text(
        "@prefix okg: <https://w3id.org/oncokg/ontology/> .\n<https://w3id.org/oncokg/outcome/x> a okg:Outcome .\n"
    )
    run = oncokg("validate", path, "--format", "json")
    assert run.returncode == 1
    document = json.loads(run.stdout)
    assert document["conforms"] is False
    assert {finding["focus"] for finding in document["findings"]} == {"https://w3id.org/oncokg/outcome/x"}
    run = oncokg("validate", path, "--format", "turtle")
    assert run.returncode == 1
    assert "sh:ValidationReport" in run.stdout


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.ttl", "<a> <b> ", "a.ttl:1: is not Turtle"),
        ("a.nq", "\n\nx", "a.nq:3: is not N-Quads"),
        ("a.rdf", "<x/>", "RDF/XML is not read"),
        ("a.doc", "", "the ending must be one of"),
    ],
)
def test_validate_a_file_that_is_not_rdf(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    assert says in one_paragraph(oncokg("validate", tmp_path / name))


def test_validate_a_file_that_is_not_there(tmp_path):
    assert "no such file" in one_paragraph(oncokg("validate", tmp_path / "none.ttl"))


def test_a_query_from_standard_input_a_file_and_a_name(release, tmp_path):
    text = "PREFIX okg: <https://w3id.org/oncokg/ontology/> SELECT ?drug WHERE { ?drug a okg:EGFRTargetedADC }"
    run = oncokg("query", "-", "--release", release, "--format", "csv", stdin=text)
    assert run.stdout.split() == ["drug", "https://w3id.org/oncokg/drug/mrg003"], run.stderr
    (tmp_path / "q.rq").write_text(text)
    assert oncokg("query", tmp_path / "q.rq", "--release", release, "--format", "csv").stdout == run.stdout
    run = oncokg("query", "drug-profile", "-p", "drug=mrg003", "--release", release, "--format", "json")
    assert json.loads(run.stdout)["results"]["bindings"], run.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (["-"], "SELECT WHERE {", "line 1"),
        (["egfr-adc-by-indication"], "", "egfr-adcs-by-indication"),
        (["drug-profile", "-p", "drug=mrg03"], "", "mrg003"),
        (["drug-profile", "-p", "drgu=mrg003"], "", "drug"),
        (["drug-profile", "-p", "drug"], "", "-p name=value"),
        (["-"], "INSERT DATA { <a:a> <a:b> <a:c> }", "update"),
    ],
)
def test_a_query_that_cannot_run(release, arguments, stdin, says):
    assert says in one_paragraph(oncokg("query", *arguments, "--release", release, stdin=stdin))


def test_a_release_that_is_not_there(tmp_path):
    for command in (["query", "coverage"], ["export", "evidence"], ["serve", "--port", "0"]):
        run = oncokg(*command, "--release", tmp_path / "none")
        assert "there is no release in" in one_paragraph(run)
        assert "oncokg build" in run.stderr


def test_an_address_that_is_none(release):
    run = oncokg("serve", "--release", release, "--public-url", "kg.example.org")
    assert "--public-url kg.example.org: give the address" in one_paragraph(run)


def test_export_evidence(release, tmp_path):
    run = oncokg("export", "evidence", "--release", release)
    assert run.stdout.splitlines()[0].startswith("report,outcome,review,locator,references,study,")
    assert len(run.stdout.splitlines()) == 9
    oncokg("export", "evidence", "--release", release, "--out", tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_text(encoding="utf-8") == run.stdout
    assert "--out" in one_paragraph(oncokg("export", "evidence", "--release", release, "--format", "parquet"))
    assert "cannot be written" in one_paragraph(
        oncokg("export", "evidence", "--release", release, "--out", tmp_path / "no" / "e")
    )


def test_schema(release):
    document = json.loads(oncokg("schema", "study").stdout)
    assert document["title"] == "Study"
    assert "mrg003" in json.dumps(document)


def test_usage_errors_exit_2():
    assert oncokg().returncode == 2
    assert oncokg("buidl").returncode == 2
    assert oncokg("--version").stdout.startswith("oncokg 0.")
