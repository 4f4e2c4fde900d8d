"""Discrepancies: one cause, its readings, which holds and why."""

from __future__ import annotations

from collections.abc import Iterator

from kg.ids import iri
from kg.model.review import Review
from kg.model.study import GLOSSED, AtPlace, Discrepancy, Study
from kg.rdf.builder import Builder
from kg.rdf.outcomes import OutcomeIndex
from kg.rdf.reports import Reporter
from kg.records.load import Loaded
from kg.terms import source_graph

__all__ = ["add_discrepancies"]

# Section of a record -> the kind of the things in it, whose IRIs are kind, owner and key.
_SECTIONS = {
    "groups": "group",
    "claims": "claim",
    "analyses": "analysis",
    "approvals": "approval",
    "recommendations": "recommendation",
    "definitions": "definition",
    "background": "background",
}


def add_discrepancies(build: Builder, loaded: Loaded, reporter: Reporter, index: OutcomeIndex) -> None:
    """Add the discrepancies of a study's or review's record to the graph of the source."""
    for key, discrepancy in loaded.record.discrepancies.items():
        subject = iri("discrepancy", reporter.owner, key)
        build.origin(subject, loaded.source, ("discrepancies", key))
        with build.into(source_graph(reporter.review)):
            _discrepancy(build, reporter, subject, f"{reporter.owner}/{key}", discrepancy)
            for thing in _things(loaded.record, reporter.owner, index, discrepancy):
                build.link(subject, "isAbout", thing)


def _discrepancy(build: Builder, reporter: Reporter, subject: str, key: str, discrepancy: Discrepancy) -> None:
    build.type(subject, "Discrepancy")
    build.key(subject, key)
    build.link(subject, "inSource", iri("review", reporter.review))
    build.link(subject, "hasDiscrepancyKind", iri("discrepancy-kind", discrepancy.kind))
    build.text(subject, "because", discrepancy.because)
    resolved = discrepancy.holds != "unresolved"
    build.link(subject, "hasResolution", iri("resolution", "resolved" if resolved else "unresolved"))
    for source in discrepancy.rests_on:
        build.link(subject, "restsOn", iri("reading-source", source))
    for name, reading in discrepancy.readings.items():
        node = iri("reading", key, name)
        build.type(node, "Reading")
        build.key(node, name)
        build.link(subject, "hasReading", node)
        build.put(node, "readingValue", reading.value)
        build.link(node, "readingFrom", iri("reading-source", reading.source))
        for place in reading.at:
            build.link(node, "readAt", reporter.place(AtPlace(place=place), ""))
        if name == discrepancy.holds:
            build.link(subject, "heldReading", node)


def _things(record: Study | Review, owner: str, index: OutcomeIndex, discrepancy: Discrepancy) -> Iterator[str]:
    """The IRIs behind the addresses in `about`."""
    for address in discrepancy.about:
        section, _, key = address.partition(".")
        if section == "results":
            block, _, bearer = key.partition("/")
            found = index.blocks.get(block, {})
            yield from [found[bearer]] if bearer else found.values()
        elif section == "findings":
            yield index.findings[key]
        elif section in _SECTIONS:
            yield iri(_SECTIONS[section], owner, key)
        elif section == "target_assertions" and isinstance(record, Review):
            asserted = record.target_assertions[key]
            yield iri("target-assertion", asserted.agent, asserted.action, asserted.target)
        elif section in ("phase", "design", "size", *GLOSSED):
            yield iri("fact", owner, section)
        else:
            yield iri("study" if isinstance(record, Study) else "review", owner)
