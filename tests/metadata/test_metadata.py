"""What a release says of itself is true of it."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import __date__, __version__
from kg.catalog import Catalog
from kg.manifest import METADATA, QUADS, read_manifest
from kg.paths import QUERIES

PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX schema: <https://schema.org/> PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX spdx: <http://spdx.org/rdf/terms#> PREFIX void: <http://rdfs.org/ns/void#>
PREFIX okg: <https://w3id.org/oncokg/ontology/> PREFIX : <https://w3id.org/oncokg/>
"""


@pytest.fixture(scope="module")
def store(release) -> ox.Store:
    store = ox.Store()
    for name in (QUADS, METADATA):
        store.bulk_load(path=str(release / name), format=ox.RdfFormat.N_QUADS)
    return store


def _rows(store, query):
    return [
        tuple(None if term is None else term.value for term in row)
        for row in store.query(PREFIXES + query, use_default_graph_as_union=True)
    ]


def test_the_statistics_are_those_of_the_graph(store, release):
    ((triples,),) = _rows(store, "SELECT ?n { :dataset void:triples ?n }")
    assert int(triples) == read_manifest(release)["quads"]
    parts = dict(_rows(store, "SELECT ?g ?n { :dataset void:subset ?g . ?g void:triples ?n ; dcterms:title ?t "
                              'FILTER(lang(?t) = "zh") FILTER NOT EXISTS { ?g void:linkPredicate ?p } }'))  # fmt: skip
    assert {name: int(number) for name, number in parts.items()} == read_manifest(release)["graphs"]


@pytest.mark.parametrize("kind", ["Drug", "Report", "Publication"])
def test_a_class_partition_counts_its_members(store, kind):
    ((stated,),) = _rows(store, f"SELECT ?n {{ ?part void:class okg:{kind} ; void:entities ?n }}")
    ((counted,),) = _rows(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a okg:{kind} }}")
    assert int(stated) == int(counted) > 0


@pytest.mark.parametrize("name", ["hasGroup", "printedAt"])
def test_a_property_partition_counts_its_triples(store, name):
    ((stated,),) = _rows(store, f"SELECT ?n {{ ?part void:property okg:{name} ; void:triples ?n }}")
    ((counted,),) = _rows(store, f"SELECT (COUNT(*) AS ?n) {{ ?s okg:{name} ?o }}")
    assert int(stated) == int(counted) > 0


def test_each_download_is_a_distribution(store, release):
    query = """SELECT ?name ?size ?hash { ?release dcat:version ?v ; dcat:distribution ?d .
        ?d dcterms:identifier ?name ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?hash }"""
    listed = {(entry["name"], str(entry["size"]), entry["sha256"]) for entry in read_manifest(release)["downloads"]}
    assert set(_rows(store, query)) == listed


def test_the_release_names_its_version_its_hash_and_its_reviews(store, release):
    query = """SELECT ?v ?id ?from { :dataset dcat:hasCurrentVersion ?r .
        ?r dcat:version ?v ; dcterms:identifier ?id ; prov:wasDerivedFrom ?from }"""
    digest = read_manifest(release)["sha256"]
    assert _rows(store, query) == [(__version__, f"sha256:{digest}", "https://w3id.org/oncokg/review/little-2020")]


def test_each_saved_query_is_an_example_that_runs(store):
    rows = dict(_rows(store, "SELECT ?x ?text { ?x a sh:SPARQLExecutable ; sh:select ?text ; schema:target ?t }"))
    assert {name.rpartition("/")[2] for name in rows} == {query.name for query in Catalog.load(QUERIES)}
    for text in rows.values():
        list(store.query(text, base_iri="https://w3id.org/oncokg/", use_default_graph_as_union=True))


def test_metadata_have_no_blank_nodes(release):
    quads = ox.parse(path=str(release / METADATA), format=ox.RdfFormat.N_QUADS)
    assert not [
        quad for quad in quads if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
    ]


def test_the_date_is_that_of_the_changelog():
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    match = re.search(rf"^## {re.escape(__version__)} \((.+)\)$", text, re.MULTILINE)
    assert match is not None
    assert match[1] == (__date__ or "unreleased")
