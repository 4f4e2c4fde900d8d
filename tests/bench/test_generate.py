"""The large graph: same input and seed, same bytes; the shape of the release; every saved query answers on it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from bench.generate import generate, generate_release
from kg.catalog import Catalog
from kg.engine import Source
from kg.manifest import QUADS
from tests.queries.asking import asserted, with_closure
from tests.queries.cases import CURATION

STUDY = "https://w3id.org/oncokg/ontology/hasDesign"


@pytest.fixture(scope="module")
def own() -> list[str]:
    """The records that the saved queries are tested on, as sorted N-Quads."""
    return sorted(f"{quad} .\n" for quad in with_closure(asserted(CURATION)))


@pytest.fixture(scope="module")
def twice(own: list[str]) -> list[str]:
    """The same with one copy of the records."""
    return list(generate(own, len(own) + 1, seed=1))


def _store(lines: list[str]) -> ox.Store:
    store = ox.Store()
    store.bulk_load(input="".join(lines).encode(), format=ox.RdfFormat.N_QUADS)
    return store


def _predicates(lines: list[str]) -> Counter[str]:
    return Counter(line.split(" ", 2)[1] for line in lines)


def test_a_seed_gives_the_same_lines_and_another_seed_other_figures(own: list[str], twice: list[str]) -> None:
    assert list(generate(own, len(own) + 1, seed=1)) == twice
    other = list(generate(own, len(own) + 1, seed=2))
    assert len(other) == len(twice)
    changed = {line.split(" ", 2)[1] for line in set(other) - set(twice)}
    assert changed == {
        "<https://w3id.org/oncokg/ontology/value>",
        "<https://w3id.org/oncokg/ontology/sampleSize>",
    }


def test_the_release_stands_in_it_and_nothing_twice(own: list[str], twice: list[str]) -> None:
    assert twice[: len(own)] == own
    triples = Counter(line.rstrip(" .\n").rsplit(" ", 1)[0] for line in twice)
    assert [triple for triple, count in triples.items() if count > 1] == []


def test_a_copy_has_as_many_studies_and_properties_and_no_new_ones(own: list[str], twice: list[str]) -> None:
    before, after = _predicates(own), _predicates(twice)
    assert after[f"<{STUDY}>"] == 2 * before[f"<{STUDY}>"]
    assert before.keys() == after.keys()
    graphs = {line.rstrip(" .\n").rsplit(" ", 1)[1] for line in twice}
    sources = {graph for graph in graphs if "/graph/source/" in graph}
    assert len(sources) == 2 * sum(not graph.endswith("-1>") for graph in sources)


def test_every_saved_query_finds_what_it_found_and_most_find_more(own: list[str], twice: list[str]) -> None:
    small, large = _store(own), _store(twice)
    counts = {}
    for query in Catalog.load():
        rows = [sum(1 for _ in store.query(query.text, use_default_graph_as_union=True)) for store in (small, large)]  # type: ignore[misc,union-attr]
        counts[query.name] = rows
    assert {name: rows for name, rows in counts.items() if rows[1] < rows[0]} == {}
    assert sum(after > before for before, after in counts.values()) > len(counts) / 2


def test_the_folder_is_a_release_to_serve(release: Path, tmp_path: Path) -> None:
    own = (release / QUADS).read_text("utf-8").splitlines()
    made = generate_release(release, tmp_path / "large", 3 * len(own), seed=7)
    manifest = json.loads((tmp_path / "large" / "manifest.json").read_text())
    assert Source.of_release(tmp_path / "large").digest == made.sha256 == manifest["sha256"]
    assert made.quads == manifest["quads"] == len((tmp_path / "large" / QUADS).read_text("utf-8").splitlines())
    assert made.quads >= 3 * len(own)
    assert made.copies > 0
