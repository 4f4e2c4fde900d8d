"""`oncokg check sources`: do the records say what the texts print, and is every number of the texts accounted for?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kg.errors import Problem
from kg.model import Study
from kg.model.study import Result
from kg.model.values import Value
from kg.records import Curation
from kg.sources.numbers import body_numbers, uncovered
from kg.sources.spans import Use, find_spans, texts_of, uses
from kg.sources.text import Span, Text

__all__ = ["SourceReport", "check_sources"]

_BRACKET = re.compile(r"\[([\d\s,，、\-–~]+)\]")
_RANGE = re.compile(r"(\d)\]\s*[-–~]\s*\[(\d)")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
# Percentages that are said in words.
_IN_WORDS = {"半": "50", "half": "50", "均": "100", "全部": "100"}
_TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True)
class SourceReport:
    """What was found for one review: numbers of its body, how many are excluded, which are uncovered."""

    review: str
    numbers: int
    excluded: int
    uncovered: tuple[str, ...]


def check_sources(curation: Curation, folder: Path) -> tuple[list[SourceReport], list[Problem], list[str]]:
    """Reports by review, problems of records against texts, and the reviews whose text is not at hand."""
    texts = texts_of(curation, folder)
    spans, problems = find_spans(curation, texts)
    for review, found in spans.items():
        if dict(curation.spans.get(review, {})) != found:
            where = texts[review].review.source.file
            problems.append(Problem(where, 0, review, "spans.json is not up to date: run oncokg fmt"))
    problems += [problem for use in uses(curation) if use.review in texts for problem in _references(use, texts)]
    problems += list(_values(curation, texts))
    reports = [_report(text, spans[review]) for review, text in sorted(texts.items())]
    return reports, problems, sorted(set(curation.reviews) - set(texts))


def _report(text: Text, spans: Mapping[str, Span]) -> SourceReport:
    exclusions = []
    for exclusion in text.review.source.exclusions:
        exclusions += text.locate(exclusion.printed, exclusion.locator)
    known = list(spans.values())
    without = uncovered(text, known)
    left = uncovered(text, [*known, *exclusions])
    shown = tuple(_shown(text, span) for span in left)
    return SourceReport(text.review.review, len(body_numbers(text)), len(without) - len(left), shown)


def _shown(text: Text, span: Span) -> str:
    start, end = max(0, span[0] - 12), min(len(text.content), span[1] + 12)
    around = text.content[start : span[0]] + "«" + text.content[slice(*span)] + "»" + text.content[span[1] : end]
    return f"{text.review.source.file}:{text.line(span[0])}: {around}".replace("\n", " ").replace("\t", " ")


def _references(use: Use, texts: Mapping[str, Text]) -> Iterator[Problem]:
    """The reference numbers of a place stand in its region, or are explained by `printed_for` or `see`."""
    text = texts[use.review]
    explained = use.at.printed_for or use.at.see or use.place.printed_for or use.place.see
    region = text.region(use.place.locator.partition(" col ")[0])  # a row's reference may stand in another column
    if explained or region is None or use.place.locator.startswith("reference"):
        return
    joined = _RANGE.sub(r"\1-\2", text.content[slice(*region)])  # "[18]-[24]" is [18-24]
    cited = {number for match in _BRACKET.finditer(joined) for number in _numbers(match[1])}
    for number in use.at.refs or use.place.refs:
        if number not in cited:
            yield use.loaded.source.problem(use.location, f"[{number}] is not cited in {use.place.locator}")


def _numbers(inside: str) -> Iterator[int]:
    for part in re.split(r"[,，、]", inside.replace(" ", "")):
        ends = [int(end) for end in re.findall(r"\d+", part)]
        if ends:
            yield from range(ends[0], ends[-1] + 1)


def _values(curation: Curation, texts: Mapping[str, Text]) -> Iterator[Problem]:
    """Each figure of a result stands in the fragment that its place prints."""
    for loaded in curation.studies.values():
        study: Study = loaded.record
        sizes = _sizes(study)
        for key, result in study.results.items():
            for index, at in enumerate(result.at):
                place = study.places[at.place]
                if (place.review or study.review) not in texts:
                    continue
                printed = _figures(at.printed or place.printed or "")
                for figure in _claimed(result):
                    if Decimal(figure) not in printed | sizes:
                        message = f"{figure} does not stand in what is printed: {at.printed or place.printed}"
                        yield loaded.source.problem(("results", key, "at", index), message)


def _sizes(study: Study) -> set[Decimal]:
    """The numbers of patients on record, which a denominator may be without standing beside the count."""
    sizes = {name: Decimal(group.size.value) for name, group in study.groups.items() if group.size}
    pooled = {sum((sizes.get(name, Decimal(0)) for name in group.pools), Decimal(0)) for group in study.groups.values()}
    return {*sizes.values(), *pooled, *([Decimal(study.size.value)] if study.size else [])}


def _claimed(result: Result) -> Iterator[str]:
    values: list[Value] = [*result.values.values(), *result.comparisons.values()]
    for value in values:
        given = [value.value, value.high, value.ci, value.n, value.p, value.spread and value.spread.value]
        for text in given:
            yield from _FIGURE.findall(text or "")


def _figures(printed: str) -> set[Decimal]:
    """The figures of a fragment; a space within a number ("0.033 5", "7 043") is none, and 90.6万 is 906 000."""
    joined = re.sub(r"(?<=\d) (?=\d)", "", printed)
    found = {Decimal(figure) for text in (printed, joined) for figure in _FIGURE.findall(text)}
    found |= {Decimal(figure) for word, figure in _IN_WORDS.items() if word in printed}
    for part, whole in re.findall(r"(\d+)/(\d+)", joined):  # "1/5 of the patients" is 20 %
        if Decimal(whole):
            found.add(Decimal(100) * Decimal(part) / Decimal(whole))
    found |= {Decimal(figure) * _TEN_THOUSAND for figure in re.findall(r"(\d+(?:\.\d+)?)万", joined)}
    return found
