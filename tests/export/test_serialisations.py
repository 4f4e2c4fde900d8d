"""The release in each RDF format holds what its quads hold, and is the same bytes in another process."""

from __future__ import annotations

import os
import subprocess
import sys

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import OncoKGError, ReleaseError
from kg.export.formats import EXPORTS, ReleaseGraph
from kg.export.writing import chosen_file, export_text, export_to
from kg.ontology import ontology_quads
from kg.rdf import records_to_quads

FORMATS = {
    "nquads": (ox.RdfFormat.N_QUADS, "nquads"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "turtle": (ox.RdfFormat.TURTLE, "turtle"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "xml"),
}
WITHOUT_GRAPHS = ("turtle", "rdfxml")


@pytest.fixture(scope="module")
def graph(small_curation):
    return ReleaseGraph(sorted(records_to_quads(small_curation).quads, key=str), {})


def _terms(quads, name):
    return {str(quad.triple) if name in WITHOUT_GRAPHS else str(quad) for quad in quads}


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_lost_or_added(graph, name, tmp_path):
    (path,) = export_to(EXPORTS[name], graph, tmp_path / "out", EXPORTS[name].files[0])
    read = ox.parse(path=str(path), format=FORMATS[name][0])
    assert _terms(read, name) == _terms(graph.quads, name)


# rdflib 7.6 warns of its own use of what it has deprecated while it parses N-Quads and TriG.
@pytest.mark.filterwarnings("ignore:(Dataset.default_context|ConjunctiveGraph) is:DeprecationWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_another_library_counts_the_same(graph, name, tmp_path):
    (path,) = export_to(EXPORTS[name], graph, tmp_path / "out", EXPORTS[name].files[0])
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=path.read_bytes(), format=FORMATS[name][1])
    assert len(set(dataset.triples((None, None, None)))) == len({quad.triple for quad in graph.quads})


def test_the_same_bytes_in_another_process(graph, tmp_path):
    first = tmp_path / "first"
    for name in FORMATS:
        export_to(EXPORTS[name], graph, first, None)
    program = (
        "import sys, pyoxigraph as ox; from pathlib import Path; from kg.export.formats import EXPORTS, ReleaseGraph\n"
        "from kg.export.writing import export_to\n"
        "quads = list(ox.parse(path=sys.argv[1], format=ox.RdfFormat.N_QUADS))\n"
        "for name in sys.argv[3:]: export_to(EXPORTS[name], ReleaseGraph(quads, {}), Path(sys.argv[2]), None)"
    )
    command = [sys.executable, "-c", program, str(first / "oncokg.nq"), str(tmp_path / "second"), *FORMATS]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    for path in first.iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name


def test_a_failing_export_leaves_what_was_there(graph, tmp_path):
    (tmp_path / "oncokg.ttl").mkdir()
    with pytest.raises(ReleaseError, match="cannot be written"):
        export_to(EXPORTS["turtle"], graph, tmp_path, None)
    assert [path.name for path in tmp_path.iterdir()] == ["oncokg.ttl"]


def test_which_file_is_meant():
    assert chosen_file(EXPORTS["evidence"], None).name == "evidence.csv"
    assert chosen_file(EXPORTS["evidence"], "parquet").name == "evidence.parquet"
    with pytest.raises(OncoKGError, match="csv or parquet"):
        chosen_file(EXPORTS["evidence"], "xlsx")


def test_parquet_is_not_printed(small_curation):
    graph = ReleaseGraph(sorted(records_to_quads(small_curation).quads | ontology_quads(), key=str), {})
    with pytest.raises(OncoKGError, match="--out"):
        export_text(EXPORTS["evidence"], graph, EXPORTS["evidence"].files[1])
