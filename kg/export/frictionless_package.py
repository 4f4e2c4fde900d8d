"""The graph as a Frictionless data package: CSV tables and datapackage.json, which describes them.

Standard: Data Package 1 with Table Schema (https://specs.frictionlessdata.io/). It has no texts in several languages of
its own: titles are English, and stand in Chinese beside them as `title@zh`, as its pattern for translations has it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

from kg.export.evidence import evidence_rows
from kg.export.formats import ReleaseGraph
from kg.export.frictionless_columns import COLUMNS
from kg.export.frictionless_tables import TABLES, Table
from kg.export.solutions import lists, rows
from kg.terms import BASE, OKG

__all__ = ["write_package"]

# Columns that name a thing by its path, since things of several kinds stand in them, or a key holds no kind of its own.
_PATHS = frozenset({"about", "subject", "key", "outcome", "report"})
_SEPARATORS = {"synonyms": "|", "readings": " | ", "population": " + "}


def write_package(graph: ReleaseGraph, folder: Path) -> None:
    """Write every table and datapackage.json."""
    resources = []
    for table in TABLES:
        found = _evidence(graph) if table.name == "evidence" else _rows(graph, table)
        content = _csv(table, found)
        (folder / f"{table.name}.csv").write_bytes(content)
        resources.append(_resource(table, content))
    package = json.dumps(_package(graph, resources), indent=2, ensure_ascii=False)
    (folder / "datapackage.json").write_text(package + "\n", encoding="utf-8")


def _evidence(graph: ReleaseGraph) -> list[dict[str, str]]:
    return [row | {"setting_facets": row["setting"]} for row in evidence_rows(graph)]


def _rows(graph: ReleaseGraph, table: Table) -> list[dict[str, str]]:
    columns = table.columns.split()
    several = {name: lists(graph, f"SELECT ?of ?value WHERE {{ {query} }}") for name, query in table.several.items()}
    asked = " ".join(f"?{name}" for name in columns if name not in several)
    result = []
    for row in rows(graph, f"SELECT DISTINCT {asked} ?it WHERE {{ {table.query} }}"):
        values = {name: _text(name, row.get(name, "")) for name in columns if name not in several}
        for name, by_thing in several.items():
            joined = [_text(name, value) for value in by_thing.get(row["it"], ())]
            values[name] = _SEPARATORS.get(name, " ").join(joined)
        result.append(values)
    return sorted(result, key=lambda values: [values[name] for name in table.primary.split()])


def _text(column: str, value: str) -> str:
    """A term as text: a class by its name, a thing of ours by its key (or its path, where that is what tells)."""
    if value.startswith(OKG):
        return value.removeprefix(OKG)
    if not value.startswith(BASE):
        return value
    path = value.removeprefix(BASE)
    if column in _PATHS:
        return path
    kind, _, key = path.partition("/")
    return key.rpartition("/")[2] if kind == "group" else key


def _csv(table: Table, found: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, table.columns.split(), lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue().encode()


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(name, table) for name in table.columns.split()],
        "primaryKey": table.primary.split(),
        "missingValues": [""],
    }
    if table.foreign:
        schema["foreignKeys"] = [
            {"fields": fields.split(), "reference": {"resource": _other(table, other), "fields": keys.split()}}
            for fields, (other, keys) in table.foreign.items()
        ]
    return {
        "name": table.name, "path": f"{table.name}.csv", "profile": "tabular-data-resource",
        "title": table.en, "title@zh": table.zh,
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }  # fmt: skip


def _other(table: Table, name: str) -> str:
    """The table that a key refers to; itself is written as nothing (Table Schema, Foreign Keys)."""
    return "" if name == table.name else name


def _field(name: str, table: Table) -> dict[str, Any]:
    kind, en, zh = COLUMNS[name]
    described: dict[str, Any] = {"name": name, "type": kind, "title": en, "title@zh": zh}
    if name in table.primary.split():
        described["constraints"] = {"required": True}
    return described


def _package(graph: ReleaseGraph, resources: list[dict[str, Any]]) -> dict[str, Any]:
    reviews = rows(
        graph,
        """SELECT ?title ?doi WHERE { ?review a okg:Review ; rdfs:label ?title FILTER(LANG(?title) = "en")
           OPTIONAL { ?review okg:doi ?doi } }""",
    )
    return {
        "profile": "tabular-data-package",
        "name": "oncokg",
        "id": BASE,
        "title": "OncoKG: review articles on cancer treatment as tables",
        "title@zh": "OncoKG：以表格呈现的肿瘤治疗综述",
        "description": "Every number with the place where it is printed, and every disagreement between sources. "
        "A research resource and no medical advice.",
        "description@zh": "每个数值都附有印刷位置，来源之间的每处分歧均有记录。仅供研究，不构成医疗建议。",
        "version": str(graph.manifest.get("version", "")),
        "homepage": BASE,
        "languages": ["en", "zh"],
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "contributors": [{"title": "The OncoKG project", "role": "author"}],
        "sources": [
            {"title": row["title"]} | ({"path": f"https://doi.org/{row['doi']}"} if "doi" in row else {})
            for row in reviews
        ],
        "resources": resources,
    }
