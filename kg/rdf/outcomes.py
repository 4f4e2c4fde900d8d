"""Results → outcomes and characteristics, their reports, and the accepted value of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from kg.ids import bearer_key, event_key, iri, outcome_path
from kg.model.study import Discrepancy, Result, Study
from kg.model.values import Dimensions, Event, Value
from kg.rdf.builder import Builder
from kg.rdf.reports import Reporter, add_value
from kg.records.load import Curation, Loaded
from kg.terms import graph, source_graph

__all__ = ["OutcomeIndex", "Reading", "add_dimensions", "add_outcomes"]


# While one of these is unresolved, nobody knows whether the figure is true of the outcome: nothing is accepted. The
# other kinds leave the figure standing and question what is around it (its denominator, the size, a name).
_QUESTIONS_THE_VALUE = frozenset(
    {"value", "arms-reversed", "row-or-column-shifted", "wrong-study", "analysis-mixed", "effect-coding"}
)


@dataclass(frozen=True)
class Reading:
    """One report of an outcome, before the accepted value is chosen."""

    report: str
    block: str
    bearer: str
    place: str
    value: Value


@dataclass
class OutcomeIndex:
    """The outcomes of one study: which block states which, and the readings of each."""

    blocks: dict[str, dict[str, str]] = field(default_factory=dict)  # block → bearer → outcome IRI
    readings: dict[str, list[Reading]] = field(default_factory=dict)  # outcome IRI → readings
    findings: dict[str, str] = field(default_factory=dict)  # key → finding IRI


def add_outcomes(build: Builder, curation: Curation, loaded: Loaded, reporter: Reporter) -> OutcomeIndex:
    """Add the outcomes of a study with their reports and accepted values; return where each is."""
    study: Study = loaded.record
    index = OutcomeIndex()
    for block, result in study.results.items():
        for bearer, statistic, value in _figures(result):
            section = "comparisons" if " vs " in bearer else "values"
            outcome = _outcome(build, curation, study, result, bearer, statistic)
            build.origin(outcome, loaded.source, ("results", block, section, bearer))
            index.blocks.setdefault(block, {})[bearer] = outcome
            for position, at in enumerate(result.at):
                report = reporter.add(outcome, at, block, value)
                build.origin(report, loaded.source, ("results", block, "at", position))
                build.origin(
                    report.replace("/report/", "/value/", 1), loaded.source, ("results", block, section, bearer)
                )
                index.readings.setdefault(outcome, []).append(Reading(report, block, bearer, at.place, value))
    for outcome, readings in index.readings.items():
        _accept(build, study, outcome, readings)
    return index


def _figures(result: Result) -> Iterator[tuple[str, str, Value]]:
    for group, value in result.values.items():
        yield group, result.statistic or "unspecified", value
    for comparison, effect in result.comparisons.items():
        yield comparison, effect.statistic, effect


def _outcome(build: Builder, curation: Curation, study: Study, result: Result, bearer: str, statistic: str) -> str:
    characteristic = result.endpoint in curation.known.by_kind.get("characteristic", frozenset())
    kind = "characteristic" if characteristic else "outcome"
    outcome = iri(outcome_path(kind, study.study, bearer, result.endpoint, statistic, result))
    bearer_iri = iri("comparison" if " vs " in bearer else "group", study.study, bearer_key(bearer))
    with build.into(graph("studies")):
        build.type(outcome, "Characteristic" if characteristic else "Outcome")
        build.link(bearer_iri, "hasCharacteristic" if characteristic else "hasOutcome", outcome)
        build.link(outcome, "hasEndpoint", iri(kind if characteristic else "endpoint", result.endpoint))
        build.link(outcome, "hasStatistic", iri("statistic", statistic))
        unit = _unit(result, statistic, comparison=" vs " in bearer)
        build.link(outcome, "hasUnit", iri("unit", unit) if unit else None)
        if not result.stated:
            build.put(outcome, "medianStated", "false", "boolean")
        add_dimensions(build, outcome, study.study, result)
    return outcome


def _unit(result: Result, statistic: str, *, comparison: bool) -> str | None:
    """The unit of a block is that of its groups' figures; of the effects only a difference has it, a ratio has none."""
    if statistic in {"relative-change", "change-unstated"}:
        return "percent"
    return result.unit if not comparison or statistic == "difference" else None


