"""Canonical order and spans: what `oncokg fmt` moves, what it writes, what it refuses."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from kg.errors import RecordError
from kg.paths import CURATION
from kg.sources.fmt import format_curation
from tests.conftest import SMALL

STUDY = "studies/example-1.yaml"
SOURCES = Path(__file__).parents[2].parent / "shared" / "sources"
TEXT = """A little review

1 First
GP is the standard.[1]

2.1 Drugs
11.7 vs 8.0, HR=0.52 (0.40-0.70), P<0.001 [1]; 50.0% (10/20); NR; 26.0% (13/50); HR 0.60, P=0.034; GP

Table 1 Trials
name\tn\tPFS
First line\t\t
OTHER [2] Phase II\t100\t12 vs 9.0
goes on
Second line\t\t
ONE MORE\tno\t
NR: not reported
References
[1] DOE. A trial
[2] ROE. Another trial
"""


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    """A copy of the small records, anchored in a text of their own."""
    curation, texts = tmp_path / "curation", tmp_path / "texts"
    shutil.copytree(SMALL, curation)
    texts.mkdir()
    (texts / "little-2020.txt").write_text(TEXT, encoding="utf-8")
    review = curation / "reviews/little-2020/review.yaml"
    source = (
        f"source:\n  file: little-2020.txt\n  sha256: {hashlib.sha256(TEXT.encode()).hexdigest()}\n"
        '  sections: {"1": 1 First, "2.1": 2.1 Drugs}\n'
        '  tables: {"1": {title: Table 1, first: OTHER, notes: "NR:", end: References}}\n  references: References\n'
    )
    lines = [source if line.startswith("source:") else line + "\n" for line in review.read_text("utf-8").splitlines()]
    review.write_text("".join(lines), encoding="utf-8")
    return curation, texts


def _format(curation: Path, texts: Path | None, *, check: bool = False) -> tuple[list[str], list[str]]:
    told: list[str] = []
    changed = format_curation(curation, texts, check=check, tell=told.append)
    return sorted(path.name for path in changed), told


def test_spans_are_found_in_the_section_or_row_that_the_place_names(folders):
    curation, texts = folders
    _format(curation, texts)
    spans = json.loads((curation / "reviews/little-2020/spans.json").read_text("utf-8"))
    assert {TEXT[start:end] for start, end in spans.values()} == {
        "11.7 vs 8.0, HR=0.52 (0.40-0.70), P<0.001", "12 vs 9.0", "Phase II", "100", "50.0% (10/20)", "NR",
        "26.0% (13/50)", "HR 0.60, P=0.034", "GP",
    }  # fmt: skip
    assert spans["little-2020 text GP"][0] > TEXT.index("2.1 Drugs"), "not the GP of section 1"
    assert spans["example-1 row-1 col 3 12 vs 9.0"] == [TEXT.index("12 vs 9.0"), TEXT.index("12 vs 9.0") + 9]


def test_a_fragment_that_is_not_there_is_refused_with_its_line(folders):
    curation, texts = folders
    path = curation / STUDY
    path.write_text(path.read_text("utf-8").replace("printed: 12 vs 9.0", "printed: 12 vs 8.9"), encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        _format(curation, texts)
    (problem,) = caught.value.problems
    assert "Table 1 row 1 col 3 does not print '12 vs 8.9'" in problem.message
    assert "12 vs 8.9" in path.read_text("utf-8").splitlines()[problem.line - 1]


def test_another_text_than_the_one_that_was_read_is_refused(folders):
    curation, texts = folders
    (texts / "little-2020.txt").write_text(TEXT + "x", encoding="utf-8")
    with pytest.raises(RecordError, match="is not the text that little-2020 was read from"):
        _format(curation, texts)


def test_without_the_text_the_spans_are_skipped_and_it_says_so(folders):
    curation, _ = folders
    before = (curation / "reviews/little-2020/spans.json").read_bytes()
    changed, told = _format(curation, None)
    assert told == ["skipped: the spans of little-2020: its text is not at hand"]
    assert (curation / "reviews/little-2020/spans.json").read_bytes() == before
    assert "spans.json" not in changed


def test_keys_come_into_the_order_of_the_model_and_comments_stay(folders):
    curation, texts = folders
    _format(curation, texts)
    path = curation / STUDY
    ordered = path.read_text("utf-8")
    moved = ordered.replace(
        "    statistic: median\n    unit: month\n", "    unit: month   # as printed\n    statistic: median\n", 1
    )
    moved = moved.replace(
        "setting: [first-line, recurrent-or-metastatic]", "setting: [recurrent-or-metastatic, first-line]"
    )
    assert moved != ordered
    path.write_text(moved, encoding="utf-8")
    assert _format(curation, texts, check=True)[0] == ["example-1.yaml"]
    assert path.read_text("utf-8") == moved, "--check changes nothing"
    assert _format(curation, texts)[0] == ["example-1.yaml"]
    assert path.read_text("utf-8").replace("   # as printed", "") == ordered
    assert _format(curation, texts)[0] == [], "formatting twice changes nothing"


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the source texts are not at hand ({SOURCES})")
def test_the_projects_records_are_in_order_and_every_fragment_stands_in_its_text():
    assert _format(CURATION, SOURCES, check=True) == ([], [])
