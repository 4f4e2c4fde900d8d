"""The prefix map and the glossary."""

from __future__ import annotations

import json
import re

import pyoxigraph as ox

from kg.paths import ONTOLOGY
from kg.terms import BASE, OKG, closed_lists

CONTEXT = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]


def test_a_compact_document_expands() -> None:
    document = {"@context": CONTEXT, "@id": "drug:mrg003", "okg:deliversTo": {"@id": "target:egfr"}}
    quads = list(ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD))
    assert [str(quad.triple) for quad in quads] == [
        f"<{BASE}drug/mrg003> <{OKG}deliversTo> <{BASE}target/egfr>",
    ]


def test_every_closed_list_has_a_prefix_and_no_two_prefixes_agree() -> None:
    prefixes = {name: iri for name, iri in CONTEXT.items() if not name.startswith("@")}
    assert {kind: prefixes.get(kind) for kind in closed_lists()} == {kind: f"{BASE}{kind}/" for kind in closed_lists()}
    assert len(set(prefixes.values())) == len(prefixes)
    assert [name for name, iri in prefixes.items() if not iri.endswith(("/", "#"))] == []


def test_turtle_files_use_the_prefixes_of_the_map() -> None:
    written = {
        (path.name, name, iri)
        for path in ONTOLOGY.rglob("*.ttl")
        for name, iri in re.findall(r"^@prefix ([\w-]+): <([^>]+)> \.$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(written) > 40
    assert sorted(use for use in written if CONTEXT.get(use[1]) != use[2]) == []


def test_the_glossary_names_each_term_once() -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\*", (ONTOLOGY / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"report", "discrepancy", "setting", "regimen"} <= set(rows)
    assert len(rows) == len(set(rows))
