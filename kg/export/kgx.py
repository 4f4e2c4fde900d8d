"""The graph as KGX TSV: nodes and edges in the terms of the Biolink Model, to be merged into other graphs.

Format: the KGX specification (https://github.com/biolink/kgx/blob/master/specification/kgx-format.md); several values
of a column are joined by a vertical bar. Outcomes, reports and places have no counterpart there: an edge names the
statements behind it by their IRIs (has_evidence), where the graph has the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kg.export.formats import ReleaseGraph
from kg.export.kgx_edges import COLUMNS as EDGE_COLUMNS
from kg.export.kgx_edges import edge_rows
from kg.export.kgx_names import Names
from kg.export.kgx_nodes import COLUMNS as NODE_COLUMNS
from kg.export.kgx_nodes import categories, node_rows

__all__ = ["write_kgx"]


def write_kgx(graph: ReleaseGraph, folder: Path) -> None:
    """Write oncokg_nodes.tsv and oncokg_edges.tsv."""
    found = categories(graph)
    names = Names(graph, found)
    _write(folder / "oncokg_nodes.tsv", NODE_COLUMNS, node_rows(graph, found, names))
    _write(folder / "oncokg_edges.tsv", EDGE_COLUMNS, edge_rows(graph, found, names))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    # KGX reads its files without quoting, so that no field may hold a tab or an end of line.
    lines = ["\t".join(columns)]
    lines += ["\t".join(" ".join(row[column].split()) for column in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
