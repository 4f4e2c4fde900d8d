"""What a SELECT query finds, as text: rows by variable, and lists by thing."""

from __future__ import annotations

from kg.export.formats import ReleaseGraph
from kg.terms import OKG, RDFS, SKOS

__all__ = ["lists", "rows"]

_PREFIXES = f"PREFIX okg: <{OKG}> PREFIX rdfs: <{RDFS}> PREFIX skos: <{SKOS}>\n"


def rows(graph: ReleaseGraph, query: str) -> list[dict[str, str]]:
    """The solutions of a query with the prefixes okg, rdfs, skos, sorted; an unbound variable is left out."""
    solutions = graph.select(_PREFIXES + query)
    names = [variable.value for variable in solutions.variables]
    found = [
        {name: str(getattr(row[name], "value", "")) for name in names if row[name] is not None} for row in solutions
    ]
    return sorted(found, key=lambda row: [row.get(name, "") for name in names])


def lists(graph: ReleaseGraph, query: str) -> dict[str, list[str]]:
    """The values that a query of ?of and ?value finds for each thing, sorted, each once."""
    found: dict[str, set[str]] = {}
    for row in rows(graph, query):
        found.setdefault(row["of"], set()).add(row["value"])
    return {thing: sorted(values) for thing, values in found.items()}
