"""What things are called on a page: their label in the language of the page, or what stands in for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.catalog.parameters import Language
from kg.catalog.table import shorten
from kg.web.entity_query import NAMES, PARTS, PREFIXES, TEXTS
from kg.web.foreign_labels import FOREIGN

__all__ = ["Names", "in_language"]

_LONGEST = 90
_MOST_PARTS = 4


def _full(names: Iterable[str]) -> list[str]:
    return [PREFIXES[prefix] + local for prefix, _, local in (name.partition(":") for name in names)]


_NAMES, _PARTS, _TEXTS = _full(NAMES), _full(PARTS), _full(TEXTS)


class Names:
    """Names of many things, from the rows of `entity_query.labels`."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self._found: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
        for row in rows:
            kinds = self._found.setdefault(row["thing"]["value"], {})
            kinds.setdefault(row["kind"]["value"], []).append(row["text"])

    def name(self, iri: str, language: Language) -> str:
        """The name of a thing; its short IRI where nothing names it."""
        own = self.given(iri, language)
        if own is not None:
            return own
        kinds = self._found.get(iri, {})
        parts = [in_language(kinds[kind], language)[0]["value"] for kind in _PARTS if kind in kinds][:_MOST_PARTS]
        texts = [in_language(kinds[kind], language)[0]["value"] for kind in _TEXTS if kind in kinds][:1]
        return " · ".join(_cut(text) for text in [*parts, *texts]) or shorten(iri)

    def given(self, iri: str, language: Language) -> str | None:
        """The name that the data, or a standard vocabulary, give a thing; None where there is none."""
        kinds = self._found.get(iri, {})
        for kind in _NAMES:
            if kind in kinds:
                return str(in_language(kinds[kind], language)[0]["value"])
        if iri in FOREIGN:
            return FOREIGN[iri][1 if language == "zh" else 0]
        return None


def in_language(literals: list[Mapping[str, Any]], language: Language) -> list[Mapping[str, Any]]:
    """Those texts that are in the language; all, those without a language first, where none is."""
    spoken = [literal for literal in literals if literal.get("xml:lang", "").lower().split("-")[0] == language]
    return spoken or sorted(literals, key=lambda literal: str(literal.get("xml:lang", "")))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
