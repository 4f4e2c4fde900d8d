"""The vocabulary's records: diseases, facets, drugs, classes, procedures, targets, events, factors and the rest."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kg.model.keys import KeyOf
from kg.model.values import Record

__all__ = ["SECTIONS", "Concept", "Disease", "Drug", "DrugClass", "FacetConcept", "Procedure", "Target", "Vocabulary"]

Name = Annotated[str, Field(min_length=1)]


class Concept(Record):
    """A thing with a name in both languages; synonyms may be in either."""

    en: Name
    zh: Name
    synonyms: tuple[Name, ...] = ()


class Disease(Concept):
    """A disease by site and histology only; stage, line and biomarker belong to a setting."""

    subtype_of: tuple[Annotated[str, KeyOf("disease")], ...] = ()


class FacetConcept(Concept):
    """A facet of settings that is not prior therapy: line, extent, biomarker, intent, fitness."""

    kind: Annotated[str, KeyOf("facet-kind")]
    implies: tuple[Annotated[str, KeyOf("facet")], ...] = ()


class Target(Concept):
    """A protein, a virus, or a group of targets with its members."""

    kind: Annotated[str, KeyOf("target-kind")]
    members: tuple[Annotated[str, KeyOf("target")], ...] = ()


class TherapeuticAgent(Concept):
    """What drugs and classes of drugs share: classes above, mechanism, targets with the action on each."""

    classes: tuple[Annotated[str, KeyOf("drug-class")], ...] = ()
    mechanisms: tuple[Annotated[str, KeyOf("mechanism")], ...] = ()
    targets: dict[Annotated[str, KeyOf("target")], Annotated[str, KeyOf("target-action")]] = Field(default_factory=dict)
    no_target: str | None = None


class DrugClass(TherapeuticAgent):
    """A class of drugs that a regimen may name where no drug is named."""


class Drug(TherapeuticAgent):
    """A drug: its formats (an ADC may be bispecific too), its ingredients where it is a fixed combination."""

    format: tuple[Annotated[str, KeyOf("format")], ...]
    payload: Annotated[str, KeyOf("mechanism")] | None = None
    ingredients: tuple[Annotated[str, KeyOf("drug")], ...] = ()


class Procedure(Concept):
    """A procedure or class of procedures: radiotherapy, ablation, surgery, diagnostic test."""

    kind: Annotated[str, KeyOf("procedure-kind")]
    broader: tuple[Annotated[str, KeyOf("procedure")], ...] = ()


class Strategy(Concept):
    """A treatment, diagnostic or follow-up strategy."""

    kind: Annotated[str, KeyOf("strategy-kind")]


class Vocabulary(Record):
    """All vocabulary records; each file under kg/curation/vocabulary/ holds one or more of these sections."""

    diseases: dict[str, Disease] = Field(default_factory=dict)
    facets: dict[str, FacetConcept] = Field(default_factory=dict)
    targets: dict[str, Target] = Field(default_factory=dict)
    mechanisms: dict[str, Concept] = Field(default_factory=dict)
    drug_classes: dict[str, DrugClass] = Field(default_factory=dict)
    drugs: dict[str, Drug] = Field(default_factory=dict)
    procedures: dict[str, Procedure] = Field(default_factory=dict)
    comparators: dict[str, Concept] = Field(default_factory=dict)
    strategies: dict[str, Strategy] = Field(default_factory=dict)
    event_terms: dict[str, Concept] = Field(default_factory=dict)
    characteristics: dict[str, Concept] = Field(default_factory=dict)
    factors: dict[str, Concept] = Field(default_factory=dict)
    organisations: dict[str, Concept] = Field(default_factory=dict)


# Section of the vocabulary -> kind of its keys, which is also the first path segment of their IRIs.
SECTIONS = {
    "diseases": "disease",
    "facets": "facet",
    "targets": "target",
    "mechanisms": "mechanism",
    "drug_classes": "drug-class",
    "drugs": "drug",
    "procedures": "procedure",
    "comparators": "comparator",
    "strategies": "strategy",
    "event_terms": "event-term",
    "characteristics": "characteristic",
    "factors": "factor",
    "organisations": "organisation",
}
