"""What must hold within one record beyond the form of its parts: every local name that is used is defined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.model.keys import near
from kg.model.review import Review
from kg.model.study import GLOSSED, AtPlace, Discrepancy, Place, PrintedFor, Result, Study
from kg.records.yaml_source import Location

__all__ = ["comparison_groups", "review_problems", "study_problems"]

Found = Iterator[tuple[Location, str]]


def comparison_groups(key: str) -> tuple[str, str] | None:
    """The test and the reference group of a comparison key such as "tki-rt vs tki"; None where it has another form."""
    test, separator, reference = key.partition(" vs ")
    return (test, reference) if separator and test and reference else None


def study_problems(study: Study) -> Found:
    """Every name in a study's record that is defined nowhere, with the location where it stands."""
    yield from _groups(study)
    for key, result in study.results.items():
        yield from _result(study, ("results", key), result)
    for key, finding in study.findings.items():
        yield from _places(study.places, ("findings", key, "at"), finding.at)
        if finding.group:
            yield from _known(("findings", key, "group"), finding.group, study.groups, "group")
    for key, claim in study.claims.items():
        yield from _places(study.places, ("claims", key, "at"), claim.at)
    for name in ("design", "phase", "size", *GLOSSED):
        fact = getattr(study, name)
        if fact is not None:
            yield from _places(study.places, (name, "at"), fact.at)
    yield from _places(study.places, ("registrations_at",), study.registrations_at)
    for index, endpoint in enumerate(study.primary_endpoints):
        yield from _places(study.places, ("primary_endpoints", index, "at"), endpoint.at)
    for key, discrepancy in study.discrepancies.items():
        yield from _discrepancy(study.places, ("discrepancies", key), discrepancy)
        for index, address in enumerate(discrepancy.about):
            yield from _address(study, ("discrepancies", key, "about", index), address)


def review_problems(review: Review) -> Found:
    """The same for a review's record."""
    for section in ("target_assertions", "approvals", "recommendations", "definitions", "background", "claims"):
        for key, record in getattr(review, section).items():
            yield from _places(review.places, (section, key, "at"), record.at)
    for key, discrepancy in review.discrepancies.items():
        yield from _discrepancy(review.places, ("discrepancies", key), discrepancy)
        for index, address in enumerate(discrepancy.about):
            yield from _review_address(review, ("discrepancies", key, "about", index), address)


def _known(at: Location, name: str, defined: Iterable[str], what: str) -> Found:
    names = list(defined)
    if name not in names:
        yield at, f'no {what} "{name}" is defined in this record{near(name, names)}'


def _groups(study: Study) -> Found:
    for key, group in study.groups.items():
        here: Location = ("groups", key)
        for index, name in enumerate(group.pools):
            yield from _known((*here, "pools", index), name, study.groups, "group")
        if group.within:
            yield from _known((*here, "within"), group.within, study.groups, "group")
        for index, name in enumerate(group.crosses or ()):
            yield from _known((*here, "crosses", index), name, study.groups, "group")
        if group.size:
            yield from _places(study.places, (*here, "size", "at"), group.size.at)
        agents = {agent for part in group.regimen for agent in (part.agent, *part.one_of) if agent}
        for agent, administration in group.administration.items():
            yield from _known((*here, "administration", agent), agent, agents, "agent of this group's regimen")
            yield from _places(study.places, (*here, "administration", agent, "at"), administration.at)
    for key in study.comparisons:
        yield from _comparison(study, ("comparisons", key), key)


def _comparison(study: Study, at: Location, key: str) -> Found:
    pair = comparison_groups(key)
    if pair is None:
        yield at, f'"{key}" is not a comparison: write <test group> vs <reference group>'
        return
    for name in pair:
        yield from _known(at, name, study.groups, "group")


def _result(study: Study, here: Location, result: Result) -> Found:
    yield from _places(study.places, (*here, "at"), result.at)
    for name in result.values:
        yield from _known((*here, "values", name), name, study.groups, "group")
    for key in result.comparisons:
        yield from _comparison(study, (*here, "comparisons", key), key)
        if comparison_groups(key) and key not in study.comparisons:
            yield (
                (*here, "comparisons", key),
                f'"{key}" has no basis: add it under comparisons (randomised, non-randomised, …)',
            )
    if result.analysis:
        yield from _known((*here, "analysis"), result.analysis, study.analyses, "analysis")
    bearers = [*result.values, *(name for key in result.comparisons for name in comparison_groups(key) or ())]
    for index, report in enumerate(result.at):
        yield from _printed_for(study, (*here, "at", index, "printed_for"), report.printed_for, bearers)


def _printed_for(study: Study, at: Location, given: PrintedFor | None, bearers: list[str]) -> Found:
    for group, printed_group in (given.groups if given else {}).items():
        yield from _known((*at, "groups", group), group, bearers, "group of this result")
        yield from _known((*at, "groups", group), printed_group, study.groups, "group")


def _places(places: Mapping[str, Place], here: Location, at: Iterable[AtPlace]) -> Found:
    for index, report in enumerate(at):
        if report.place not in places:
            yield (*here, index), f'no place "{report.place}" is defined in this record{near(report.place, places)}'
        elif not (report.printed or places[report.place].printed):
            yield (*here, index), f'what is printed is not given: add printed here or at the place "{report.place}"'


def _discrepancy(places: Mapping[str, Place], here: Location, discrepancy: Discrepancy) -> Found:
    for key, reading in discrepancy.readings.items():
        for index, name in enumerate(reading.at):
            yield from _known((*here, "readings", key, "at", index), name, places, "place")


def _address(study: Study, at: Location, address: str) -> Found:
    section, _, key = address.partition(".")
    if section in (
        "phase",
        "design",
        "size",
        *GLOSSED,
        "setting",
        "disease",
        "publications",
        "registrations",
        "status",
    ):
        return
    if section in ("groups", "results", "findings", "claims", "places", "analyses"):
        block, _, bearer = key.partition("/")
        if block:
            yield from _known(at, block, getattr(study, section), section.removesuffix("s"))
        if bearer and block in study.results:
            result = study.results[block]
            yield from _known(at, bearer, [*result.values, *result.comparisons], "group or comparison of this result")
        return
    allowed = "phase, design, size …, or results.<key>, results.<key>/<group>, groups.<key>"
    yield at, f'"{address}" is not the address of anything: write {allowed}'


def _review_address(review: Review, at: Location, address: str) -> Found:
    section, _, key = address.partition(".")
    if section in ("target_assertions", "approvals", "recommendations", "definitions", "background", "claims"):
        yield from _known(at, key, getattr(review, section), section.removesuffix("s"))
    elif section != "references":
        yield (
            at,
            f'"{address}" is not the address of anything: write references, or claims.<key>, target_assertions.<key> …',
        )
