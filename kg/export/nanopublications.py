"""Nanopublications: one for each outcome, in one TriG file (https://nanopub.net/guidelines/working_draft/).

The assertion is the outcome with its bearer, study and accepted value; the provenance says in which reviews it is
printed, where, and which discrepancies touch it; the publication info holds licence, creator and release. They are not
signed: a signature needs a person's key (kg.export.nanopublications_signed).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import __date__, __version__
from kg.export.formats import ReleaseGraph
from kg.export.resources import Resources, key_of
from kg.ids import iri
from kg.ontology import prefixes
from kg.terms import BASE, DCTERMS, OA, OKG, RDF, RDFS, XSD

__all__ = ["FILE", "NANOPUB", "nanopublications", "trig_lines", "write_trig"]

FILE = "nanopublications.trig"
NANOPUB = BASE + "nanopub/"
"""What the IRI of each nanopublication starts with; the path of the outcome follows, and a slash."""

_NP = "http://www.nanopub.org/nschema#"
_NPX = "http://purl.org/nanopub/x/"
_PROV = "http://www.w3.org/ns/prov#"
_BIOLINK = "https://w3id.org/biolink/vocab/"
_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_PROJECT = ox.NamedNode(BASE)
_BEARS = ("hasGroup", "hasInvestigationalGroup", "hasComparison")
_GROUP = ("hasRole", "receives", "hasIndication", "withinGroup", "poolsGroup", "population", "sampleSize")
_COMPARISON = ("testGroup", "referenceGroup", "hasBasis", "orientationStated")
_STUDY = ("hasDesign", "phaseLabel", "hasIndication", "registryId")
_CASE = ("hasDiscrepancyKind", "hasResolution", "heldReading", "because")

Statement = tuple[str, str, ox.NamedNode | ox.Literal]


def nanopublications(graph: ReleaseGraph) -> Iterator[list[ox.Quad]]:
    """The quads of each nanopublication, in order of outcome: Head, assertion, provenance, publication info.

    An outcome that has neither an accepted value nor a report has none.
    """
    resources = Resources(graph.quads)
    release = iri("release", str(graph.manifest.get("version", __version__)))
    for outcome in resources.members("Outcome"):
        if resources.first(outcome, "acceptedValue") or resources.subjects("reports", outcome):
            yield _nanopublication(resources, outcome, release)


def write_trig(graph: ReleaseGraph, folder: Path) -> None:
    """All nanopublications, one after another; within each the prefix `this:` is its own IRI."""
    with (folder / FILE).open("wb") as out:
        out.writelines(trig_lines(nanopublications(graph)))


def trig_lines(found: Iterable[list[ox.Quad]]) -> Iterator[bytes]:
    """The lines of a TriG document; a prefix is declared again only where it changes."""
    declared: set[bytes] = set()
    shared = {name: start for name, start in prefixes().items() if name != "oncokg"}  # `this:` starts with it
    for quads in found:
        names = shared | {"np": _NP, "npx": _NPX, "biolink": _BIOLINK} | _own_prefixes(quads)
        text = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=names) or b""
        for line in text.splitlines(keepends=True):
            if line not in declared:
                yield line
            if line.startswith(b"@prefix") and not line.startswith((b"@prefix this:", b"@prefix sub:")):
                declared.add(line)


def _own_prefixes(quads: list[ox.Quad]) -> dict[str, str]:
    """`this:` for a nanopublication, and `sub:` for its parts where they start otherwise (after "#", once signed)."""
    head = next(quad for quad in quads if quad.predicate.value == _NP + "hasAssertion")
    this, sub = (str(getattr(term, "value", "")).removesuffix("Head") for term in (head.subject, head.graph_name))
    return {"this": this} if sub == this else {"this": this, "sub": sub}


def _nanopublication(resources: Resources, outcome: str, release: str) -> list[ox.Quad]:
    name = NANOPUB + outcome.removeprefix(BASE + "outcome/") + "/"
    assertion = _assertion(resources, outcome)
    parts: dict[str, Iterable[ox.Triple]] = {
        "Head": _triples(_head(name)),
        "assertion": assertion,
        "provenance": set(_provenance(resources, outcome, name)) - assertion,
        "pubinfo": _triples(_publication_info(resources, outcome, name, release)),
    }
    return [
        ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(name + part))
        for part, triples in parts.items()
        for triple in sorted(triples, key=str)
    ]


def _triples(statements: Iterable[Statement]) -> list[ox.Triple]:
    return [ox.Triple(ox.NamedNode(s), ox.NamedNode(p), value) for s, p, value in statements]


def _head(name: str) -> Iterator[Statement]:
    yield name, RDF + "type", ox.NamedNode(_NP + "Nanopublication")
    for part, graph in (("Assertion", "assertion"), ("Provenance", "provenance"), ("PublicationInfo", "pubinfo")):
        yield name, _NP + "has" + part, ox.NamedNode(name + graph)


def _assertion(resources: Resources, outcome: str) -> set[ox.Triple]:
    """The outcome, what bears it, and its accepted value."""
    found = set(resources.triples(outcome))
    accepted = resources.first(outcome, "acceptedValue")
    if accepted:
        found |= set(resources.triples(accepted))
    for event in resources.all(outcome, "hasEvent"):
        found |= set(resources.triples(event))
    for bearer in resources.subjects("hasOutcome", outcome):
        found |= _bearer(resources, bearer)
        found.add(ox.Triple(ox.NamedNode(bearer), ox.NamedNode(OKG + "hasOutcome"), ox.NamedNode(outcome)))
    return found


def _bearer(resources: Resources, bearer: str) -> set[ox.Triple]:
    """A group or comparison with the groups compared, as part of its study."""
    found = set(resources.triples(bearer, *_GROUP, *_COMPARISON))
    sides = [group for side in ("testGroup", "referenceGroup") for group in resources.all(bearer, side)]
    for group in sides:
        found |= set(resources.triples(group, *_GROUP))
    for member in (bearer, *sides):
        for study in {study for name in _BEARS for study in resources.subjects(name, member)}:
            found |= set(resources.triples(study, *_STUDY, RDFS + "label"))
            found |= {triple for triple in resources.triples(study, *_BEARS) if triple.object == ox.NamedNode(member)}
    return found


def _provenance(resources: Resources, outcome: str, name: str) -> Iterator[ox.Triple]:
    """Reviews, reports and places; discrepancies that touch the outcome or one of its reports; the curation."""
    assertion, curation = name + "assertion", name + "curation"
    yield from _triples(_curation(assertion, curation))
    reports = resources.subjects("reports", outcome)
    for report in reports:
        yield from resources.triples(report)
        yield from _triples([(assertion, _PROV + "wasDerivedFrom", ox.NamedNode(report))])
        for value in resources.all(report, "printedValue"):
            yield from resources.triples(value)
        for place in resources.all(report, "printedAt"):
            yield from _place(resources, place)
            for review in resources.all(place, "inSource"):
                yield from _triples([(assertion, _PROV + "wasDerivedFrom", ox.NamedNode(review))])
                yield from resources.triples(review, "doi", "title", "year")
    touched = {outcome, *reports}
    for case in {case for thing in touched for case in resources.subjects("isAbout", thing)}:
        yield from resources.triples(case, *_CASE)
        yield from (t for t in resources.triples(case, "isAbout") if getattr(t.object, "value", "") in touched)


def _place(resources: Resources, place: str) -> Iterator[ox.Triple]:
    """A place with its span of characters and the publications whose reference numbers are printed there."""
    yield from resources.triples(place)
    for selector in resources.all(place, OA + "hasSelector"):
        yield from resources.triples(selector)
    for reference in resources.all(place, "citesReference"):
        yield from resources.triples(reference, "referenceNumber", "citesPublication")
        for publication in resources.all(reference, "citesPublication"):
            yield from resources.triples(publication, "doi", "pmid", "title", "year")


def _curation(assertion: str, curation: str) -> Iterator[Statement]:
    yield assertion, _PROV + "wasAttributedTo", _PROJECT
    yield assertion, _PROV + "wasGeneratedBy", ox.NamedNode(curation)
    yield curation, RDF + "type", ox.NamedNode(_PROV + "Activity")
    yield curation, _PROV + "wasAssociatedWith", _PROJECT
    # How Biolink says that a person, not a program, made the statement from what a text says.
    yield assertion, _BIOLINK + "agent_type", ox.Literal("manual_agent")
    yield assertion, _BIOLINK + "knowledge_level", ox.Literal("knowledge_assertion")


def _publication_info(resources: Resources, outcome: str, name: str, release: str) -> Iterator[Statement]:
    yield name, RDFS + "label", ox.Literal(_label(resources, outcome), language="en")
    yield name, DCTERMS + "license", ox.NamedNode(_LICENSE)
    yield name, DCTERMS + "creator", _PROJECT
    yield name, DCTERMS + "isPartOf", ox.NamedNode(release)
    yield name, DCTERMS + "subject", ox.NamedNode(outcome)
    yield name, _NPX + "hasNanopubType", ox.NamedNode(OKG + "Outcome")
    if __date__:
        yield name, DCTERMS + "created", ox.Literal(__date__, datatype=ox.NamedNode(XSD + "date"))


def _label(resources: Resources, outcome: str) -> str:
    """Such as "objective response rate (proportion): 77.8 percent; mrg003, becotatug-phase-2"."""
    endpoint, statistic = (resources.first(outcome, name) or "" for name in ("hasEndpoint", "hasStatistic"))
    value = resources.first(outcome, "acceptedValue") or ""
    status = resources.first(value, "hasValueStatus")
    figure = resources.first(value, "printedText") or (resources.label(status) if status else "no accepted value")
    unit = resources.first(outcome, "hasUnit") if resources.first(value, "printedText") else None
    bearer = next(iter(resources.subjects("hasOutcome", outcome)), "")
    whose = ", ".join(reversed(bearer.removeprefix(BASE).split("/")[1:]))
    shown = f"{figure} {key_of(unit)}" if unit else figure
    return f"{resources.label(endpoint)} ({resources.label(statistic)}): {shown}; {whose}"
