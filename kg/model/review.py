"""The records of one review: bibliography, and the statements that belong to no study."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AliasChoices, Field, StringConstraints

from kg.model.keys import KeyOf
from kg.model.study import INTERVENTIONS, Claim, Component, Discrepancy, Facet, LocalKey, Locator, Place, Places
from kg.model.values import DIMENSIONS, Bilingual, Dimensions, Effect, Record, Value

__all__ = [
    "Approval",
    "BackgroundFigure",
    "DefinitionRecord",
    "Recommendation",
    "Review",
    "SourceText",
    "TargetAssertion",
]

Year = Annotated[int, Field(ge=1900, le=2100)]


# Words of a text that begin a part of it; a tab or line break at their end tells a heading from a mention.
Anchor = Annotated[str, StringConstraints(min_length=1, strip_whitespace=False)]


class TableAnchors(Record):
    """Where a table stands in the text: the words that begin title, first data row and notes, and what follows it."""

    title: Anchor
    first: Anchor
    notes: Anchor | None = None
    end: Anchor


class Exclusion(Record):
    """A fragment whose numbers are no data, and why."""

    locator: Locator = Field(validation_alias=AliasChoices("in", "locator"), serialization_alias="in")
    printed: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, KeyOf("exclusion-reason")]


class SourceText(Record):
    """The pinned text of a review: file name, SHA-256, and the words with which its sections and tables begin."""

    file: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    sections: dict[str, Anchor] = Field(default_factory=dict)
    tables: dict[Annotated[str, StringConstraints(pattern=r"^\d+$")], TableAnchors] = Field(default_factory=dict)
    references: Anchor | None = None
    exclusions: tuple[Exclusion, ...] = ()


class IndicationRecord(Record):
    """Disease and setting that a statement is about."""

    disease: Annotated[str, KeyOf("disease")]
    setting: tuple[Facet, ...] = ()


class Approval(IndicationRecord):
    """An approval of one regimen by one agency (not given where the source names none)."""

    agency: Annotated[str, KeyOf("organisation")] | None = None
    year: Year | None = None
    status: Annotated[str, KeyOf("approval-status")] = "approved"
    regimen: tuple[Component, ...]
    based_on: tuple[Annotated[str, KeyOf("study")], ...] = ()
    gloss: Bilingual
    at: Places


class Recommendation(IndicationRecord):
    """What a body recommends, advises against, or leaves open."""

    body: Annotated[str, KeyOf("organisation")] | None = None
    year: Year | None = None
    edition: str | None = None
    strength: Annotated[str, KeyOf("recommendation-strength")] = "none-stated"
    direction: Annotated[str, KeyOf("direction")]
    regimen: tuple[Component, ...] = ()
    gloss: Bilingual
    at: Places


class DefinitionRecord(Record):
    """A term and its criteria, according to whom; competing definitions stand side by side."""

    term: Annotated[str, KeyOf("thing")]
    according_to: Annotated[str, KeyOf("organisation", "reference")] | None = None
    year: Year | None = None
    criteria: Bilingual
    at: Places


class TargetAssertion(Record):
    """The source says that a drug or class acts on a target."""

    agent: Annotated[str, KeyOf(*INTERVENTIONS)]
    action: Annotated[str, KeyOf("target-action")]
    target: Annotated[str, KeyOf("target")]
    at: Places


class BackgroundFigure(Dimensions):
    """A figure of a population that belongs to no study: epidemiology, stage distribution, cost."""

    order: ClassVar[tuple[str, ...]] = (
        "subject",
        "measure",
        "statistic",
        "unit",
        *DIMENSIONS,
        "value",
        "disease",
        "at",
    )

    subject: Bilingual
    measure: Annotated[str, KeyOf("endpoint", "characteristic")]
    statistic: Annotated[str, KeyOf("statistic")]
    unit: Annotated[str, KeyOf("unit")] | None = None
    value: Value | Effect
    disease: Annotated[str, KeyOf("disease")] | None = None
    at: Places


class Review(Record):
    """One review: what it is, the text that was read, its statements outside studies (references stand beside it)."""

    review: Annotated[str, KeyOf()]
    title: Bilingual
    label: Bilingual
    journal: str | None = None
    year: Year
    doi: str | None = None
    language: Annotated[str, StringConstraints(pattern=r"^(zh|en)$")]
    source: SourceText
    places: dict[LocalKey, Place] = Field(default_factory=dict)
    target_assertions: dict[LocalKey, TargetAssertion] = Field(default_factory=dict)
    approvals: dict[LocalKey, Approval] = Field(default_factory=dict)
    recommendations: dict[LocalKey, Recommendation] = Field(default_factory=dict)
    definitions: dict[LocalKey, DefinitionRecord] = Field(default_factory=dict)
    background: dict[LocalKey, BackgroundFigure] = Field(default_factory=dict)
    claims: dict[LocalKey, Claim] = Field(default_factory=dict)
    discrepancies: dict[LocalKey, Discrepancy] = Field(default_factory=dict)