def add_dimensions(build: Builder, statement: str, study: str, result: Dimensions) -> None:
    """Add the dimensions of a statement that do not have their default."""
    if result.time:
        build.put(statement, "timePoint", result.time.amount, "decimal")
        build.link(statement, "timePointUnit", iri("unit", result.time.unit))
        build.put(statement, "timePointMonths", str(result.time.months), "decimal")
    if result.analysis:
        build.link(statement, "inAnalysis", iri("analysis", study, result.analysis))
    for name, term, kind in (
        ("criteria", "byCriteria", "response-criteria"),
        ("assessor", "byAssessor", "assessor"),
        ("origin", "fromOrigin", "time-origin"),
        ("adjustment", "hasAdjustment", "adjustment"),
        ("counts", "counts", "counted-unit"),
    ):
        key = getattr(result, name)
        if key:
            build.link(statement, term, iri(kind, key))
    if result.event:
        build.link(statement, "hasEvent", _event(build, result.event))


def _event(build: Builder, event: Event) -> str:
    subject = iri("event", event_key(event))
    with build.into(graph("vocabulary")):
        build.type(subject, "ClinicalEvent")
        build.key(subject, event_key(event))
        if event.term:
            build.link(subject, "hasEventTerm", iri("event-term", event.term))
        if event.grades:
            low = event.grades[0]
            build.put(subject, "minGrade", low, "integer")
            build.put(subject, "maxGrade", "5" if event.grades.endswith("+") else event.grades[-1], "integer")
        build.put(subject, "relatedTo", event.related_to)
        build.put(subject, "serious", None if event.serious is None else str(event.serious).lower(), "boolean")
        build.put(subject, "actionTaken", event.action)
        build.put(subject, "onset", event.onset)
    return subject


def _accept(build: Builder, study: Study, outcome: str, readings: list[Reading]) -> None:
    """State the accepted value: the most exact of the readings that stand, where they agree (CURATION rules 2, 4)."""
    touching = [d for d in study.discrepancies.values() if any(_about(d, reading) for reading in readings)]
    for discrepancy in touching:
        held = discrepancy.readings.get(discrepancy.holds)
        if held is not None and held.accepted is not None:
            subject = f"{outcome.replace('/outcome/', '/value/accepted/', 1)}"
            with build.into(source_graph(study.review)):
                add_value(build, subject, held.accepted)
            with build.into(graph("studies")):
                build.link(outcome, "acceptedValue", subject)
            return
    if any(d.holds == "unresolved" and d.kind in _QUESTIONS_THE_VALUE for d in touching):
        return
    standing = [reading for reading in readings if not any(_overruled(d, reading) for d in touching)]
    if standing and _agree(standing):
        best = min(standing, key=lambda reading: (-_information(reading.value), reading.report))
        with build.into(graph("studies")):
            build.link(outcome, "acceptedValue", best.report.replace("/report/", "/value/", 1))


def _about(discrepancy: Discrepancy, reading: Reading) -> bool:
    """Whether the discrepancy is about the block of the reading, or about its bearer in that block."""
    block = f"results.{reading.block}"
    return block in discrepancy.about or f"{block}/{reading.bearer}" in discrepancy.about


def _overruled(discrepancy: Discrepancy, reading: Reading) -> bool:
    """Whether the discrepancy holds another reading than the one that this report's place gives."""
    held = discrepancy.readings.get(discrepancy.holds)
    if held is None or not _about(discrepancy, reading) or reading.place in held.at:
        return False
    return any(reading.place in other.at for other in discrepancy.readings.values())


def _agree(readings: list[Reading]) -> bool:
    """Whether the readings are one value: the same status, and figures equal to the finest or coarser prints of it."""
    if len({reading.value.status for reading in readings}) > 1:
        return False
    for name in ("value", "high"):
        figures = [getattr(reading.value, name) for reading in readings if getattr(reading.value, name) is not None]
        if figures and not _same_figure(figures):
            return False
    for name in ("n", "count", "p", "ci"):
        if len({getattr(reading.value, name) for reading in readings} - {None}) > 1:
            return False
    return True


def _same_figure(figures: list[str]) -> bool:
    finest = Decimal(max(figures, key=_decimals))
    return all(_rounds_to(finest, figure) for figure in figures)


def _rounds_to(finest: Decimal, figure: str) -> bool:
    """Whether the figure is the finest, or a coarser print of it (a half may have been rounded either way)."""
    unit = Decimal(1).scaleb(-_decimals(figure))
    return abs(finest - Decimal(figure)) <= unit / 2 if finest != Decimal(figure) else True


def _decimals(figure: str) -> int:
    return len(figure.partition(".")[2])


def _information(value: Value) -> int:
    """How much a value says: decimals of the figure, then count, interval and P."""
    return 10 * _decimals(value.value or "") + sum(
        given is not None for given in (value.value, value.n, value.ci, value.p, value.spread)
    )
