"""Places, reports and values: what one source prints, and where (DESIGN section 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.ids import iri
from kg.model.study import AtPlace, Place, PrintedFor
from kg.model.values import Value
from kg.rdf.builder import Builder
from kg.records import Curation
from kg.terms import BASE, OA, RDF, source_graph

__all__ = ["Reporter", "add_value"]

_LOCATOR = re.compile(
    r"Table (?P<table>\d+)(?: row (?P<row>\d+)(?: col (?P<col>\d+))?)?|Figure (?P<figure>\d+)"
    r"|reference (?P<reference>\d+)|(?P<section>\S+)(?: p(?P<paragraph>\d+))?"
)


@dataclass
class Reporter:
    """Adds the reports of one record (a study or a review), whose key is `owner`, from its `places`."""

    build: Builder
    owner: str
    review: str
    places: Mapping[str, Place]
    spans: Mapping[str, Mapping[str, tuple[int, int]]]

    def review_of(self, at: AtPlace) -> str:
        """The review that the place is in."""
        return self.places[at.place].review or self.review

    def add(self, statement: str, at: AtPlace, block: str, value: Value | None = None) -> str:
        """Add the report of a statement at a place, with its value where it has one; return the report's IRI.

        `block` is the key of the block of the record in which the report stands; it names the fragment that is printed.
        """
        review = self.review_of(at)
        report = iri("report", review, at.place, statement.removeprefix(BASE))
        with self.build.into(source_graph(review)):
            self.build.type(report, "Report")
            self.build.link(report, "reports", statement)
            self.build.link(report, "printedAt", self.place(at, block))
            self.build.put(
                report, "printed", (value.printed if value else None) or at.printed or self.places[at.place].printed
            )
            for discrepancy in {self.places[at.place].see, at.see} - {None}:
                self.build.link(iri("discrepancy", discrepancy or ""), "isAbout", report)
            for printed_for in (self.places[at.place].printed_for, at.printed_for):
                if printed_for:
                    self._printed_for(report, printed_for, review)
            if value is not None:
                printed_value = report.replace("/report/", "/value/", 1)
                add_value(self.build, printed_value, value)
                self.build.link(report, "printedValue", printed_value)
        return report

    def place(self, at: AtPlace, block: str) -> str:
        """Add the place (with its column and the fragment printed there) and return its IRI."""
        place, review = self.places[at.place], self.review_of(at)
        fragment = (block,) if at.printed or at.col else ()
        subject = iri("place", review, self.owner, at.place, *fragment)
        with self.build.into(source_graph(review)):
            self.build.type(subject, "Place")
            self.build.link(subject, "inSource", iri("review", review))
            locator = place.locator + (f" col {at.col}" if at.col else "")
            self.build.put(subject, "locator", locator)
            found = _LOCATOR.fullmatch(locator)
            parts = found.groupdict() if found else {}
            for name, term in (
                ("table", "tableNumber"),
                ("row", "row"),
                ("col", "column"),
                ("figure", "figureNumber"),
                ("paragraph", "paragraph"),
            ):
                self.build.put(subject, term, parts.get(name), "integer")
            self.build.put(subject, "section", parts.get("section"))
            self.build.put(subject, "printed", at.printed or place.printed)
            for number in {*(at.refs or place.refs), *([int(parts["reference"])] if parts.get("reference") else [])}:
                self.build.link(subject, "citesReference", iri("reference", review, str(number)))
            key = Curation.span_key(self.owner, at.place, at.col, at.printed or place.printed or "")
            self._selector(subject, self.spans.get(review, {}).get(key))
        return subject

    def _selector(self, place: str, span: tuple[int, int] | None) -> None:
        if span:
            selector = place + "/selector"
            self.build.add(place, OA + "hasSelector", ox.NamedNode(selector))
            self.build.add(selector, RDF + "type", ox.NamedNode(OA + "TextPositionSelector"))
            for name, offset in zip(("start", "end"), span, strict=True):
                self.build.add(selector, OA + name, ox.Literal(offset))

    def _printed_for(self, report: str, given: PrintedFor, review: str) -> None:
        for group, printed_group in given.groups.items():
            if group in report.split("/"):  # the bearer is a segment of the report's IRI
                self.build.link(report, "printedForGroup", iri("group", self.owner, printed_group))
        if given.endpoint:
            self.build.link(report, "printedForEndpoint", iri("endpoint", given.endpoint))
        if given.study:
            self.build.link(report, "printedForStudy", iri("study", given.study))
        for number in given.refs:
            self.build.link(report, "printedForReference", iri("reference", review, str(number)))
        self.build.put(report, "printedLabel", given.label)
        self.build.put(report, "printedHeading", given.heading)


def add_value(build: Builder, subject: str, value: Value) -> None:
    """Add a value node to the current graph."""
    build.type(subject, "Value")
    build.link(subject, "hasValueStatus", iri("value-status", value.status or "reported"))
    build.put(subject, "value", value.value, "decimal")
    build.put(subject, "valueHigh", value.high, "decimal")
    build.put(subject, "printedText", value.value and (f"{value.value}-{value.high}" if value.high else value.value))
    if value.qualifier:
        build.link(subject, "hasQualifier", iri("qualifier", value.qualifier))
    if value.n:
        numerator, denominator = value.n.split("/")
        build.put(subject, "numerator", numerator, "integer")
        build.put(subject, "denominator", denominator, "integer")
    if value.count is not None:
        build.put(subject, "numerator", str(value.count), "integer")
    if value.ci:
        build.put(subject, "ciText", value.ci)
        for term, end in zip(("ciLower", "ciUpper"), value.ci.split(" to "), strict=True):
            build.put(subject, term, None if end == "open" else end, "decimal")
        build.put(subject, "ciLevel", value.ci_level or "95", "decimal")
    if value.p:
        _p(build, subject, value.p)
    build.put(subject, "significance", value.significance)
    if value.spread:
        build.link(subject, "hasSpreadKind", iri("spread-kind", value.spread.kind))
        build.put(subject, "spread", value.spread.value, "decimal")
        build.put(subject, "spreadLow", value.spread.low, "decimal")
        build.put(subject, "spreadHigh", value.spread.high, "decimal")


def _p(build: Builder, subject: str, p: str) -> None:
    build.put(subject, "pText", p)
    found = re.fullmatch(r"(<=|>=|<|>)?([\d.]+)", p)
    if found:
        build.put(subject, "pOperator", found[1] or "=")
        build.put(subject, "pValue", found[2], "decimal")
