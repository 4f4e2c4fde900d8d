"""The record of one study: design, groups, places, results, findings, claims, discrepancies (kg/curation/README.md)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import AliasChoices, Field, StringConstraints, model_validator

from kg.model.keys import KeyOf
from kg.model.values import DIMENSIONS, Bilingual, Dimensions, Effect, Record, Value

__all__ = [
    "GLOSSED",
    "INTERVENTIONS",
    "Administration",
    "AtPlace",
    "Claim",
    "Component",
    "Discrepancy",
    "Facet",
    "Fact",
    "Finding",
    "Group",
    "Locator",
    "Place",
    "PrintedFor",
    "Reading",
    "Result",
    "Study",
]

GLOSSED = ("eligibility", "allocation", "blinding", "centres")
"""The facts of a study that are told in words: whom it took in, how patients were allotted, who was blinded, where."""

INTERVENTIONS = ("drug", "drug-class", "procedure", "comparator", "strategy")
InterventionKey = Annotated[str, KeyOf(*INTERVENTIONS)]
LocalKey = Annotated[str, KeyOf()]
_SECTION = r"(\d+(\.\d+)*|title|abstract-en|abstract-zh|introduction)( p\d+)?"
Locator = Annotated[
    str,
    StringConstraints(pattern=rf"^(Table \d+( row \d+( col \d+)?)?|Figure \d+|{_SECTION}|reference \d+)$"),
]
RegistryId = Annotated[str, StringConstraints(pattern=r"^NCT\d{8}$")]
ReferenceKey = Annotated[str, KeyOf("reference")]


class PrintedFor(Record):
    """What a place gives a figure to, where that is not what it is true of (DESIGN section 2, 'Whose error it is')."""

    groups: dict[str, LocalKey] = Field(default_factory=dict)
    endpoint: Annotated[str, KeyOf("endpoint", "characteristic")] | None = None
    study: Annotated[str, KeyOf("study")] | None = None
    label: str | None = None
    heading: str | None = None
    refs: tuple[int, ...] = ()


class Place(Record):
    """Where something is printed: `in` is a table row ("Table 2 row 13") or a section with its paragraph ("2.2 p3").

    Rows count the data rows, headings left out; columns count from 1. `refs` are the numbers printed beside it.
    """

    locator: Locator = Field(validation_alias=AliasChoices("in", "locator"), serialization_alias="in")
    review: Annotated[str, KeyOf("review")] | None = None
    refs: tuple[int, ...] = ()
    printed: Annotated[str, Field(min_length=1)] | None = None
    printed_for: PrintedFor | None = None
    see: Annotated[str, KeyOf("review-discrepancy")] | None = None


class AtPlace(Record):
    """One report: the place (with the column, where that is a table row) and what is particular to the report there.

    `"text"` is short for `{place: text}`. `printed`, `refs`, `printed_for` and `see` default to those of the place;
    `value` is what this place prints where that is not the value of the fact.
    """

    place: LocalKey
    col: Annotated[int, Field(ge=1)] | None = None
    printed: Annotated[str, Field(min_length=1)] | None = None
    refs: tuple[int, ...] = ()
    value: str | None = None
    printed_for: PrintedFor | None = None
    see: Annotated[str, KeyOf("review-discrepancy")] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_key(cls, given: Any) -> Any:
        return {"place": given} if isinstance(given, str) else given


Places = tuple[AtPlace, ...]


class Fact(Record):
    """A fact of a study or group with its places; a plain scalar is short for `{value: …}`."""

    value: str
    derived_from: str | None = None
    qualifier: Annotated[str, KeyOf("qualifier")] | None = None
    at: Places = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return {"value": given} if isinstance(given, str) else given


class DesignFact(Fact):
    """The design of a study: a key of ontology/vocabulary/designs.ttl."""

    value: Annotated[str, KeyOf("design")]


class PhaseFact(Fact):
    """The phase of a trial: 1, 1/2, 1b, 2, 2a, 2/3, 3, 3b, 4."""

    value: Annotated[str, StringConstraints(pattern=r"^([1-4][ab]?|1/2|1b/2|2/3)$")]


class SizeFact(Fact):
    """A number of patients."""

    value: Annotated[str, StringConstraints(pattern=r"^\d+$")]


class GlossFact(Record):
    """A fact of a study as a gloss in both languages, in our own words: whom it took in, who was blinded, where."""

    value: Bilingual
    at: Places = ()


class EndpointFact(Record):
    """A primary endpoint and whether it was met."""

    endpoint: Annotated[str, KeyOf("endpoint")]
    met: bool | None = None
    at: Places = ()


class Facet(Record):
    """One facet of a setting: a key of the vocabulary, or prior therapy with how its agents combine."""

    facet: Annotated[str, KeyOf("facet")] | None = None
    prior: Annotated[str, KeyOf("prior-therapy-status")] | None = None
    of: InterventionKey | None = None
    all_of: tuple[InterventionKey, ...] = ()
    one_of: tuple[InterventionKey, ...] = ()
    unclear: tuple[InterventionKey, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_key(cls, given: Any) -> Any:
        return {"facet": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_form(self) -> Facet:
        given = [name for name in ("of", "all_of", "one_of", "unclear") if getattr(self, name)]
        if bool(self.facet) == bool(self.prior) or len(given) != (1 if self.prior else 0):
            raise ValueError("a facet is a key, or {prior: status} with one of: of, all_of, one_of, unclear")
        return self


class Component(Record):
    """One component of a regimen: an agent, or a choice; with its phase, extent and step where printed."""

    agent: InterventionKey | None = None
    one_of: tuple[InterventionKey, ...] = ()
    phase: Annotated[str, KeyOf("regimen-phase")] | None = None
    extent: LocalKey | None = None
    step: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_key(cls, given: Any) -> Any:
        return {"agent": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _agent_or_choice(self) -> Component:
        if bool(self.agent) == bool(self.one_of) or len(self.one_of) == 1:
            raise ValueError("a component has an agent, or one_of with two agents or more")
        return self


class Administration(Record):
    """How a group is given an agent: dose, schedule, cycles, as printed; no part of the regimen's identity."""

    dose: str | None = None
    schedule: str | None = None
    cycles: str | None = None
    fractions: str | None = None
    randomised: bool | None = None
    at: Places = ()


