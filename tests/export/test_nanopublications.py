"""Nanopublications: one an outcome, valid for the library and for our own shape, signed only with an operator's key."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from kg.export.formats import EXPORTS, ReleaseGraph
from kg.export.nanopublications import FILE, NANOPUB
from kg.export.writing import export_to
from kg.terms import BASE

SHAPE = Path(__file__).parent / "nanopublication.ttl"
PARTS = ("Head", "assertion", "provenance", "pubinfo")
NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
OKG = rdflib.Namespace("https://w3id.org/oncokg/ontology/")
COUNT = """PREFIX okg: <https://w3id.org/oncokg/ontology/> SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE {
  ?o a okg:Outcome FILTER(EXISTS { ?o okg:acceptedValue ?v } || EXISTS { ?r okg:reports ?o }) }"""

# rdflib 7.6 warns of its own use of what it has deprecated, and nanopub 2.0 is built on it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(Dataset.default_context|ConjunctiveGraph|Dataset.contexts) is:DeprecationWarning"
)


def _write(graph: ReleaseGraph, folder: Path) -> Path:
    (path,) = export_to(EXPORTS["nanopubs"], graph, folder / FILE, EXPORTS["nanopubs"].files[0])
    return path


def _by_nanopublication(path: Path) -> dict[str, list[ox.Quad]]:
    """The quads of each nanopublication, by the IRI of its graphs without the name of the part."""
    found: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TRIG):
        name = quad.graph_name.value
        (part,) = [part for part in PARTS if name.endswith(part)]
        found.setdefault(name.removesuffix(part), []).append(quad)
    return found


def _read(quads: list[ox.Quad]) -> rdflib.ConjunctiveGraph:
    rdf = rdflib.ConjunctiveGraph()
    rdf.parse(data=ox.serialize(quads, format=ox.RdfFormat.N_QUADS), format="nquads")
    return rdf


def _part(found: dict[str, list[ox.Quad]], part: str) -> rdflib.Graph:
    triples = [quad.triple for quads in found.values() for quad in quads if quad.graph_name.value.endswith(part)]
    return rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def _validate(graph: rdflib.Graph):
    return pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(SHAPE))


def test_the_library_finds_each_outcome_once_and_valid(any_graph, tmp_path):
    nanopub = pytest.importorskip("nanopub", reason="the interop extra is not installed: nanopub is missing")
    found = _by_nanopublication(_write(any_graph, tmp_path))
    assert len(found) == int(next(iter(any_graph.select(COUNT)))["n"].value) > 0
    outcomes = set()
    for name, quads in found.items():
        read = nanopub.Nanopub(rdf=_read(quads))
        assert read.is_valid
        assert str(read.metadata.np_uri) == name
        (outcome,) = read.assertion.subjects(rdflib.RDF.type, OKG.Outcome)
        assert name == NANOPUB + str(outcome).removeprefix(BASE + "outcome/") + "/"
        outcomes.add(outcome)
    assert len(outcomes) == len(found)


def test_reports_and_accepted_values_are_those_of_the_graph(any_graph, tmp_path):
    found = _by_nanopublication(_write(any_graph, tmp_path))
    store, prefix = any_graph.store, "PREFIX okg: <https://w3id.org/oncokg/ontology/> SELECT ?s ?o WHERE "
    for part, term, pattern in (
        ("provenance", OKG.reports, "{ ?s okg:reports ?o . ?o a okg:Outcome }"),
        ("assertion", OKG.acceptedValue, "{ ?s okg:acceptedValue ?o ; a okg:Outcome }"),
    ):
        wanted = {
            (row["s"].value, row["o"].value) for row in store.query(prefix + pattern, use_default_graph_as_union=True)
        }
        assert {(str(subject), str(value)) for subject, value in _part(found, part).subject_objects(term)} == wanted


@pytest.mark.parametrize("part", PARTS)
def test_our_shape_holds_of_each_graph(small_graph, tmp_path, part):
    conforms, _, text = _validate(_part(_by_nanopublication(_write(small_graph, tmp_path)), part))
    assert conforms, text


@pytest.mark.parametrize(
    ("part", "lost"),
    [
        ("Head", str(NP.hasProvenance)),
        ("assertion", str(OKG.hasStatistic)),
        ("assertion", str(OKG.hasOutcome)),
        ("provenance", "http://www.w3.org/ns/prov#wasAttributedTo"),
        ("provenance", str(OKG.locator)),
        ("provenance", str(OKG.because)),
        ("pubinfo", "http://purl.org/dc/terms/license"),
    ],
)
def test_our_shape_misses_what_is_lost(small_graph, tmp_path, part, lost):
    graph = _part(_by_nanopublication(_write(small_graph, tmp_path)), part)
    graph.remove((None, rdflib.URIRef(lost), None))
    assert not _validate(graph)[0]


def test_a_disagreement_stands_in_the_provenance(small_graph, tmp_path):
    found = _by_nanopublication(_write(small_graph, tmp_path))
    quads = found[NANOPUB + "example-1/placebo-gp/progression-free-survival/median/"]
    lines = {f"{quad.predicate.value.rpartition('/')[2]} {quad.object.value}" for quad in quads}
    assert f"isAbout {BASE}outcome/example-1/placebo-gp/progression-free-survival/median" in lines
    assert {"locator Table 1 row 1 col 3", "printed 12 vs 9.0", "printedText 9.0", "printedText 8.0"} <= lines


def test_the_same_bytes_again(small_graph, tmp_path):
    first = _write(small_graph, tmp_path).read_bytes()
    again = ReleaseGraph(list(small_graph.quads), small_graph.manifest)
    assert _write(again, tmp_path).read_bytes() == first
