"""Reads the description of a thing from the engine, one page of it: what a page of HTML is made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.catalog.terms import iri_term
from kg.engine import Engine
from kg.web import entity_query
from kg.web.names import Names

__all__ = ["Description", "Group", "Known", "Size", "ask", "measure", "read_description", "resolve"]

Term = Mapping[str, Any]
Row = Mapping[str, Term]

_MOST_REPORTS = 50
_TRUE = frozenset({"true", "1"})  # the second as Virtuoso says it


@dataclass(frozen=True)
class Known:
    """An IRI that the data know."""

    iri: str
    is_graph: bool
    is_ontology: bool
    deprecated: bool
    replacement: str | None

    @property
    def term(self) -> str:
        """The IRI as SPARQL writes it."""
        return iri_term(self.iri)


@dataclass(frozen=True)
class Size:
    """How much there is to say: statements in each group, things that a graph describes, pages that this fills."""

    groups: Mapping[tuple[int, str], int]
    members: int
    pages: int


@dataclass
class Group:
    """The values of one property; direction 0: from the thing, 1: to it. `size` counts those of all pages."""

    direction: int
    property: str
    size: int
    values: list[Term] = field(default_factory=list)
    inferred: list[bool] = field(default_factory=list)


@dataclass(frozen=True)
class Description:
    """One page of what the data say of a thing."""

    known: Known
    size: Size
    page: int
    groups: Sequence[Group]
    members: Sequence[str]
    reports: Sequence[Row]
    report_count: int
    discrepancies: Sequence[Row]
    owners: Sequence[str]
    uses: int
    blank_nodes: Sequence[Row]
    names: Names

    def values(self, property_iri: str) -> list[Term]:
        """The values of a property of the thing that stand on this page."""
        return [
            value
            for group in self.groups
            if group.direction == 0 and group.property == property_iri
            for value in group.values
        ]


async def ask(engine: Engine, text: str) -> list[Row]:
    """The rows of a SELECT."""
    answer = await engine.query(text)
    rows: list[Row] = json.loads(answer.body)["results"]["bindings"]
    return rows


async def resolve(engine: Engine, iris: Sequence[str]) -> dict[str, Known]:
    """Those of these IRIs that stand anywhere in the data."""
    found: dict[str, Known] = {}
    for row in await ask(engine, entity_query.resolve(entity_query.terms_of(iris))):
        iri = row["iri"]["value"]
        replacement = row["replacement"]["value"] if "replacement" in row else None
        flags = {name: row[name]["value"] in _TRUE for name in ("graph", "ontology", "deprecated")}
        found.setdefault(iri, Known(iri, flags["graph"], flags["ontology"], flags["deprecated"], replacement))
    return found


async def measure(engine: Engine, known: Known, per_page: int) -> Size:
    """Count the statements, and the things that a graph describes."""
    rows = await ask(engine, entity_query.groups(known.term))
    groups = {(int(row["direction"]["value"]), row["property"]["value"]): int(row["size"]["value"]) for row in rows}
    members = 0
    if known.is_graph:
        members = int((await ask(engine, entity_query.count_members(known.term)))[0]["size"]["value"])
    most = max(sum(groups.values()), members, 1)
    return Size(groups, members, -(-most // per_page))


async def read_description(engine: Engine, known: Known, size: Size, page: int, per_page: int) -> Description:
    """Read one page (the first is 1) of at most so many statements."""
    term, offset = known.term, (page - 1) * per_page
    groups: dict[tuple[int, str], Group] = {}
    for row in await ask(engine, entity_query.page_of(term, per_page, offset)):
        key = (int(row["direction"]["value"]), row["property"]["value"])
        group = groups.setdefault(key, Group(*key, size.groups.get(key, 0)))
        group.values.append(row["other"])
        group.inferred.append(row["inferred"]["value"] == "true")
    rows = await ask(engine, entity_query.members(term, per_page, offset)) if known.is_graph else []
    members = [row["member"]["value"] for row in rows]
    reports = await ask(engine, entity_query.reports(term, _MOST_REPORTS))
    counted = await ask(engine, entity_query.count_reports(term))
    uses = await ask(engine, entity_query.count_uses(term))
    discrepancies = await ask(engine, entity_query.discrepancies(term))
    owners = [row["owner"]["value"] for row in await ask(engine, entity_query.owners(term))]
    blank_nodes = await ask(engine, entity_query.blank_nodes(term))
    shown = [
        known.iri,
        *members,
        *owners,
        *(group.property for group in groups.values()),
        *_iris({"value": value} for group in groups.values() for value in group.values),
        *_iris([*reports, *discrepancies, *blank_nodes]),
    ]
    names = Names(await ask(engine, entity_query.labels(entity_query.terms_of(shown))))
    return Description(
        known,
        size,
        page,
        list(groups.values()),
        members,
        reports,
        int(counted[0]["size"]["value"]),
        discrepancies,
        owners,
        int(uses[0]["size"]["value"]),
        blank_nodes,
        names,
    )


def _iris(rows: Any) -> Iterator[str]:
    for row in rows:
        for term in row.values():
            if term["type"] == "uri":
                yield term["value"]
