"""JSON-LD: expanded it is the union of the graphs, triple for triple; and it reads as a tree without knowing RDF."""

from __future__ import annotations

import json

import pyld.jsonld
import pyoxigraph as ox
import pytest
import rdflib

from kg.export.formats import EXPORTS, ReleaseGraph
from kg.export.jsonld_context import SECTIONS
from kg.export.writing import export_text, export_to
from kg.paths import ONTOLOGY

FILE = EXPORTS["jsonld"].files[0]
OKG = "https://w3id.org/oncokg/ontology/"


def _canonical(quads) -> set[ox.Quad]:
    """The triples with blank nodes named by RDFC-1.0, so that two files with other names for them compare."""
    dataset = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def _quads(document) -> set[ox.Quad]:
    lines = pyld.jsonld.to_rdf(document, {"format": "application/n-quads"})
    return _canonical(ox.parse(lines, format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def document(small_graph):
    return json.loads(export_text(EXPORTS["jsonld"], small_graph, FILE))


def test_expanded_it_is_the_union_of_the_graphs(any_graph):
    read = _quads(json.loads(export_text(EXPORTS["jsonld"], any_graph, FILE)))
    wanted = _canonical(any_graph.quads)
    assert (wanted - read, read - wanted) == (set(), set())
    assert len(read) > 1000


def test_a_lost_line_is_noticed(small_graph, document):
    lost = {**document, "studies": []}
    assert len(_quads(lost)) < len(_canonical(small_graph.quads))


# rdflib 7.6 warns of its own use of what it has deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is:DeprecationWarning")
@pytest.mark.parametrize("reader", ["rdflib", "pyoxigraph"])
def test_other_libraries_count_the_same(small_graph, tmp_path, reader):
    (path,) = export_to(EXPORTS["jsonld"], small_graph, tmp_path / FILE.name, FILE)
    if reader == "rdflib":
        count = len(rdflib.Graph().parse(path, format="json-ld"))
    else:
        count = len(set(ox.parse(path=str(path), format=ox.RdfFormat.JSON_LD)))
    assert count == len(_canonical(small_graph.quads))


def test_an_outcome_is_found_by_walking_the_tree(document):
    (study,) = document["studies"]
    assert study["label"]["zh"] == "EXAMPLE-1"
    groups = {group["key"]: group for group in study["hasGroup"]}
    group = groups["placebo-gp"]
    agents = {component.get("hasAgent") for component in group["receives"]["hasComponent"]}
    assert agents == {"drug:cisplatin", "drug:gemcitabine", "comparator:placebo"}
    (outcome,) = [each for each in group["hasOutcome"] if each["hasEndpoint"] == "endpoint:progression-free-survival"]
    assert outcome["acceptedValue"]["figure"] == "8.0"
    reports = {report["printedAt"]["locator"]: report for report in outcome["reportedBy"]}
    assert reports["Table 1 row 1 col 3"]["printedValue"]["figure"] == "9.0"
    assert "discrepancy:example-1/pfs-control" in outcome["disputedIn"]
    (comparison,) = study["hasComparison"]
    (outcome,) = [each for each in comparison["hasOutcome"] if each["hasStatistic"] == "statistic:hazard-ratio"]
    assert (outcome["acceptedValue"]["printedText"], outcome["acceptedValue"]["ciText"]) == ("0.52", "0.40 to 0.70")


def test_nothing_stands_twice_that_has_its_own_place(document):
    tops = [thing["id"] for section in SECTIONS for thing in document.get(section, ()) if "id" in thing]
    assert len(set(tops)) == len(tops)
    assert not [top for top in tops if top.startswith(("report:", "value:", "outcome:", "reading:"))]


def test_the_shared_context_stands_first_and_no_term_hides_a_prefix(document):
    shared = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    first, own = document["@context"]
    assert first == shared
    assert not shared.keys() & own.keys()


def test_every_property_of_the_ontology_has_a_term(small_graph, document):
    declared = "SELECT ?p WHERE { ?p a ?k FILTER(?k IN (owl:ObjectProperty, owl:DatatypeProperty)) }"
    prefix = "PREFIX owl: <http://www.w3.org/2002/07/owl#> "
    properties = {row["p"].value for row in small_graph.select(prefix + declared)}
    own = document["@context"][1]
    named = {given["@id"].replace("okg:", OKG) for given in own.values() if isinstance(given, dict) and "@id" in given}
    assert {name for name in properties if name.startswith(OKG)} <= named


def test_values_that_a_term_cannot_hold_are_written_in_full():
    def iri(name):
        return ox.NamedNode(OKG + name)

    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    literals = [
        ("value", ox.Literal("7.30", datatype=decimal)),
        ("value", ox.Literal("about 7")),
        ("note", ox.Literal("x", language="en")),
        ("note", ox.Literal("y", language="en")),
        ("note", ox.Literal("z")),
        ("row", ox.Literal("07", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
        ("row", ox.Literal(7)),
        ("receives", ox.Literal("no link")),
    ]
    schema = [
        ("value", "range", decimal),
        ("note", "range", ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#Literal")),
        ("row", "range", ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ]
    rdfs, graph = "http://www.w3.org/2000/01/rdf-schema#", ox.NamedNode("urn:test:g")
    quads = [ox.Quad(ox.NamedNode("urn:test:s"), iri(name), value, graph) for name, value in literals]
    quads += [ox.Quad(iri(name), ox.NamedNode(rdfs + term), value, graph) for name, term, value in schema]
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads.append(ox.Quad(iri("receives"), kind, ox.NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty"), graph))
    document = json.loads(export_text(EXPORTS["jsonld"], ReleaseGraph(quads, {}), FILE))
    assert _quads(document) == _canonical(quads)


def test_the_same_bytes_again(small_graph):
    again = ReleaseGraph(list(reversed(small_graph.quads)), small_graph.manifest)
    assert export_text(EXPORTS["jsonld"], again, FILE) == export_text(EXPORTS["jsonld"], small_graph, FILE)
