"""Keys: the short names by which records refer to things, checked against what is on record."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import PydanticCustomError, core_schema

__all__ = ["KeyOf", "KnownKeys", "near"]

_KEY = re.compile(r"[a-z0-9][a-z0-9.+]*(?:-[a-z0-9.+]+)*(?:/[a-z0-9.+]+(?:-[a-z0-9.+]+)*)*")
NEW = "new"


def near(word: str, known: Iterable[str]) -> str:
    """Say what may have been meant: ' (did you mean "egfr"?)', or a short list of what is allowed, or nothing."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.6)
    if close:
        return " (did you mean " + " or ".join(f'"{name}"' for name in close) + "?)"
    if 0 < len(names) <= 30:
        return " (allowed: " + ", ".join(names) + ")"
    return ""


@dataclass(frozen=True)
class KnownKeys:
    """The keys on record, by kind: {"drug": {"mrg003", …}, "endpoint": {…}}; the context in which records are read."""

    by_kind: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, kinds: Iterable[str]) -> frozenset[str]:
        """All keys of these kinds."""
        return frozenset().union(*(self.by_kind.get(kind, frozenset()) for kind in kinds))

    def kind_of(self, key: str, kinds: Iterable[str]) -> str:
        """The one of `kinds` that has this key."""
        return next(kind for kind in kinds if key in self.by_kind.get(kind, frozenset()))


class KeyOf:
    """Annotation of a string field: a key of one of these kinds, or a new key in kebab-case where no kind is named."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, core_schema.str_schema(min_length=1))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        return {"type": "string", "pattern": f"^{_KEY.pattern}$"} | (
            {"x-key-of": list(self.kinds)} if self.kinds else {}
        )

    def _check(self, key: str, info: ValidationInfo) -> str:
        if not _KEY.fullmatch(key):
            raise PydanticCustomError(
                "key_form", "{key} is not a key: use lower-case words joined by hyphens", {"key": repr(key)}
            )
        known = info.context
        if self.kinds and isinstance(known, KnownKeys):
            allowed = known.of(self.kinds)
            if key not in allowed:
                raise PydanticCustomError(
                    "unknown_key",
                    "no {kinds} has the key {key}{hint}",
                    {"kinds": " or ".join(self.kinds), "key": f'"{key}"', "hint": near(key, allowed)},
                )
        return key
