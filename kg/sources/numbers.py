"""The numbers in the body of a text, and which of them no report and no exclusion covers.

A number is a run of digits with at most one decimal point. It is no number of the body, and nobody need account for it,
if it is (1) in a citation bracket, such as [31-32]; (2) part of a name: right after a letter (HER3, T1), after a letter
and a hyphen (PD-1, KEYNOTE-122), or right before letters that are no unit (4-1BB, 3D); (3) the number of a section,
table or figure; (4) a list marker, (1); (5) outside the sections and tables that the review's record names (front
matter, reference list). These five are all; tests/sources/test_numbers.py holds each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.sources.text import Span, Text

__all__ = ["body_numbers", "uncovered"]

_CITATION = re.compile(r"\^?\[[\d\s,，、\-–~]+\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LETTER = r"[A-Za-zα-ωΑ-Ω]"
_NAME_BEFORE = re.compile(rf"{_LETTER}[-‑–_]?(?:\d+[-.])*\Z")
_UNITS = re.compile(r"(?:mg|kg|g|mL|ml|L|min|h|Gy|Gray|cm|mm|F|f|W|d|vs|x)\b")
_HEADING = re.compile(r"(?:表|图|Table|Fig\.?|Figure)\s*\**\s*\Z")
_MARKER = re.compile(r"[(（]\d[)）]")
_SECTION = re.compile(r"(?:#+\s*)?\d+(?:\.\d+)*\.?(?=\s)")
_SKIPPED = ("front-matter", "back-matter")


def body_numbers(text: Text) -> list[Span]:
    """Where each number of the body stands, in order."""
    blocked = list(_blocked(text))
    found = []
    for start, end in _body(text):
        for match in _NUMBER.finditer(text.content, start, end):
            span = match.span()
            if not _within(span, blocked) and not _in_name(text.content, span):
                found.append(span)
    return sorted(set(found))


def uncovered(text: Text, spans: Iterable[Span]) -> list[Span]:
    """The numbers of the body that stand in none of these spans."""
    known = sorted(set(spans))
    return [number for number in body_numbers(text) if not _within(number, known)]


def _body(text: Text) -> Iterator[Span]:
    for name, span in text.sections.items():
        if not name.startswith(_SKIPPED):
            yield span


def _blocked(text: Text) -> Iterator[Span]:
    for pattern in (_CITATION, _MARKER):
        for match in pattern.finditer(text.content):
            yield match.span()
    for start, _ in text.sections.values():
        heading = _SECTION.match(text.content, start)
        if heading:
            yield heading.span()


def _in_name(content: str, span: Span) -> bool:
    before = content[max(0, span[0] - 12) : span[0]]
    after = content[span[1] : span[1] + 6]
    if _NAME_BEFORE.search(before) or _HEADING.search(before):
        return True
    return bool(re.match(rf"(?:-\d+)?-?{_LETTER}", after)) and not _UNITS.match(after)


def _within(number: Span, spans: Iterable[Span]) -> bool:
    return any(start <= number[0] and number[1] <= end for start, end in spans)
