"""FHIR R5 (5.0.0): one Evidence for each outcome of an arm or a comparison (https://hl7.org/fhir/R5/evidence.html).

Written as one Bundle of type collection, one entry a line: Evidence refers to Group and EvidenceVariable, and only in a
Bundle do these references resolve wherever the file is read; validators and servers take a Bundle as it is. (NDJSON is
what a server hands out in bulk, one file for each type of resource.)

`certainty` is left out: nobody has rated it. `status` is active where a value is accepted and no open discrepancy
touches the outcome, else draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import simplejson

from kg import __version__
from kg.export.fhir_codes import DESIGNS, PHASES, coding
from kg.export.fhir_statistics import statistic
from kg.export.fhir_variables import Variables, identity, time_point
from kg.export.formats import ReleaseGraph
from kg.export.resources import Resources, key_of

__all__ = ["entries", "write_bundle"]

Json = dict[str, Any]
_URI = "urn:ietf:rfc:3986"
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_STUDY_DESIGN = "http://hl7.org/fhir/study-design"
_COPYRIGHT = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
_SIGNS = {"en": (", ", ": ", " vs ", " (", ")"), "zh": ("，", "：", "对比", "（", "）")}
_BEARS = ("hasGroup", "hasInvestigationalGroup", "hasComparison")


def write_bundle(graph: ReleaseGraph, folder: Path) -> None:
    """The Bundle as JSON. Numbers keep the zeros that are printed: in FHIR 7.30 is more exact than 7.3."""
    lines = [simplejson.dumps(entry, use_decimal=True, ensure_ascii=False) for entry in entries(graph)]
    entry = ', "entry": [\n' + ",\n".join(lines) + "\n]" if lines else ""  # FHIR knows no empty lists
    text = '{"resourceType": "Bundle", "type": "collection"' + entry + "}\n"
    (folder / "evidence.fhir.json").write_text(text, encoding="utf-8")


def entries(graph: ReleaseGraph) -> Iterator[Json]:
    """The entries of the Bundle: Evidence in order of outcome, then what it refers to in order of IRI."""
    resources = Resources(graph.quads)
    variables = Variables(resources)
    version = str(graph.manifest.get("version", __version__))
    for outcome in resources.members("Outcome"):
        yield _entry(_evidence(resources, variables, outcome, version))
    for _, resource in sorted(variables.found.items()):
        yield _entry(resource)


def _entry(resource: Json) -> Json:
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}


def _evidence(resources: Resources, variables: Variables, outcome: str, version: str) -> Json:
    (bearer,) = resources.subjects("hasOutcome", outcome)
    tests, reference = resources.all(bearer, "testGroup"), resources.first(bearer, "referenceGroup")
    study = next(study for name in _BEARS for study in resources.subjects(name, bearer))
    title = _title(resources, outcome, bearer, study, "en")
    translation = [
        {"url": "lang", "valueCode": "zh"},
        {"url": "content", "valueString": _title(resources, outcome, bearer, study, "zh")},
    ]
    cases = _cases(resources, outcome)
    found: Json = {
        "resourceType": "Evidence",
        "id": identity(outcome),
        "language": "en",
        "url": outcome,
        "identifier": [{"system": _URI, "value": outcome}],
        "version": version,
        "title": title,
        "_title": {"extension": [{"url": _TRANSLATION, "extension": translation}]},
        "citeAsMarkdown": f"The OncoKG project. OncoKG, version {version}: {title}. {outcome}",
        "status": _status(resources, outcome, cases),
        "publisher": "The OncoKG project",
        "copyright": _COPYRIGHT,
        "relatedArtifact": [*_publications(resources, study, outcome), *_reviews(resources, outcome)],
        "note": [{"text": text} for text in _notes(resources, outcome, bearer, cases)],
        "variableDefinition": variables.definitions(outcome, tests or [bearer], reference, study),
        "studyDesign": _designs(resources, study),
        "statistic": [statistic(resources, outcome, None if tests else bearer)],
    }
    return {name: value for name, value in found.items() if value != []}


def _title(resources: Resources, outcome: str, bearer: str, study: str, language: str) -> str:
    """Such as "overall survival, rate at a time point at 12 month: anlotinib (anlotinib, phase 2)"."""
    comma, colon, versus, left, right = _SIGNS[language]
    tests, reference = resources.all(bearer, "testGroup"), resources.first(bearer, "referenceGroup")
    sides = [" / ".join(resources.label(group, language) for group in tests or [bearer])]
    sides += [resources.label(reference, language)] if reference else []
    event = resources.first(outcome, "hasEvent")
    named = [
        resources.label(resources.first(outcome, name) or "", language) for name in ("hasEndpoint", "hasStatistic")
    ]
    when = time_point(resources, outcome, language)
    what = [named[0], key_of(event).replace("_", " ") if event else None, f"{named[1]} {when}" if when else named[1]]
    said = comma.join(part for part in what if part)
    return f"{said}{colon}{versus.join(sides)}{left}{resources.label(study, language)}{right}"


def _cases(resources: Resources, outcome: str) -> list[str]:
    """The discrepancies that touch the outcome or one of its reports, sorted."""
    touched = [outcome, *resources.subjects("reports", outcome)]
    return sorted({case for thing in touched for case in resources.subjects("isAbout", thing)})


def _status(resources: Resources, outcome: str, cases: list[str]) -> str:
    open_ones = [case for case in cases if key_of(resources.first(case, "hasResolution") or "") == "unresolved"]
    return "active" if resources.first(outcome, "acceptedValue") and not open_ones else "draft"


def _notes(resources: Resources, outcome: str, bearer: str, cases: list[str]) -> Iterator[str]:
    """Where each report is printed, what is in dispute, and what a reader must know of the comparison."""
    for report in resources.subjects("reports", outcome):
        place = resources.first(report, "printedAt") or ""
        review = resources.label(resources.first(place, "inSource") or "")
        printed = (resources.first(report, "printed") or "").replace("`", "'")
        yield f"Printed in {review}, {resources.first(place, 'locator')}: `{printed}`"
    for case in cases:
        kind, resolution = (resources.first(case, name) or "" for name in ("hasDiscrepancyKind", "hasResolution"))
        because = resources.in_language(case, "because", "en")
        yield f"Discrepancy ({resources.label(kind)}, {resources.label(resolution)}): {because}. {case}"
    if resources.first(outcome, "medianStated") == "false":
        yield "The source does not say that the figure is a median."
    if resources.first(bearer, "orientationStated") == "false":
        yield "The source does not say which group is the test group and which the reference."


def _publications(resources: Resources, study: str, outcome: str) -> Iterator[Json]:
    """The publications of the study, and of the analysis where the outcome is of one."""
    tellers = [study, *resources.all(outcome, "inAnalysis")]
    for publication in sorted({found for teller in tellers for found in resources.all(teller, "reportedIn")}):
        yield {"type": "citation"} | _cited(resources, publication)


def _reviews(resources: Resources, outcome: str) -> Iterator[Json]:
    places = {
        place for report in resources.subjects("reports", outcome) for place in resources.all(report, "printedAt")
    }
    for review in sorted({review for place in places for review in resources.all(place, "inSource")}):
        yield {"type": "derived-from"} | _cited(resources, review)


def _cited(resources: Resources, publication: str) -> Json:
    """Title, journal, year, DOI and PMID of a publication, with a link where it has one."""
    title = resources.in_language(publication, "title", "en") or resources.first(publication, "title") or ""
    doi, pmid = resources.first(publication, "doi"), resources.first(publication, "pmid")
    parts = [
        title.rstrip("."),
        resources.first(publication, "journal"),
        resources.first(publication, "year"),
        f"doi:{doi}" if doi else None,
        f"PMID {pmid}" if pmid else None,
    ]
    found: Json = {"citation": ". ".join(part for part in parts if part)}
    if doi:
        found["document"] = {"url": f"https://doi.org/{quote(doi, safe='/:;()')}"}
    elif pmid:
        found["document"] = {"url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"}
    return found


def _designs(resources: Resources, study: str) -> list[Json]:
    """Our design with what FHIR has for it, and the phase."""
    design = resources.first(study, "hasDesign") or ""
    implied = key_of(resources.first(design, "impliesStudyClass") or "")
    codes = DESIGNS.get(key_of(design)) or DESIGNS.get(implied, ())
    phase = PHASES.get((resources.first(study, "phaseLabel") or "").rstrip("abc"))
    return [
        {"text": resources.label(design)},
        *({"coding": [coding(_STUDY_DESIGN, *code)]} for code in (*codes, *([phase] if phase else ()))),
    ]
