"""The codes of FHIR R5 and of HL7 Terminology that stand for what our closed lists say.

Read in the packages hl7.fhir.r5.core 5.0.0 (value sets with required bindings, UCUM) and hl7.terminology.r5 7.0.1 (the
others); tests/export/fhir/codes.json holds those that the tests check against.
"""

from __future__ import annotations

from typing import Any

from kg.export.resources import Resources, key_of
from kg.terms import BASE, SKOS

__all__ = [
    "ABSENT",
    "COMPARATORS",
    "DESIGNS",
    "ESTIMATES",
    "PHASES",
    "SPREADS",
    "STATISTICS",
    "UCUM",
    "UNITS",
    "coding",
    "concept",
    "hl7",
]

UCUM = "http://unitsofmeasure.org"
STATISTICS = {
    "median": ("C28007", "Median"),
    "mean": ("C53319", "Mean"),
    "proportion": ("C44256", "Proportion"),
    "count": ("C25463", "Count"),
    "hazard-ratio": ("C93150", "Hazard Ratio"),
    "odds-ratio": ("C16932", "Odds Ratio"),
    "relative-risk": ("C93152", "Relative Risk"),
}
"""statistic-type. A rate at a time point, a relative change and a bare test have no code there, and get only ours."""
ESTIMATES = {"ci": ("C53324", "Confidence interval"), "p": ("C44185", "P-value")}
SPREADS = {
    "sd": ("C53322", "Standard deviation"),
    "se": ("0000037", "Standard error of the mean"),
    "iqr": ("C53245", "Interquartile range"),
    "range": ("C38013", "Range"),
}
"""attribute-estimate-type; a spread whose kind the source does not state has none."""
COMPARATORS = {"less-than": "<", "more-than": ">", "at-most": "<=", "at-least": ">="}
"""quantity-comparator; FHIR has none for "about", which is said in words."""
ABSENT = {"not-reached": "temp-unknown", "not-mature": "temp-unknown", "not-reported": "unknown"}
"""data-absent-reason: a median that was not reached and data that are not mature may become known later."""
DESIGNS = {
    "randomised-controlled": (("SEVCO:01029", "Clinical trial"), ("SEVCO:01003", "randomized assignment")),
    "non-randomised-controlled": (("SEVCO:01029", "Clinical trial"), ("SEVCO:01005", "Non-randomized assignment")),
    "Trial": (("SEVCO:01029", "Clinical trial"),),
    "ObservationalStudy": (("SEVCO:01002", "Observational research"),),
}
PHASES = {
    "1": ("SEVCO:01030", "Phase 1 trial"),
    "1/2": ("SEVCO:01032", "Phase 1/Phase 2 trial"),
    "2": ("SEVCO:01033", "Phase 2 trial"),
    "2/3": ("SEVCO:01034", "Phase 2/Phase 3 trial"),
    "3": ("SEVCO:01035", "Phase 3 Trial"),
}
"""study-design, by design or class of study, and by phase; 1b, 2a and 3b count as 1, 2 and 3."""
UNITS = {
    "minute": "min", "hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "a", "percent": "%",
    "ratio": "1", "gray": "Gy", "milligram": "mg", "milligram-per-kilogram": "mg/kg",
    "milligram-per-square-metre": "mg/m2", "millilitre": "mL", "centimetre": "cm", "millimetre": "mm",
    "nanogram-per-millilitre": "ng/mL", "degree-celsius": "Cel",
    "per-100000-person-years": "10*-5/a", "copies-per-millilitre": "{copies}/mL",
}  # fmt: skip
"""UCUM; any other unit (patients, lesions, percentage points …) is an annotation in braces, in UCUM the unit 1."""

_SYSTEMS = (
    ("http://purl.obolibrary.org/obo/MONDO_", "http://purl.obolibrary.org/obo/mondo.owl", "MONDO:"),
    ("http://purl.obolibrary.org/obo/NCIT_", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", ""),
    ("http://snomed.info/id/", "http://snomed.info/sct", ""),
    ("http://id.nlm.nih.gov/mesh/", "https://www.nlm.nih.gov/mesh", ""),
    ("https://bioregistry.io/rxnorm:", "http://www.nlm.nih.gov/research/umls/rxnorm", ""),
    ("https://bioregistry.io/unii:", "http://fdasis.nlm.nih.gov", ""),
    ("https://bioregistry.io/icd10cm:", "http://hl7.org/fhir/sid/icd-10-cm", ""),
    ("https://bioregistry.io/umls:", "http://terminology.hl7.org/CodeSystem/umls", ""),
)

Json = dict[str, Any]


def coding(system: str, code: str, display: str) -> Json:
    """A Coding."""
    return {"system": system, "code": code, "display": display}


def hl7(name: str, code: tuple[str, str], text: str | None = None) -> Json:
    """A CodeableConcept with one code of HL7 Terminology: hl7("variable-role", ("exposure", "exposure"))."""
    found: Json = {"coding": [coding(f"http://terminology.hl7.org/CodeSystem/{name}", *code)]}
    return found | ({"text": text} if text else {})


def concept(resources: Resources, iri: str) -> Json:
    """A thing as a CodeableConcept: our own code first, then each exact match in a code system that FHIR names.

    Broader, narrower and close matches are left out, since a Coding is read as the same thing.
    """
    kind, _, key = iri.removeprefix(BASE).partition("/")
    label = resources.label(iri)
    codings = [coding(BASE + kind, key, label)]
    for match in resources.all(iri, SKOS + "exactMatch"):
        for start, system, before in _SYSTEMS:
            if match.startswith(start):
                codings.append({"system": system, "code": before + match.removeprefix(start)})
    return {"coding": codings, "text": label or key_of(iri)}
