"""Find where each printed fragment of the records stands in its text, and keep that in reviews/<review>/spans.json.

The file is written by `oncokg fmt` and by nobody else: nobody types a span, and the records read better without.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from kg.errors import Problem
from kg.model import Review, Study
from kg.model.study import AtPlace, Place
from kg.records import Curation, Loaded
from kg.records.yaml_source import Location
from kg.sources.text import Span, Text, read_text

__all__ = ["Use", "find_spans", "spans_document", "texts_of", "uses"]


@dataclass(frozen=True)
class Use:
    """One use of a place by a record: who uses it, where in the record, and what is printed there."""

    loaded: Loaded
    location: Location
    at: AtPlace

    @property
    def owner(self) -> str:
        """The key of the study or review."""
        record = self.loaded.record
        return record.study if isinstance(record, Study) else str(record.review)

    @property
    def place(self) -> Place:
        """The place itself."""
        found: Place = self.loaded.record.places[self.at.place]
        return found

    @property
    def review(self) -> str:
        """The review that the place is in."""
        return self.place.review or str(self.loaded.record.review)

    @property
    def locator(self) -> str:
        """The place's locator, with the column where one is given."""
        return self.place.locator + (f" col {self.at.col}" if self.at.col else "")

    @property
    def printed(self) -> str:
        """The fragment that is printed there."""
        return self.at.printed or self.place.printed or ""


def uses(curation: Curation) -> Iterator[Use]:
    """Every use of a place, in order of record; a place that a discrepancy reads counts where it has a fragment."""
    for loaded in (*curation.studies.values(), *curation.reviews.values()):
        for location, at in _places_in(loaded.record, ()):
            yield Use(loaded, location, at)
        for key, place in loaded.record.places.items():
            if place.printed:
                yield Use(loaded, ("places", key), AtPlace(place=key))


def _places_in(part: object, location: Location) -> Iterator[tuple[Location, AtPlace]]:
    if isinstance(part, AtPlace):
        yield location, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _places_in(getattr(part, name), (*location, name))
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from _places_in(value, (*location, key))
    elif isinstance(part, tuple | list):
        for index, value in enumerate(part):
            yield from _places_in(value, (*location, index))


def find_spans(curation: Curation, texts: Mapping[str, Text]) -> tuple[dict[str, dict[str, Span]], list[Problem]]:
    """The spans of each review's fragments (see `Curation.span_key`), and a problem for each fragment not found.

    A fragment that stands more than once in its region means its first place there.
    """
    found: dict[str, dict[str, Span]] = {review: {} for review in texts}
    problems: list[Problem] = []
    for use in uses(curation):
        text = texts.get(use.review)
        if text is None:
            continue
        region = text.region(use.locator)
        if region is None:
            problems.append(use.loaded.source.problem(use.location, f"the text has no place {use.locator}"))
            continue
        spans = text.locate(use.printed, use.locator)
        if spans:
            found[use.review][Curation.span_key(use.owner, use.at.place, use.at.col, use.printed)] = spans[0]
        else:
            message = f"{use.locator} does not print {use.printed!r}"
            problems.append(use.loaded.source.problem(use.location, message))
    return found, problems


def spans_document(spans: Mapping[str, Span]) -> str:
    """The spans of one review as JSON: sorted, one line each, so that a difference reads well."""
    lines = [
        f"  {json.dumps(key, ensure_ascii=False)}: [{start}, {end}]" for key, (start, end) in sorted(spans.items())
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def texts_of(curation: Curation, folder: Path) -> dict[str, Text]:
    """The texts of all reviews whose file is in the folder."""
    records: list[Review] = [loaded.record for loaded in curation.reviews.values()]
    return {review.review: read_text(review, folder) for review in records if (folder / review.source.file).is_file()}
