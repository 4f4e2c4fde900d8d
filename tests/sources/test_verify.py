"""`oncokg check sources`: records against texts, small and real."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.records import load_curation
from kg.sources.fmt import format_curation
from kg.sources.verify import check_sources
from tests.sources.test_fmt import SOURCES, STUDY, TEXT, folders

__all__ = ["folders"]


def _check(curation: Path, texts: Path):
    format_curation(curation, texts, check=False, tell=lambda line: None)
    reports, problems, skipped = check_sources(load_curation(curation), texts)
    return reports, [str(problem) for problem in problems], skipped


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _without_mucositis(path: Path) -> None:
    head, _, tail = path.read_text("utf-8").partition("  mucositis:\n")
    path.write_text(head + "\n" + tail.split("\n\n", 1)[1], encoding="utf-8")


def test_numbers_of_the_body_that_no_report_covers_are_listed_with_their_line(folders):
    (report,), problems, skipped = _check(*folders)
    assert (report.review, report.numbers, report.excluded) == ("little-2020", 17, 0)
    assert report.uncovered == ()
    assert (problems, skipped) == ([], [])
    curation, _ = folders
    _without_mucositis(curation / STUDY)
    (report,), _, _ = _check(*folders)
    assert [line.split(": ")[0] for line in report.uncovered] == ["little-2020.txt:7"] * 3
    assert "«26.0»" in report.uncovered[0]


def test_an_exclusion_with_its_reason_covers_a_number(folders):
    curation, _ = folders
    _without_mucositis(curation / STUDY)
    _replace(
        curation / "reviews/little-2020/review.yaml",
        "  references: References\n",
        "  references: References\n"
        "  exclusions:\n    - {in: 2.1 p1, printed: 26.0% (13/50), reason: part-of-statement}\n",
    )
    (report,), _, _ = _check(*folders)
    assert (report.excluded, report.uncovered) == (3, ())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('toripalimab-gp: "11.7"', 'toripalimab-gp: "11.9"', "11.9 does not stand in what is printed: 11.7 vs 8.0"),
        ("in: 2.1 p1, refs: [1]", "in: 2.1 p1, refs: [9]", "[9] is not cited in 2.1 p1"),
    ],
)
def test_what_the_text_does_not_say(folders, old, new, says):
    curation, _ = folders
    _replace(curation / STUDY, old, new)
    _, problems, _ = _check(*folders)
    assert any(says in problem for problem in problems), problems


def test_spans_that_are_not_up_to_date_are_told(folders):
    curation, texts = folders
    _check(curation, texts)
    _replace(curation / "reviews/little-2020/spans.json", "[", "[1")
    _, problems, _ = check_sources(load_curation(curation), texts)
    assert [problem.message for problem in problems] == ["spans.json is not up to date: run oncokg fmt"]


def test_a_text_that_is_not_at_hand_is_skipped_by_name(folders, tmp_path):
    curation, texts = folders
    (texts / "little-2020.txt").unlink()
    assert check_sources(load_curation(curation), texts) == ([], [], ["little-2020"])


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the source texts are not at hand ({SOURCES})")
def test_every_number_of_the_five_reviews_is_accounted_for(curation):
    reports, problems, skipped = check_sources(curation, SOURCES)
    assert problems == []
    assert skipped == []
    assert {report.review: report.uncovered for report in reports if report.uncovered} == {}
    for report in reports:
        assert report.excluded <= report.numbers / 10, f"{report.review}: exclusions are at most one number in ten"


def test_the_small_text_has_the_numbers_that_the_tests_think():
    assert TEXT.count("26.0%") == 1
