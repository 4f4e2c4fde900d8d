"""What counts as a number of a text's body: each of the five exceptions, and what is none of them."""

from __future__ import annotations

import pytest

from kg.model import Review
from kg.sources.numbers import body_numbers, uncovered
from kg.sources.text import Text


def _text(body: str, **sections: str) -> Text:
    review = Review.model_validate(
        {
            "review": "r", "title": {"en": "t", "zh": "t"}, "label": {"en": "l", "zh": "l"},
            "year": "2020", "language": "zh",
            "source": {
                "file": "r.txt", "sha256": "0" * 64, "references": "REFERENCES",
                "sections": {"introduction": "START", **sections},
            },
        }
    )  # fmt: skip
    return Text(review, f"9 authors\nSTART {body}\nREFERENCES\n[1] 2020, 30(2): 114-9.")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("ORR为85.7%, 中位PFS为19.4个月", ["85.7", "19.4"]),
        ("HR=0.52, 95%CI: 0.62~0.86", ["0.52", "95", "0.62", "0.86"]),
        ("7 043例", ["7", "043"]),
        ("$P < 0.000 1$", ["0.000", "1"]),
        ("2.0 mg/kg, 60Gy, 12W", ["2.0", "60", "12"]),
        ("结果^[31-32], [1] [2], [5,6、7]和[1–3]", []),
        ("PD-1, CTLA-4, HER3, KEYNOTE-122, MRG003, TROPION-Lung01, GO30140", []),
        ("4-1BB, 3D, 19q", []),
        ("表1和图 2, Table 3, Fig.1", []),
        ("(1) 寻求, （2）寻求", []),
        ("(10)例", ["10"]),
        ("12例", ["12"]),
    ],
)
def test_which_numbers_count(body, found):
    text = _text(body)
    assert [text.content[start:end] for start, end in body_numbers(text)] == found


def test_section_numbers_are_none():
    text = _text("\n2.1 Drugs\n30 patients were\n## 3. Results\n", **{"2.1": "2.1 Dr", "3": "## 3."})
    assert [text.content[start:end] for start, end in body_numbers(text)] == ["30"]


def test_front_matter_and_reference_list_are_outside():
    text = _text("5 abc\nFUND 82230034\n", **{"front-matter": "FUND"})
    assert [text.content[start:end] for start, end in body_numbers(text)] == ["5"]


def test_a_number_is_covered_by_a_span_that_holds_all_of_it():
    text = _text("85.7% and 19.4")
    start = text.content.index("85.7")
    assert [text.content[s:e] for s, e in uncovered(text, [(start, start + 4)])] == ["19.4"]
    assert [text.content[s:e] for s, e in uncovered(text, [(start, start + 2)])] == ["85.7", "19.4"]
