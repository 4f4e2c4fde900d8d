"""The formats that a release is exported to: what each is called, which files it writes, and what writes them.

A format is written by a function `(graph, folder)` of a module of this package, named as "module:function". It is
imported only when asked for, since some bring large libraries along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

__all__ = ["EXPORTS", "Export", "ExportFile", "ReleaseGraph"]


class ReleaseGraph:
    """What is exported: the quads of a release in canonical order, its manifest, and a store to ask."""

    def __init__(self, quads: list[ox.Quad], manifest: Mapping[str, Any]) -> None:
        self.quads = quads
        self.manifest = manifest

    @cached_property
    def store(self) -> ox.Store:
        """The quads in memory."""
        store = ox.Store()
        store.bulk_extend(self.quads)
        return store

    def select(self, query: str) -> ox.QuerySolutions:
        """The solutions of a SELECT query over the union of all graphs."""
        return cast(ox.QuerySolutions, self.store.query(query, use_default_graph_as_union=True))


@dataclass(frozen=True)
class ExportFile:
    """One file that a format writes: its name, its media type, and whether it is offered for download compressed."""

    name: str
    media_type: str
    compressed: bool = False


@dataclass(frozen=True)
class Export:
    """A format: its name on the command line, a title in both languages, its files, the function that writes them.

    With `alternatives` the files say the same in several formats, and a person chooses one by its ending; without, they
    belong together. With an `archive` they are offered for download as one ZIP file of that name.
    """

    name: str
    en: str
    zh: str
    files: tuple[ExportFile, ...]
    writer: str
    alternatives: bool = False
    archive: str = ""

    def write(self, graph: ReleaseGraph, folder: Path) -> None:
        """Write every file of the format into a folder that exists."""
        module, _, function = self.writer.partition(":")
        run = cast(Callable[[ReleaseGraph, Path], None], getattr(import_module(f"kg.export.{module}"), function))
        run(graph, folder)


def _exports(*exports: Export) -> dict[str, Export]:
    return {export.name: export for export in exports}


_TABLES = (
    "evidence", "reviews", "studies", "study_publications", "groups", "comparisons", "interventions", "drugs",
    "drug_targets", "targets", "diseases", "settings", "regimens", "regimen_components", "publications",
    "discrepancies", "claims", "findings", "approvals", "recommendations", "mappings",
)  # fmt: skip

EXPORTS = _exports(
    Export(
        "nquads", "all named graphs as N-Quads", "全部命名图（N-Quads）",
        (ExportFile("oncokg.nq", "application/n-quads", compressed=True),), "serialisations:write_nquads",
    ),
    Export(
        "trig", "all named graphs as TriG", "全部命名图（TriG）",
        (ExportFile("oncokg.trig", "application/trig", compressed=True),), "serialisations:write_trig",
    ),
    Export(
        "turtle", "the union of the graphs as Turtle", "合并后的图（Turtle）",
        (ExportFile("oncokg.ttl", "text/turtle", compressed=True),), "serialisations:write_turtle",
    ),
    Export(
        "rdfxml", "the union of the graphs as RDF/XML", "合并后的图（RDF/XML）",
        (ExportFile("oncokg.rdf", "application/rdf+xml", compressed=True),), "serialisations:write_rdf_xml",
    ),
    Export(
        "evidence", "the evidence table: one row a report", "证据表：每条报告一行",
        (
            ExportFile("evidence.csv", "text/csv"),
            ExportFile("evidence.parquet", "application/vnd.apache.parquet"),
        ), "evidence:write_tables", alternatives=True,
    ),
    Export(
        "kgx", "nodes and edges in Biolink terms (KGX)", "Biolink术语的节点与边（KGX）",
        (
            ExportFile("oncokg_nodes.tsv", "text/tab-separated-values", compressed=True),
            ExportFile("oncokg_edges.tsv", "text/tab-separated-values", compressed=True),
        ), "kgx:write_kgx",
    ),
    Export(
        "tables", "the tables with their schemas (Frictionless data package)",
        "带模式描述的数据表（Frictionless数据包）",
        (
            ExportFile("datapackage.json", "application/json"),
            *(ExportFile(f"{name}.csv", "text/csv") for name in _TABLES),
        ), "frictionless_package:write_package", archive="oncokg-tables.zip",
    ),
    Export(
        "nanopubs", "a nanopublication for each outcome", "每个结局一个纳米出版物（nanopublication）",
        (ExportFile("nanopublications.trig", "application/trig", compressed=True),), "nanopublications:write_trig",
    ),
    Export(
        "fhir", "FHIR R5 Evidence, one for each outcome, in a Bundle", "FHIR R5 Evidence资源集（Bundle），每个结局一个",
        (ExportFile("evidence.fhir.json", "application/fhir+json", compressed=True),), "fhir:write_bundle",
    ),
    Export(
        "jsonld", "the union of the graphs as JSON-LD, a tree for each study", "合并后的图（JSON-LD），每项研究一棵树",
        (ExportFile("oncokg.jsonld", "application/ld+json", compressed=True),), "jsonld:write_document",
    ),
)  # fmt: skip
"""Every format by name, in the order in which they are listed."""
