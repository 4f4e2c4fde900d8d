"""A wrong record gets file, line, key and what is allowed; a right one loads."""

from __future__ import annotations

import json

import pytest
import yaml

from kg.errors import RecordError
from kg.records import load_curation

STUDY = "studies/example-1.yaml"


def _problems(folder):
    with pytest.raises(RecordError) as caught:
        load_curation(folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_small_records_load(small_curation):
    assert list(small_curation.studies) == ["example-1"]
    assert small_curation.studies["example-1"].record.results["pfs"].values["placebo-gp"].value == "8.0"


def test_the_projects_records_load(curation):
    assert "mrg003-phase-2a" in curation.studies
    assert len([key for key in curation.references if key.startswith("npc-2025/")]) == 89


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (
            "role: experimental\n    regimen",
            "roll: experimental\n    regimen",
            14,
            'unknown key "roll" (did you mean "role"?)',
        ),
        ("role: control", "role: controll", 18, 'no role has the key "controll" (did you mean "control"'),
        (
            "regimen: [cisplatin, gemcitabine, placebo]",
            "regimen: [cisplatin, gemcitabin, placebo]",
            20,
            '(did you mean "gemcitabine"?)',
        ),
        (
            "disease: nasopharyngeal-carcinoma",
            "disease: npc",
            8,
            'no disease has the key "npc" (allowed: nasopharyngeal-carcinoma)',
        ),
        (
            'toripalimab-gp: "11.7"',
            'toripalimab: "11.7"',
            38,
            'no group "toripalimab" is defined in this record (did you mean "toripalimab-gp"',
        ),
        ('"11.7", placebo-gp', '"11,7", placebo-gp', 38, '"11,7" has the wrong form'),
        (
            "at: [text]\n  pfs-table",
            "at: [txt]\n  pfs-table",
            41,
            'no place "txt" is defined in this record (did you mean "text"?)',
        ),
        (
            "toripalimab-gp vs placebo-gp: randomised",
            "toripalimab-gp v placebo-gp: randomised",
            27,
            "is not a comparison",
        ),
        ("time: 12 week", "time: 12 fortnights", 58, "is not a length of time"),
        ("ci: 0.40 to 0.70", "ci: 0.40-0.70", 40, "has the wrong form"),
        (
            "publications: [little-2020/1]",
            "publications: [little-2020/9]",
            4,
            'no reference has the key "little-2020/9"',
        ),
        ("about: [phase]", "about: [fase]", 82, '"fase" is not the address of anything'),
        (
            "about: [results.pfs/",
            "about: [results.psf/",
            88,
            'no result "psf" is defined in this record (did you mean "pfs"',
        ),
        (
            "about: [results.pfs/placebo-gp",
            "about: [results.pfs/placebo",
            88,
            'no group or comparison of this result "placebo"',
        ),
        (
            "holds: text\n    because: {en: the title",
            "holds: abstract\n    because: {en: the title",
            80,
            'holds is "abstract": write unresolved or one of the readings: text, table',
        ),
        ("NCT00000001", "NCT1", 5, "has the wrong form"),
        ("printed: 50.0%", "prnted: 50.0%", 53, 'unknown key "prnted" (did you mean "printed"'),
        (
            "analysis: interim",
            "analysis: final",
            59,
            'no analysis "final" is defined in this record (allowed: interim)',
        ),
        ("in: Table 1 row 1", "in: the table", 31, "has the wrong form"),
        ("study: example-1", "study: example-2", 1, 'the study is "example-2" but its file is named "example-1"'),
    ],
)
def test_what_is_wrong_in_a_study(edited, old, new, line, says):
    problems = _problems(edited(STUDY, old, new))
    assert any(f"{STUDY}:{line}: " in problem and says in problem for problem in problems), problems


def test_all_problems_are_told_at_once(edited):
    folder = edited(STUDY, "role: control", "role: controll")
    path = folder / STUDY
    path.write_text(path.read_text().replace("statistic: median", "statistic: mediane", 1))
    assert len(_problems(folder)) == 2


def test_a_key_on_record_twice(edited):
    folder = edited("vocabulary/all.yaml", "placebo", "placebo")
    (folder / "vocabulary" / "more.yaml").write_text(
        "drugs:\n  mrg003: {en: M, zh: M, format: [antibody-drug-conjugate], no_target: x}\n"
    )
    (problem,) = _problems(folder)
    assert "more.yaml:2: drugs.mrg003: the key is on record already, in " in problem


def test_references_that_are_not_csl_json(edited):
    folder = edited("reviews/little-2020/references.json", '"id": "little-2020/2"', '"id": "little-2020/1"')
    assert any("little-2020/1: the id stands twice" in problem for problem in _problems(folder))
    (folder / "reviews/little-2020/references.json").write_text("[{]")
    assert any("references.json:1: is not CSL-JSON" in problem for problem in _problems(folder))


def test_a_folder_that_is_not_there(tmp_path):
    (problem,) = _problems(tmp_path / "nowhere")
    assert "no such folder" in problem


def test_the_order_of_files_does_not_matter(edited):
    folder = edited(STUDY, "study: example-1", "study: example-1")
    text = (folder / STUDY).read_text()
    (folder / "studies" / "a-later.yaml").write_text(
        text.replace("study: example-1", "study: a-later")
        .replace("status", "status")
        .replace("size:", "part_of: example-1\nsize:", 1)
    )
    (folder / STUDY).write_text(text.replace("size:", "part_of: a-later\nsize:", 1))
    assert set(load_curation(folder).studies) == {"a-later", "example-1"}


def test_the_json_schema_lists_what_is_allowed(small_curation):
    from jsonschema import Draft202012Validator

    from kg.model import Study
    from kg.model.schema import json_schema
    from tests.conftest import SMALL

    schema = json_schema(Study, small_curation.known)
    Draft202012Validator.check_schema(schema)
    assert "experimental" in json.dumps(schema)
    data = yaml.safe_load((SMALL / STUDY).read_text(encoding="utf-8"))
    assert not [error.message for error in Draft202012Validator(schema).iter_errors(data)]
    data["groups"]["placebo-gp"]["role"] = "controll"
    assert any("controll" in error.message for error in Draft202012Validator(schema).iter_errors(data))
