"""Keys and labels of the things in the data: what a person may type for a parameter of type iri."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.catalog.parameters import Language
from kg.catalog.saved import IRI_BASE
from kg.catalog.terms import iri_term, string_term
from kg.errors import QueryParameterError

if TYPE_CHECKING:
    from kg.engine import Engine

__all__ = ["Directory", "Names"]

_NEAREST = 5
_LONGEST = 400
_LIST_ALL = 12

_QUERY = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?label ?rank WHERE {{
  VALUES (?property ?rank) {{ (rdfs:label 1) (skos:prefLabel 1) (skos:altLabel 2) }}
  ?thing ?property ?label .
  FILTER(STRSTARTS(STR(?thing), {start}))
}}
ORDER BY ?thing ?rank ?label
"""


@dataclass(frozen=True)
class Names:
    """All things of one kind: key to display labels by language, and each folded label to the keys that carry it."""

    labels: Mapping[str, Mapping[Language, str]]
    by_label: Mapping[str, frozenset[str]]

    def carriers(self, label: str) -> frozenset[str]:
        """The keys of the things that carry this label, in whatever case."""
        return self.by_label.get(_fold(label), frozenset())


class Directory:
    """Looks names up through the engine, once for each kind; the data of an engine do not change."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kinds: dict[str, Names] = {}
        self._looking: dict[str, asyncio.Lock] = {}

    async def names(self, kind: str) -> Names:
        """Everything of this kind that has a label."""
        # Who asks while somebody else's look-up runs waits for that one.
        async with self._looking.setdefault(kind, asyncio.Lock()):
            if kind not in self._kinds:
                start = f"{IRI_BASE}{kind}/"
                answer = await self._engine.query(_QUERY.format(start=string_term(start)))
                self._kinds[kind] = _names(answer.body, start)
        return self._kinds[kind]

    async def term(self, name: str, kind: str, given: str) -> str:
        """The IRI term for a key, `kind:key`, full IRI or label in either language (case does not matter).

        Raises QueryParameterError that lists the nearest keys and how many there are.
        """
        names = await self.names(kind)
        wanted = given.strip()
        if len(wanted) > _LONGEST:
            raise QueryParameterError(f"The value of {name} is longer than {_LONGEST} characters. Give a key.")
        key = wanted.removeprefix(f"{IRI_BASE}{kind}/").removeprefix(f"{kind}:")
        if key not in names.labels:
            carriers = names.carriers(key)
            if len(carriers) > 1:
                raise QueryParameterError(
                    f"The parameter {name} is ambiguous: {given!r} is a name of {', '.join(sorted(carriers))}. "
                    "Give one of these keys."
                )
            if not carriers:
                raise QueryParameterError(_unknown(name, kind, wanted, names))
            (key,) = carriers
        return iri_term(f"{IRI_BASE}{kind}/{key}")


def _names(body: bytes, start: str) -> Names:
    labels: dict[str, dict[Language, str]] = {}
    by_label: dict[str, set[str]] = {}
    for row in json.loads(body)["results"]["bindings"]:
        key, label = row["thing"]["value"].removeprefix(start), row["label"]
        language: Language = "zh" if label.get("xml:lang", "").startswith("zh") else "en"
        labels.setdefault(key, {}).setdefault(language, label["value"])
        for name in (key, label["value"]):
            by_label.setdefault(_fold(name), set()).add(key)
    return Names(labels, {name: frozenset(keys) for name, keys in by_label.items()})


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _unknown(name: str, kind: str, wanted: str, names: Names) -> str:
    close = get_close_matches(_fold(wanted)[:80], names.by_label, n=_NEAREST, cutoff=0.4)
    keys = list(dict.fromkeys(key for label in close for key in sorted(names.by_label[label])))[:_NEAREST]
    count = len(names.labels)
    if count == 0:
        return f"The parameter {name} cannot be {wanted!r}: the data hold nothing of the kind {kind}."
    if count <= _LIST_ALL:
        return f"The parameter {name} cannot be {wanted!r}. Allowed are: {', '.join(sorted(names.labels))}."
    hint = f"Did you mean {', '.join(keys)}?" if keys else f"For example {', '.join(sorted(names.labels)[:_NEAREST])}."
    return f"The parameter {name} cannot be {wanted!r}. {hint} {count} keys of the kind {kind} are allowed."