class Group(Record):
    """Patients whose figures are given together: arm, pool of arms, subgroup, crossover group, external control."""

    role: Annotated[str, KeyOf("role")]
    label: Bilingual | None = None
    size: SizeFact | None = None
    regimen: tuple[Component, ...] = ()
    administration: dict[str, Administration] = Field(default_factory=dict)
    pools: tuple[LocalKey, ...] = ()
    within: LocalKey | None = None
    population: tuple[Facet, ...] = ()
    crosses: tuple[LocalKey, LocalKey] | None = None
    over: tuple[Annotated[str, KeyOf("study")], ...] = ()
    disease: Annotated[str, KeyOf("disease")] | None = None
    setting: tuple[Facet, ...] | None = None


class Result(Dimensions):
    """One printed cell or clause: figures of one endpoint for groups and comparisons, and where they are printed."""

    order: ClassVar[tuple[str, ...]] = ("endpoint", "statistic", "stated", "unit", *DIMENSIONS)

    endpoint: Annotated[str, KeyOf("endpoint", "characteristic")]
    statistic: Annotated[str, KeyOf("statistic")] | None = None
    stated: bool = True
    unit: Annotated[str, KeyOf("unit")] | None = None
    values: dict[str, Value] = Field(default_factory=dict)
    comparisons: dict[str, Effect] = Field(default_factory=dict)
    at: Places

    @model_validator(mode="after")
    def _complete(self) -> Result:
        if not self.values and not self.comparisons:
            raise ValueError("a result needs values, comparisons or both")
        if self.values and not self.statistic:
            raise ValueError("values need a statistic (median, proportion, rate-at-time …)")
        if not self.at:
            raise ValueError("a result needs at least one place in `at`")
        return self


