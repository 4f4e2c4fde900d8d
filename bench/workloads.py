"""What is asked: look-ups of one thing, analytic queries, and the saved queries with a Zipf mix of parameters.

Every workload is a plan for our server and one for a server that knows only the SPARQL protocol; place by place they
ask the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx

from bench.plan import JSON, Plan, Request, asking
from kg.catalog import Catalog, Parameter, SavedQuery
from kg.catalog.parameters import literal_term
from kg.catalog.saved import IRI_BASE
from kg.catalog.terms import iri_term, string_term

__all__ = ["ANALYTIC", "POINT", "SAVED", "Things", "Workload", "analytic", "point", "saved"]

POINT, ANALYTIC, SAVED = "ad-hoc point", "ad-hoc analytic", "saved-query mix"
_QUERIES = Path(__file__).parent / "queries"
_DECIMALS = ("0.05", "0.01", "0.001", "0.1", "0.5")
_LOOKED_UP = 250
_VARIANTS = 64
_LENGTH = 20_000
_LABELLED = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?thing WHERE {{ ?thing rdfs:label ?l FILTER(STRSTARTS(STR(?thing), {start})) }}"""
_STUDIES = """PREFIX okg: <https://w3id.org/oncokg/ontology/>
SELECT DISTINCT ?thing WHERE { ?thing okg:hasDesign ?design }"""
_OF_ONE_THING = "SELECT ?property ?value WHERE {{ <{iri}> ?property ?value }}"
_OF_ONE_STUDY = """PREFIX okg: <https://w3id.org/oncokg/ontology/>
SELECT ?group ?endpoint ?value WHERE {{
  <{iri}> okg:hasGroup ?group .
  ?group okg:hasOutcome ?outcome .
  ?outcome okg:hasEndpoint ?endpoint .
  OPTIONAL {{ ?outcome okg:acceptedValue/okg:printedText ?value }}
}}"""

Things = Callable[[str], Sequence[str]]
"""The keys of all things of a kind that have a label, in an order that is always the same."""


@dataclass(frozen=True)
class Workload:
    """A workload by the path at which a server takes queries: ours is asked at its own addresses."""

    name: str
    ours: Plan
    others: Callable[[str], Plan]


def things_at(url: str, seed: int) -> Things:
    """Ask a server for the keys of a kind; their order is shuffled, so that the first ranks are not those with an A."""
    known: dict[str, list[str]] = {}

    def keys(kind: str) -> list[str]:
        if kind not in known:
            start = f"{IRI_BASE}{kind}/"
            text = _STUDIES if kind == "study" else _LABELLED.format(start=string_term(start))
            answer = httpx.get(
                url, params={"query": text}, headers={"Accept": JSON}, timeout=120, trust_env=False
            ).raise_for_status()
            iris = {row["thing"]["value"] for row in answer.json()["results"]["bindings"]}
            known[kind] = sorted(iri.removeprefix(start) for iri in iris if iri.startswith(start))
            random.Random(f"{seed}/{kind}").shuffle(known[kind])
        return known[kind]

    return keys


def point(things: Things) -> Workload:
    """Statements of one thing, and the outcomes of one study, in turn; studies from the whole graph."""
    texts = []
    for key in things("study")[:_LOOKED_UP]:
        iri = f"{IRI_BASE}study/{key}"
        texts += [_OF_ONE_THING.format(iri=iri), _OF_ONE_STUDY.format(iri=iri)]
    return _ad_hoc(POINT, texts)


def analytic(variants: int = _VARIANTS) -> Workload:
    """The aggregates of bench/queries, each equally often.

    Each text differs in a comment, so that the same question is not asked twice at the same time: then our server would
    answer both from one evaluation, which is no measure of an ad-hoc query.
    """
    texts = [path.read_text("utf-8") for path in sorted(_QUERIES.glob("*.rq"))]
    return _ad_hoc(ANALYTIC, [f"{text}\n# {number}" for number in range(variants) for text in texts])


def saved(things: Things, seed: int, names: Sequence[str] = (), length: int = _LENGTH) -> Workload:
    """Each saved query (or each of these) equally often, its parameters by Zipf 1.0: the default first, then the keys.

    Ours is asked at /queries/…, the others get the text with the same values bound.
    """
    catalog = Catalog.load()
    queries = [query for query in catalog if not names or query.name in names]
    chance = random.Random(seed)
    places: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
    order = []
    for number in range(length):
        query = queries[number % len(queries)]
        given = tuple(
            (name, value)
            for name, parameter in query.parameters.items()
            if (value := _zipf(_values(name, parameter, things), chance))
        )
        order.append(places.setdefault((query.name, given), len(places)))
    chosen = [(catalog.get(name), dict(given)) for name, given in places]
    own = [
        Request("GET", f"/queries/{query.name}" + (f"?{urlencode(given)}" if given else "")) for query, given in chosen
    ]
    bound = [bound_text(query, given) for query, given in chosen]
    return Workload(SAVED, Plan(own, order), lambda path: Plan([asking(path, text) for text in bound], order))


def bound_text(query: SavedQuery, given: dict[str, str]) -> str:
    """The text of a saved query with these values bound, as our server binds it."""
    terms = {name: _term(name, query.parameters[name], value) for name, value in given.items()}
    if query.speaks:
        terms["lang"] = string_term("en")
    return query.bind(terms)


def _ad_hoc(name: str, texts: Sequence[str]) -> Workload:
    def plan(path: str) -> Plan:
        return Plan([asking(path, text) for text in texts])

    return Workload(name, plan("/sparql"), plan)


def _values(name: str, parameter: Parameter, things: Things) -> Sequence[str]:
    """The values in the order of their ranks; the empty one leaves the parameter out."""
    match parameter.type:
        case "iri":
            rest: Sequence[str] = things(parameter.kind or "")
        case "enum":
            rest = parameter.values
        case "string":
            rest = things("drug")
        case _:
            rest = _DECIMALS
    return ["", *(value for value in rest if value != parameter.default)]


def _zipf(values: Sequence[str], chance: random.Random) -> str:
    """One of the values, the one of rank r with a weight of 1/r."""
    return chance.choices(values, [1 / rank for rank in range(1, len(values) + 1)])[0]


def _term(name: str, parameter: Parameter, value: str) -> str:
    if parameter.type == "iri":
        return iri_term(f"{IRI_BASE}{parameter.kind}/{value}")
    return literal_term(name, parameter, value)
