"""The typed parameters in the header of a saved query."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from kg.catalog.terms import UNDEF, decimal_term, integer_term, string_term
from kg.errors import QueryParameterError

__all__ = ["RESERVED", "Bilingual", "Language", "Parameter", "literal_term"]

Language = Literal["en", "zh"]

RESERVED = frozenset({"limit", "offset", "format", "lang"})
"""Parameters of every saved query; no header may declare one."""

_LONGEST = 400
_FOLDED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) +(?=[\u3000-\u9fff\uff00-\uffef])")


class Bilingual(BaseModel):
    """A text in English and in simplified Chinese; both are required."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    @field_validator("zh")
    @classmethod
    def _unfold(cls, text: str) -> str:
        # YAML folds a line break into a space; between Chinese characters there is none.
        return _FOLDED.sub("", text)

    def get(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


class Parameter(BaseModel):
    """One parameter: an IRI of a kind, one of several words, a number or a string.

    `default` is what the VALUES block in the query holds; `any: true` with no default means that the block holds
    UNDEF and that the parameter may be left out or given as `any`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["iri", "enum", "decimal", "integer", "string"]
    label: Bilingual
    description: Bilingual | None = None
    kind: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]*$")
    values: tuple[str, ...] = ()
    default: str | None = None
    any: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    @field_validator("default", mode="before")
    @classmethod
    def _null(cls, value: object) -> object:
        return None if value in {"", "null", "~"} else value

    @model_validator(mode="after")
    def _agree(self) -> Parameter:
        if (self.type == "iri") != (self.kind is not None):
            raise ValueError("a parameter of type iri, and no other, names a kind such as `kind: target`")
        if (self.type == "enum") != bool(self.values):
            raise ValueError("a parameter of type enum, and no other, lists its values")
        if self.any != (self.default is None):
            raise ValueError("a parameter has either a default or `any: true` with no default")
        if self.type not in {"decimal", "integer"} and (self.minimum is not None or self.maximum is not None):
            raise ValueError("only numbers have a minimum and a maximum")
        return self


def literal_term(name: str, parameter: Parameter, given: str) -> str:
    """The term for a value of any type but iri. Raises QueryParameterError that says what is allowed."""
    if len(given) > _LONGEST:
        raise QueryParameterError(f"The value of {name} is longer than {_LONGEST} characters. Shorten it.")
    if parameter.any and given.casefold() == "any":
        return UNDEF
    try:
        if parameter.type == "enum":
            if given not in parameter.values:
                raise ValueError(f"not one of: {', '.join(parameter.values)}")
            return string_term(given)
        if parameter.type == "string":
            return string_term(given)
        term = decimal_term(given) if parameter.type == "decimal" else integer_term(given)
        _check_range(parameter, Decimal(given))
        return term
    except ValueError as error:
        raise QueryParameterError(f"The parameter {name} cannot be {given!r}: {error}.") from error


def _check_range(parameter: Parameter, number: Decimal) -> None:
    if parameter.minimum is not None and number < parameter.minimum:
        raise ValueError(f"the least allowed is {parameter.minimum}")
    if parameter.maximum is not None and number > parameter.maximum:
        raise ValueError(f"the most allowed is {parameter.maximum}")
