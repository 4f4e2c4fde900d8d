"""A source text, cut into the sections and table rows that locators name.

Offsets are Unicode code points in the file that is pinned by its SHA-256 (Web Annotation, TextPositionSelector).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.errors import Problem, RecordError
from kg.model.review import Review, TableAnchors
from kg.paths import display

__all__ = ["Span", "Text", "read_text"]

Span = tuple[int, int]
_ROW = re.compile(r"Table (?P<table>\d+)(?: row (?P<row>\d+)(?: col (?P<col>\d+))?)?")
_FEWEST_FIELDS = 2


@dataclass(frozen=True)
class Text:
    """The content of one source, with the anchors that its review's record gives for sections and tables."""

    review: Review
    content: str

    @cached_property
    def sections(self) -> dict[str, Span]:
        """Where each section stands: from its anchor to the next."""
        starts = [
            (name, self._anchor(anchor, f"section {name}")) for name, anchor in self.review.source.sections.items()
        ]
        ends = sorted({start for _, start in starts} | {self.end})
        return {name: (start, next(end for end in ends if end > start)) for name, start in starts}

    @cached_property
    def end(self) -> int:
        """Where the body ends and the reference list begins."""
        anchor = self.review.source.references
        return self._anchor(anchor, "the reference list") if anchor else len(self.content)

    @cached_property
    def rows(self) -> dict[tuple[int, int], Span]:
        """Where each data row of each table stands: (table, row) → span; a row runs on until the next begins."""
        found: dict[tuple[int, int], Span] = {}
        for table, anchors in self.review.source.tables.items():
            start = self._anchor(anchors.first, f"table {table}")
            end = self.content.find(anchors.notes, start) if anchors.notes else self._table_end(anchors)
            for number, span in enumerate(_rows(self.content, start, end), start=1):
                found[int(table), number] = span
        return found

    def region(self, locator: str) -> Span | None:
        """Where what the locator names stands; None where the text has no such section, row or column."""
        found = _ROW.fullmatch(locator)
        if found and found["row"] is None:
            anchors = self.review.source.tables.get(found["table"])
            return (self._anchor(anchors.title, "a table's title"), self._table_end(anchors)) if anchors else None
        if found:
            row = self.rows.get((int(found["table"]), int(found["row"])))
            return _column(self.content, row, int(found["col"])) if row and found["col"] else row
        if locator.startswith("Figure "):
            caption = re.compile(rf"(?:图|Fig\.? ?|Figure ){locator.removeprefix('Figure ')}(?!\d)[^\n]*\n").search(
                self.content
            )
            return caption.span() if caption else None
        if locator.startswith("reference "):
            return self._reference(int(locator.removeprefix("reference ")))
        return self.sections.get(locator.partition(" ")[0])

    @cached_property
    def tables(self) -> list[Span]:
        """Where each table stands, title and notes included."""
        anchors = self.review.source.tables.values()
        return [(self._anchor(table.title, "a table's title"), self._table_end(table)) for table in anchors]

    def locate(self, printed: str, locator: str) -> list[Span]:
        """All places of the fragment in what the locator names; a section is its running text, without its tables."""
        region = self.region(locator)
        found = self.find(printed, region) if region else []
        if locator.startswith(("Table", "reference")):
            return found
        running = [span for span in found if not any(start <= span[0] < end for start, end in self.tables)]
        return running or found

    def find(self, printed: str, region: Span) -> list[Span]:
        """All places in the region where the fragment stands."""
        found, start = [], self.content.find(printed, *region)
        while start >= 0:
            found.append((start, start + len(printed)))
            start = self.content.find(printed, start + 1, region[1])
        return found

    def line(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return self.content.count("\n", 0, offset) + 1

    def _table_end(self, anchors: TableAnchors) -> int:
        return self.content.find(anchors.end, self._anchor(anchors.first, "a table's first row"))

    def _anchor(self, anchor: str, what: str) -> int:
        start = self.content.find(anchor)
        if start < 0:
            raise RecordError(
                [Problem(self.review.source.file, 0, "", f"the anchor of {what} does not stand in the text: {anchor}")]
            )
        return start

    def _reference(self, number: int) -> Span | None:
        found = re.compile(rf"^(?:- )?\[{number}\].*", re.MULTILINE).search(self.content, self.end)
        if not found:
            return None
        following = re.compile(rf"^(?:- )?\[{number + 1}\]", re.MULTILINE).search(self.content, found.end())
        return found.start(), following.start() if following else len(self.content)


def _rows(content: str, start: int, end: int) -> list[Span]:
    """Data rows have two fields or more that are not empty; a line with its first field alone is a heading."""
    rows: list[Span] = []
    offset, open_row = start, False
    for line in content[start:end].splitlines(keepends=True):
        fields = line.rstrip("\n").split("\t")
        filled = sum(bool(field.strip()) for field in fields)
        if len(fields) > 1 and filled >= _FEWEST_FIELDS:
            rows.append((offset, offset + len(line)))
            open_row = True
        elif len(fields) > 1 and fields[0].strip():
            open_row = False
        elif open_row and rows:
            rows[-1] = (rows[-1][0], offset + len(line))
        offset += len(line)
    return rows


def _column(content: str, row: Span, column: int) -> Span | None:
    start = row[0]
    fields = content[row[0] : row[1]].split("\t")
    if column > len(fields):
        return None
    start += sum(len(field) + 1 for field in fields[: column - 1])
    return start, start + len(fields[column - 1])


def read_text(review: Review, folder: Path) -> Text:
    """The text of a review. Raises RecordError where it is missing or is not the text that was read (SHA-256)."""
    path = folder / review.source.file
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RecordError([Problem(display(path), 0, "", f"the source text cannot be read: {error}")]) from error
    if hashlib.sha256(raw).hexdigest() != review.source.sha256:
        message = (
            f"is not the text that {review.review} was read from: its SHA-256 is {hashlib.sha256(raw).hexdigest()}"
        )
        raise RecordError([Problem(display(path), 0, "", message)])
    return Text(review, raw.decode("utf-8"))
