"""The data package: valid by the frictionless library, and as many rows as the graph has things."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from kg.downloads import write_downloads
from kg.export.formats import EXPORTS, ReleaseGraph
from kg.export.frictionless_tables import TABLES
from kg.export.solutions import rows
from kg.mappings import add_mappings, mapping_folder
from kg.ontology import ontology_quads
from kg.paths import CURATION
from kg.rdf import records_to_quads

COUNTS = {
    "evidence": "SELECT ?x WHERE { ?x a okg:Report ; okg:reports ?o . ?y okg:hasOutcome|okg:hasCharacteristic ?o }",
    "reviews": "SELECT ?x WHERE { ?x a okg:Review }",
    "studies": "SELECT ?x WHERE { ?x okg:hasDesign ?y }",
    "study_publications": "SELECT ?x ?y WHERE { ?x okg:reportedIn ?y }",
    "groups": "SELECT ?x WHERE { ?x okg:hasRole ?y }",
    "comparisons": "SELECT ?x WHERE { ?x a okg:Comparison }",
    "drugs": "SELECT ?x WHERE { ?x a okg:Drug }",
    "drug_targets": "SELECT ?x WHERE { ?x a okg:TargetAssertion }",
    "targets": "SELECT DISTINCT ?x WHERE { VALUES ?c { okg:ProteinTarget okg:TargetGroup okg:ViralTarget } ?x a ?c }",
    "diseases": "SELECT ?x WHERE { ?x a okg:Disease }",
    "settings": "SELECT ?x WHERE { ?x a okg:Setting }",
    "regimens": "SELECT ?x WHERE { ?x a okg:Regimen }",
    "publications": "SELECT ?x WHERE { ?x a okg:Publication }",
    "discrepancies": "SELECT ?x WHERE { ?x a okg:Discrepancy }",
    "claims": "SELECT ?x WHERE { ?x a okg:Claim }",
    "findings": "SELECT ?x WHERE { ?x a okg:PrognosticFinding }",
    "approvals": "SELECT ?x WHERE { ?x a okg:Approval }",
    "recommendations": "SELECT ?x WHERE { ?x a okg:Recommendation }",
    "mappings": "SELECT ?x WHERE { ?x a <https://w3id.org/sssom/Mapping> }",
}


@pytest.fixture(scope="module")
def graph(curation):
    build = records_to_quads(curation)
    add_mappings(build, mapping_folder(CURATION))
    return ReleaseGraph(sorted(build.quads | ontology_quads(), key=str), {"version": "0"})


@pytest.fixture(scope="module")
def folder(graph, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    EXPORTS["tables"].write(graph, folder)
    return folder


def test_the_registry_names_every_table():
    assert [file.name for file in EXPORTS["tables"].files] == [
        "datapackage.json",
        *(f"{table.name}.csv" for table in TABLES),
    ]


# frictionless 5 calls what its own dependencies have deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_frictionless_finds_the_package_valid(folder):
    frictionless = pytest.importorskip(
        "frictionless", reason="the interop extra is not installed: frictionless is missing"
    )
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert [error.message for task in report.tasks for error in task.errors] + report.errors == []
    assert report.valid


@pytest.mark.parametrize("name", COUNTS)
def test_as_many_rows_as_the_graph_has_things(graph, folder, name):
    polars = pytest.importorskip("polars", reason="the interop extra is not installed: polars is missing")
    table = polars.read_csv(folder / f"{name}.csv", infer_schema=False)
    assert len(table) == len(rows(graph, COUNTS[name])) > 0


def test_titles_in_both_languages(folder):
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    described = [package, *package["resources"]]
    described += [column for resource in package["resources"] for column in resource["schema"]["fields"]]
    for thing in described:
        assert thing["title"], thing["name"]
        assert thing["title@zh"], thing["name"]
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert len(package["sources"]) == len((folder / "reviews.csv").read_text("utf-8").splitlines()) - 1


def test_the_download_is_one_archive_and_the_same_bytes_again(graph, tmp_path):
    written = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        write_downloads(graph, tmp_path / name)
        written.append((tmp_path / name / "oncokg-tables.zip").read_bytes())
    assert written[0] == written[1]
    with zipfile.ZipFile(io.BytesIO(written[0])) as archive:
        assert archive.namelist() == [file.name for file in EXPORTS["tables"].files]
