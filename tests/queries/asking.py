"""Graphs to ask, and answers as text: what the tests of saved queries and `regenerate` share."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.catalog import SavedQuery
from kg.catalog.parameters import literal_term
from kg.catalog.terms import UNDEF, iri_term, string_term
from kg.dataset import asserted_quads
from kg.infer import infer
from kg.terms import BASE

__all__ = ["Row", "asserted", "bound", "rows", "store_of", "tsv", "with_closure"]

Row = dict[str, str]


def asserted(curation: Path) -> set[ox.Quad]:
    """Ontology, records and mappings as quads, nothing inferred."""
    return asserted_quads(curation).quads


def with_closure(quads: set[ox.Quad]) -> set[ox.Quad]:
    """The quads and what follows from them."""
    return quads | infer(quads)


def store_of(quads: Iterable[ox.Quad], seed: int = 0) -> ox.Store:
    """A store with the quads, added in an order that the seed decides."""
    ordered = sorted(quads, key=str)
    random.Random(seed).shuffle(ordered)
    store = ox.Store()
    store.extend(ordered)
    return store


def bound(query: SavedQuery, given: Mapping[str, str]) -> str:
    """The text of the query with these keys and values in its blocks."""
    terms = {}
    for name, value in given.items():
        if name == "lang":
            terms[name] = string_term(value)
        elif query.parameters[name].type != "iri":
            terms[name] = literal_term(name, query.parameters[name], value)
        else:
            terms[name] = UNDEF if value == "any" else iri_term(f"{BASE}{query.parameters[name].kind}/{value}")
    return query.bind(terms)


def _solutions(store: ox.Store, text: str) -> ox.QuerySolutions:
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return found


def tsv(store: ox.Store, text: str) -> str:
    """The rows in SPARQL's tab-separated form, where a term keeps its language and datatype."""
    serialized = _solutions(store, text).serialize(format=ox.QueryResultsFormat.TSV)
    assert serialized is not None
    return serialized.decode("utf-8")


def rows(store: ox.Store, text: str) -> list[Row]:
    """The rows as column → text; IRIs of the project without their base, nothing where a column has no value."""
    serialized = _solutions(store, text).serialize(format=ox.QueryResultsFormat.JSON)
    assert serialized is not None
    found = json.loads(serialized)["results"]["bindings"]
    return [{name: term["value"].removeprefix(BASE) for name, term in row.items()} for row in found]