class Finding(Dimensions):
    """A prognostic or predictive finding: a factor and an endpoint, with HR or P where printed, or "no association"."""

    order: ClassVar[tuple[str, ...]] = ("factor", "endpoint", "kind", "direction", "group", *DIMENSIONS)

    factor: Annotated[str, KeyOf("factor")]
    endpoint: Annotated[str, KeyOf("endpoint")]
    kind: Annotated[str, KeyOf("finding-kind")] = "prognostic"
    direction: Annotated[str, KeyOf("direction")]
    effect: Effect | None = None
    group: LocalKey | None = None
    at: Places


class Claim(Record):
    """A qualitative conclusion, glossed in our own words; `direction` is of benefit (CURATION rule 14)."""

    type: Annotated[str, KeyOf("claim-type")]
    direction: Annotated[str, KeyOf("direction")]
    about: tuple[Annotated[str, KeyOf("thing")], ...] = ()
    gloss: Bilingual
    at: Places


class Reading(Record):
    """One of the things that can be read: its value in words, where it comes from, and the places that print it."""

    value: Annotated[str, Field(min_length=1)]
    source: Annotated[str, KeyOf("reading-source")] = Field(
        validation_alias=AliasChoices("from", "source"), serialization_alias="from"
    )
    at: tuple[LocalKey, ...] = ()
    accepted: Value | None = None


class Discrepancy(Record):
    """One cause of disagreement: what it touches, the readings, which holds (or `unresolved`) and why."""

    kind: Annotated[str, KeyOf("discrepancy-kind")]
    about: tuple[str, ...] = ()
    readings: dict[LocalKey, Reading]
    holds: str
    rests_on: tuple[Annotated[str, KeyOf("reading-source")], ...] = ()
    because: Bilingual

    @model_validator(mode="after")
    def _readings_differ(self) -> Discrepancy:
        if len(self.readings) < 2:
            raise ValueError("a discrepancy has at least two readings")
        if self.holds != "unresolved" and self.holds not in self.readings:
            raise ValueError(
                f'holds is "{self.holds}": write unresolved or one of the readings: {", ".join(self.readings)}'
            )
        return self


class Study(Record):
    """One study. `review` is the review whose places and reference numbers are meant where a place names none."""

    study: Annotated[str, KeyOf()]
    label: Bilingual
    review: Annotated[str, KeyOf("review")]
    publications: tuple[ReferenceKey, ...] = ()
    registrations: tuple[RegistryId, ...] = ()
    registrations_at: Places = ()
    status: Annotated[str, KeyOf("study-status")] = "reported"
    design: DesignFact
    phase: PhaseFact | None = None
    part_of: Annotated[str, KeyOf("study")] | None = None
    pools: tuple[Annotated[str, KeyOf("study")], ...] = ()
    disease: Annotated[str, KeyOf("disease")]
    setting: tuple[Facet, ...] = ()
    eligibility: GlossFact | None = None
    allocation: GlossFact | None = None
    blinding: GlossFact | None = None
    centres: GlossFact | None = None
    size: SizeFact | None = None
    primary_endpoints: tuple[EndpointFact, ...] = ()
    analyses: dict[LocalKey, Bilingual] = Field(default_factory=dict)
    groups: dict[LocalKey, Group] = Field(default_factory=dict)
    comparisons: dict[str, Annotated[str, KeyOf("comparison-basis")]] = Field(default_factory=dict)
    places: dict[LocalKey, Place] = Field(default_factory=dict)
    results: dict[LocalKey, Result] = Field(default_factory=dict)
    findings: dict[LocalKey, Finding] = Field(default_factory=dict)
    claims: dict[LocalKey, Claim] = Field(default_factory=dict)
    discrepancies: dict[LocalKey, Discrepancy] = Field(default_factory=dict)
    note: Bilingual | None = None
