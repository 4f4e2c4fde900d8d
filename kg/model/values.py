"""What a source can print as a value, and the dimensions that say which number it is (DESIGN section 2)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kg.model.keys import KeyOf

__all__ = [
    "DIMENSIONS",
    "Bilingual",
    "DecimalText",
    "Dimensions",
    "Duration",
    "Effect",
    "Event",
    "Record",
    "Spread",
    "Value",
    "months",
]

STATUSES = ("not-reached", "not-mature", "not-reported")
DIMENSIONS = ("time", "analysis", "criteria", "assessor", "origin", "adjustment", "event", "counts")
EFFECTS = ("hazard-ratio", "odds-ratio", "relative-risk", "difference", "relative-change", "change-unstated")

DecimalText = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$")]
PText = Annotated[str, StringConstraints(pattern=r"^((<|>|<=|>=)?[01](\.\d+)?|not-reported)$")]
Interval = Annotated[str, StringConstraints(pattern=r"^(-?\d+(\.\d+)?|open) to (-?\d+(\.\d+)?|open)$")]
Ratio = Annotated[str, StringConstraints(pattern=r"^\d+/\d+$")]

# Months in one unit; a year has 12 months and 365.25 days, so a week has 7 / 30.4375 = 0.23 months.
_MONTHS = {
    "day": Decimal(1) / Decimal("30.4375"),
    "week": Decimal(7) / Decimal("30.4375"),
    "month": Decimal(1),
    "year": Decimal(12),
}


def months(amount: Decimal, unit: str) -> Decimal:
    """A length of time in months, rounded to one decimal place (12 weeks are 2.8; 1 year is 12)."""
    exact = amount * _MONTHS[unit]
    rounded = exact.quantize(Decimal("0.1"))
    return rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded


class Record(BaseModel):
    """A part of a curated record: frozen, and closed to keys that it does not know.

    `order` is the order in which its keys are written, where that is not the order of the fields.
    """

    order: ClassVar[tuple[str, ...]] = ()
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Bilingual(Record):
    """A text in English and Chinese."""

    en: Annotated[str, Field(min_length=1)]
    zh: Annotated[str, Field(min_length=1)]


class Duration(Record):
    """A length of time as printed: `1 year`, `12 week`."""

    amount: DecimalText
    unit: Literal["day", "week", "month", "year"]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        found = re.fullmatch(r"(\d+(?:\.\d+)?) (day|week|month|year)s?", given)
        if not found:
            raise ValueError(
                f'"{given}" is not a length of time: write a number and day, week, month or year, such as "12 week"'
            )
        return {"amount": found[1], "unit": found[2]}

    @property
    def months(self) -> Decimal:
        """The same length in months, to one decimal place."""
        return months(Decimal(self.amount), self.unit)


class Spread(Record):
    """How far values lie apart: one figure (SD, SE) or two (IQR, range)."""

    kind: Annotated[str, KeyOf("spread-kind")]
    value: DecimalText | None = None
    low: DecimalText | None = None
    high: DecimalText | None = None


class Event(Record):
    """Which events an outcome counts: term, grades, relation, seriousness, action taken, onset."""

    term: Annotated[str, KeyOf("event-term")] | None = None
    grades: Annotated[str, StringConstraints(pattern=r"^[1-5](\+|-[1-5])?$")] | None = None
    related_to: Literal["treatment", "radiotherapy", "immunotherapy", "ablation", "surgery"] | None = None
    serious: bool | None = None
    action: Literal["dose-reduction", "dose-interruption", "discontinuation", "drainage", "surgery", "death"] | None = (
        None
    )
    onset: Literal["acute", "late", "intraoperative", "postoperative"] | None = None


class Dimensions(Record):
    """The parts of an outcome's identity beside bearer, endpoint and statistic; a part left out has its default."""

    time: Duration | None = None
    analysis: Annotated[str, KeyOf()] | None = None
    criteria: Annotated[str, KeyOf("response-criteria")] | None = None
    assessor: Annotated[str, KeyOf("assessor")] | None = None
    origin: Annotated[str, KeyOf("time-origin")] | None = None
    adjustment: Annotated[str, KeyOf("adjustment")] | None = None
    event: Event | None = None
    counts: Annotated[str, KeyOf("counted-unit")] | None = None


class Value(Record):
    """A figure (or a status in its place) with what is printed beside it; `"11.7"` is short for `{value: "11.7"}`."""

    value: DecimalText | None = None
    high: DecimalText | None = None
    qualifier: Annotated[str, KeyOf("qualifier")] | None = None
    status: Literal["not-reached", "not-mature", "not-reported"] | None = None
    n: Ratio | None = None
    count: Annotated[int, Field(ge=0)] | None = None
    ci: Interval | None = None
    ci_level: DecimalText | None = None
    spread: Spread | None = None
    p: PText | None = None
    significance: Literal["significant", "not-significant"] | None = None
    printed: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"status": given} if given in STATUSES else {"value": given}
        return given

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.status and self.value:
            raise ValueError(
                f"both a value ({self.value}) and the status {self.status} are given: keep the one that is printed"
            )
        if self.high and not self.value:
            raise ValueError("high is the upper end of a range: give its lower end as value")
        if not any((self.value, self.status, self.n, self.p, self.significance)):
            raise ValueError("nothing is given: write value, status, n, p or significance")
        return self


class Effect(Value):
    """What is printed of a comparison: an effect with interval and P, or a P (or verdict) alone, which is a `test`."""

    order: ClassVar[tuple[str, ...]] = (*EFFECTS, "of")

    hazard_ratio: DecimalText | None = Field(default=None, alias="hazard-ratio")
    odds_ratio: DecimalText | None = Field(default=None, alias="odds-ratio")
    relative_risk: DecimalText | None = Field(default=None, alias="relative-risk")
    difference: DecimalText | None = None
    relative_change: DecimalText | None = Field(default=None, alias="relative-change")
    change_unstated: DecimalText | None = Field(default=None, alias="change-unstated")

    @model_validator(mode="before")
    @classmethod
    def _effect_is_the_value(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        named = [name for name in EFFECTS if name in given]
        if len(named) > 1:
            raise ValueError(f"{' and '.join(named)} are two outcomes: write one result for each")
        if named and "value" in given:
            raise ValueError(f"{named[0]} is the value: leave out `value`")
        if named and given[named[0]] in STATUSES:
            return {key: value for key, value in given.items() if key != named[0]} | {
                "status": given[named[0]],
                "of": named[0],
            }
        return given | {"value": given[named[0]]} if named else given

    of: Literal["hazard-ratio", "odds-ratio", "relative-risk"] | None = None

    @property
    def statistic(self) -> str:
        """The statistic: the effect that is given, else `test`."""
        given = {name: getattr(self, name.replace("-", "_")) for name in EFFECTS}
        return next((name for name, value in given.items() if value is not None), self.of or "test")
