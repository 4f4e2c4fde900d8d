"""The KGX files: their shape, against the graph, and against the Biolink Model."""

from __future__ import annotations

import re

import pytest

from kg.export.formats import EXPORTS, ReleaseGraph
from kg.export.kgx_edges import COLUMNS as EDGE_COLUMNS
from kg.export.kgx_names import PREFERRED, own_curie
from kg.export.kgx_nodes import COLUMNS as NODE_COLUMNS
from kg.export.solutions import rows
from kg.mappings import add_mappings, mapping_folder
from kg.ontology import ontology_quads
from kg.paths import CURATION
from kg.rdf import records_to_quads
from tests.export.biolink import Biolink

polars = pytest.importorskip("polars", reason="the interop extra is not installed: polars is missing")

LISTS = {"publications", "has_evidence", "xref", "equivalent_identifiers", "synonym", "provided_by", "category"}


@pytest.fixture(scope="module")
def graph(curation):
    build = records_to_quads(curation)
    add_mappings(build, mapping_folder(CURATION))
    return ReleaseGraph(sorted(build.quads | ontology_quads(), key=str), {})


@pytest.fixture(scope="module")
def folder(graph, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kgx")
    EXPORTS["kgx"].write(graph, folder)
    return folder


def _read(path):
    return polars.read_csv(path, separator="\t", quote_char=None, infer_schema=False).fill_null("")


@pytest.fixture(scope="module")
def nodes(folder):
    return _read(folder / "oncokg_nodes.tsv")


@pytest.fixture(scope="module")
def edges(folder):
    return _read(folder / "oncokg_edges.tsv")


@pytest.fixture(scope="module")
def biolink():
    pytest.importorskip("biolink_model", reason="the interop extra is not installed: biolink-model is missing")
    return Biolink()


def test_the_columns_that_kgx_demands_are_filled(nodes, edges):
    assert nodes.columns == list(NODE_COLUMNS)
    assert edges.columns == list(EDGE_COLUMNS)
    for table, names in (
        (nodes, ("id", "category", "name", "provided_by")),
        (edges, ("id", "subject", "predicate", "object", "category", "primary_knowledge_source", "has_evidence")),
    ):
        for name in names:
            assert table.filter(polars.col(name) == "").is_empty(), name
    assert edges["knowledge_level"].unique().to_list() == ["knowledge_assertion"]
    assert edges["agent_type"].unique().to_list() == ["manual_agent"]


def test_no_id_twice_and_none_dangling(nodes, edges):
    ids = set(nodes["id"])
    assert len(ids) == len(nodes)
    assert len(set(edges["id"])) == len(edges)
    assert set(edges["subject"]) | set(edges["object"]) <= ids
    for name in ("publications", "has_supporting_studies", "population_context_qualifier"):
        assert set(edges[name].str.split("|").explode()) - {""} <= ids, name


def test_own_ids_are_curies_as_kgx_takes_them(nodes):
    # PrefixManager.is_curie of kgx: no colon and no slash after the colon. A DOI holds a slash whatever one does.
    wrong = [id_ for id_ in nodes["id"] if not re.fullmatch(r"[^ :]+:[^/ :]+", id_) and not id_.startswith("doi:")]
    assert wrong == []
    assert own_curie("https://w3id.org/oncokg/publication/npc-2025/2") == "oncokg.publication.npc-2025:2"


@pytest.mark.parametrize(
    ("category", "query"),
    [
        ("biolink:Drug", "SELECT DISTINCT ?x WHERE { VALUES ?c { okg:Drug okg:DrugClass } ?x a ?c }"),
        ("biolink:Disease", "SELECT ?x WHERE { ?x a okg:Disease }"),
        ("biolink:Protein", "SELECT ?x WHERE { ?x a okg:ProteinTarget }"),
        ("biolink:Treatment", "SELECT ?x WHERE { ?x a okg:Regimen }"),
        ("biolink:ClinicalTrial", "SELECT ?x WHERE { ?x a okg:Trial }"),
        ("biolink:Publication", "SELECT DISTINCT ?x WHERE { VALUES ?c { okg:Publication okg:Review } ?x a ?c }"),
        ("biolink:PopulationOfIndividualOrganisms", "SELECT ?x WHERE { ?x a okg:Setting }"),
    ],
)
def test_as_many_nodes_as_the_graph_has(graph, nodes, category, query):
    assert len(nodes.filter(polars.col("category") == category)) == len(rows(graph, query)) > 0


@pytest.mark.parametrize(
    ("predicates", "query"),
    [
        (
            ("biolink:affects", "biolink:directly_physically_interacts_with"),
            "SELECT ?x WHERE { ?x a okg:TargetAssertion }",
        ),
        (("biolink:mentions",), "SELECT DISTINCT ?x ?y WHERE { ?x okg:reportedIn ?y }"),
        (("biolink:has_part",), "SELECT DISTINCT ?x ?y WHERE { ?x okg:hasComponent/okg:hasAgent ?y }"),
        (("biolink:has_member",), "SELECT DISTINCT ?x ?y WHERE { ?x okg:hasMember ?y }"),
        (
            ("biolink:subclass_of",),
            "SELECT DISTINCT ?x ?y WHERE { ?x okg:subtypeOf|okg:inDrugClass|okg:broaderClass ?y }",
        ),
    ],
)
def test_as_many_edges_as_the_graph_has(graph, edges, predicates, query):
    assert len(edges.filter(polars.col("predicate").is_in(predicates))) == len(rows(graph, query)) > 0


def test_each_investigational_arm_of_a_trial_is_evidence_of_an_edge(graph, edges):
    arms = rows(
        graph,
        """SELECT ?arm WHERE { ?study a okg:Trial ; okg:hasInvestigationalGroup ?arm . ?arm a okg:Arm .
           ?arm okg:receives ?regimen .
           FILTER NOT EXISTS { ?study okg:hasDesign/okg:key "preclinical" } }""",
    )
    told = edges.filter(polars.col("predicate") == "biolink:in_clinical_trials_for")["has_evidence"].str.split("|")
    assert set(told.explode()) == {row["arm"] for row in arms}


def test_evidence_is_a_thing_of_the_graph(graph, edges):
    subjects = {quad.subject.value for quad in graph.quads}
    assert set(edges["has_evidence"].str.split("|").explode()) <= subjects


def test_an_exact_match_is_the_id_and_no_other_match_is_named(graph, nodes):
    own = "oncokg.disease:nasopharyngeal-carcinoma"
    row = nodes.row(by_predicate=polars.col("equivalent_identifiers").str.contains(own), named=True)
    assert row["id"] == "MONDO:0015459"
    assert {"NCIT:C3871", own} <= set(row["xref"].split("|"))
    told = set(nodes["equivalent_identifiers"].str.split("|").explode())
    weaker = rows(graph, "SELECT ?x WHERE { ?y skos:broadMatch ?x FILTER NOT EXISTS { ?z skos:exactMatch ?x } }")
    assert len(weaker) > 0
    mondo = {row["x"].replace("http://purl.obolibrary.org/obo/MONDO_", "MONDO:") for row in weaker}
    assert told & mondo == set()


def test_the_action_of_a_drug_on_a_target(edges, nodes):
    delivers = polars.col("predicate") == "biolink:directly_physically_interacts_with"
    row = edges.row(by_predicate=(polars.col("subject") == "oncokg.drug:mrg003") & delivers, named=True)
    assert row["causal_mechanism_qualifier"] == "binding"
    target = nodes.row(by_predicate=polars.col("id") == row["object"], named=True)
    assert "oncokg.target:egfr" in target["equivalent_identifiers"].split("|")


def test_every_category_and_predicate_is_of_the_model(nodes, edges, biolink):
    for category in set(nodes["category"]):
        assert biolink.ancestors(category) >= {"named thing"}, category
        assert not biolink.is_abstract(category), category
    for predicate in set(edges["predicate"]):
        assert biolink.may_be_stated(predicate), predicate


def test_subject_and_object_suit_the_predicate_and_the_association(nodes, edges, biolink):
    category = dict(zip(nodes["id"], nodes["category"], strict=True))
    seen = {
        (category[row["subject"]], row["predicate"], category[row["object"]], row["category"])
        for row in edges.iter_rows(named=True)
    }
    wrong = [problem for edge in sorted(seen) for problem in biolink.problems(*edge)]
    assert wrong == []


def test_the_models_own_classes_take_every_edge(edges, biolink):
    for row in edges.iter_rows(named=True):
        # The model asks for whole studies here; that each id is a node is asked above.
        given = {name: text for name, text in row.items() if text and name != "has_supporting_studies"}
        biolink.association(
            {name: text.split("|") if name in LISTS else text for name, text in given.items()}
        )  # raises where it does not fit


def test_ids_are_taken_from_prefixes_that_the_model_prefers(biolink):
    for category, taken in PREFERRED.items():
        assert set(taken) <= set(biolink.id_prefixes(category)), category
