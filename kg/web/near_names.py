"""For an address where nothing is: things whose key or name is near to what was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from kg.catalog import Directory
from kg.catalog.parameters import Language
from kg.catalog.saved import IRI_BASE
from kg.catalog.terms import string_term
from kg.engine import Engine
from kg.web.entity import ask

__all__ = ["Near", "NearNames"]

_NEAREST = 5
_LONGEST = 80
# Beyond this many names of a kind the comparison takes too long for a page that is an error.
_MOST_NAMES = 5000

_KINDS = f"""SELECT DISTINCT ?kind WHERE {{
  ?thing a ?class . FILTER(isIRI(?thing) && STRSTARTS(STR(?thing), {string_term(IRI_BASE)}))
  BIND(STRBEFORE(SUBSTR(STR(?thing), {len(IRI_BASE) + 1}), "/") AS ?kind) FILTER(?kind != "")
}} ORDER BY ?kind"""
_KEYS = """SELECT DISTINCT ?thing WHERE {{ ?thing a ?class . FILTER(STRSTARTS(STR(?thing), {start})) }}
ORDER BY ?thing LIMIT {most:d}"""


@dataclass(frozen=True)
class Near:
    """A thing that exists, with its names by language (none where it has no label)."""

    iri: str
    labels: Mapping[Language, str]


class NearNames:
    """Suggests; what it learns of a kind it keeps, since the data of an engine do not change."""

    def __init__(self, engine: Engine, directory: Directory) -> None:
        self._engine = engine
        self._directory = directory
        self._kinds: list[str] | None = None
        self._keys: dict[str, list[str]] = {}

    async def near(self, iri: str) -> list[Near]:
        """At most five things near to an IRI that the data do not know, the nearest first."""
        kind, _, key = unquote(iri.removeprefix(IRI_BASE)).partition("/")
        kinds = await self._all_kinds()
        # Only kinds that exist are looked into, so that what is kept cannot grow with what is asked.
        close = [kind] if kind in kinds else get_close_matches(kind.casefold()[:_LONGEST], kinds, n=2, cutoff=0.6)
        found: list[Near] = []
        for each in close:
            found += await self._of_kind(each, key.strip("/"))
        return found[:_NEAREST]

    async def _of_kind(self, kind: str, key: str) -> list[Near]:
        names = await self._directory.names(kind)
        choices = dict(names.by_label)
        if kind not in self._keys:
            start = string_term(f"{IRI_BASE}{kind}/")
            rows = await ask(self._engine, _KEYS.format(start=start, most=_MOST_NAMES))
            self._keys[kind] = [row["thing"]["value"].removeprefix(f"{IRI_BASE}{kind}/") for row in rows]
        for known in self._keys[kind]:
            choices.setdefault(known.casefold(), frozenset({known}))
        wanted = key.casefold()[:_LONGEST]
        spoken = wanted.replace("-", " ").replace("_", " ")
        pool = list(choices)[:_MOST_NAMES]
        close = await asyncio.to_thread(_closest, wanted, spoken, pool)
        keys = dict.fromkeys(each for name in close for each in sorted(choices[name]))
        if not keys and not wanted:
            keys = dict.fromkeys(self._keys[kind])
        return [Near(f"{IRI_BASE}{kind}/{each}", names.labels.get(each, {})) for each in keys][:_NEAREST]

    async def _all_kinds(self) -> list[str]:
        if self._kinds is None:
            self._kinds = [row["kind"]["value"] for row in await ask(self._engine, _KINDS)]
        return self._kinds


def _closest(wanted: str, spoken: str, pool: list[str]) -> list[str]:
    if not wanted:
        return []
    begins = [name for name in pool if name.startswith(wanted)][:_NEAREST]
    close = get_close_matches(wanted, pool, n=_NEAREST, cutoff=0.6)
    if spoken != wanted:
        close += get_close_matches(spoken, pool, n=_NEAREST, cutoff=0.6)
    return list(dict.fromkeys([*close, *begins]))[:_NEAREST]
