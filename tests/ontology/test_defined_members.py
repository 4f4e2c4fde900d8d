"""The members of the defined classes on our own records: as listed by hand, and as HermiT and the closure agree."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from kg.check import reasoner_input
from kg.dataset import asserted_quads
from kg.infer import infer
from kg.reason import check_consistency, find_java
from kg.terms import BASE, OKG, graph

MEMBERS = yaml.safe_load((Path(__file__).parent / "members.yaml").read_text(encoding="utf-8"))
KINDS = {"drugs": "drug", "diseases": "disease", "regimens": "regimen", "settings": "setting"}
TYPE = ox.NamedNode(str(RDF.type))
CLOSED_WORLD = URIRef(OKG + "closedWorld")

Members = dict[str, set[str]]


@pytest.fixture(scope="module")
def asserted() -> set[ox.Quad]:
    return asserted_quads().quads


@pytest.fixture(scope="module")
def inferred(asserted: set[ox.Quad]) -> set[ox.Quad]:
    return infer(asserted)


@pytest.fixture(scope="module")
def closed(asserted: set[ox.Quad], inferred: set[ox.Quad]) -> Members:
    """Class → its members in a release."""
    return _by_class((str(q.subject)[1:-1], str(q.object)[1:-1]) for q in asserted | inferred if q.predicate == TYPE)


def _by_class(types: object) -> Members:
    found: Members = defaultdict(set)
    for individual, name in types:  # type: ignore[attr-defined]
        if individual.startswith(BASE) and not individual.startswith(OKG):
            found[name].add(individual)
    return found


@pytest.mark.parametrize("section", KINDS)
def test_a_class_has_the_members_that_were_listed_by_hand(section: str, closed: Members) -> None:
    start = f"{BASE}{KINDS[section]}/"
    classes = {name: set(keys) for name, keys in MEMBERS[section].items() if name != "others"}
    known = set().union(*MEMBERS[section].values()) & {
        iri.removeprefix(start) for members in closed.values() for iri in members if iri.startswith(start)
    }
    found = {name: {iri.removeprefix(start) for iri in closed[OKG + name]} & known for name in classes}
    assert {name: keys & known for name, keys in classes.items()} == found
    assert [name for name, keys in found.items() if not keys] == []


def test_every_listed_class_is_one_of_the_ontology(ontology: Graph) -> None:
    named = {URIRef(OKG + name) for section in MEMBERS.values() for name in section if name != "others"}
    assert [str(name) for name in named if (name, RDF.type, OWL.Class) not in ontology] == []
    assert len(named) >= 50


@pytest.mark.skipif(find_java() is None, reason='needs Java: pip install "oncokg[reasoner]"')
def test_hermit_and_the_closure_agree_on_every_class(asserted: set[ox.Quad], closed: Members, ontology: Graph) -> None:
    report = check_consistency(reasoner_input(asserted))
    assert report.passed, report.explanation
    told = {(str(q.subject)[1:-1], str(q.object)[1:-1]) for q in asserted if q.predicate == TYPE}
    # HermiT gives the most specific classes of an individual; those above follow from the tree.
    above = {
        (individual, str(name))
        for individual, lowest in {*report.types, *told}
        for name in ontology.transitive_objects(URIRef(lowest), RDFS.subClassOf)
        if isinstance(name, URIRef)
    }
    hermit = _by_class(above)
    compared = [
        str(name)
        for name in ontology.subjects(RDF.type, OWL.Class)
        if isinstance(name, URIRef) and name.startswith(OKG) and (name, CLOSED_WORLD, None) not in ontology
    ]
    reasoned = [name for name in compared if not _is_statement(name, ontology)]
    differing = {name: hermit[name] ^ closed[name] for name in reasoned if hermit[name] != closed[name]}
    assert differing == {}
    assert len(reasoned) > 150


def _is_statement(name: str, ontology: Graph) -> bool:
    """Whether the reasoner does not see the class's members: statements, and what sources print."""
    kept_out = {"Statement", "Value", "Report", "Place", "Discrepancy", "Reading", "Publication", "Reference"}
    return any(
        str(up).removeprefix(OKG) in kept_out for up in ontology.transitive_objects(URIRef(name), RDFS.subClassOf)
    )


def test_a_closed_world_type_is_marked_on_its_members_and_no_other(
    inferred: set[ox.Quad], closed: Members, ontology: Graph
) -> None:
    classes = {str(name) for name in ontology.subjects(CLOSED_WORLD)}
    marked = _by_class(
        (str(q.subject)[1:-1], str(q.object)[1:-1])
        for q in inferred
        if q.predicate.value == OKG + "closedWorldType" and q.graph_name == ox.NamedNode(graph("inferred"))
    )
    assert classes == {OKG + "PlatinumFreeRegimen"} == set(marked)
    assert marked == {name: closed[name] for name in classes}


def test_platinum_free_needs_named_drugs_throughout(closed: Members) -> None:
    free = {iri.removeprefix(BASE + "regimen/") for iri in closed[OKG + "PlatinumFreeRegimen"]}
    left_open = (
        "capecitabine-or-docetaxel-or-gemcitabine",  # a choice
        "chemotherapy_pembrolizumab",  # a class of drugs
        "imrt_toripalimab",  # a procedure
        "best-supportive-care_pembrolizumab",  # a comparator
    )
    assert "gemcitabine_toripalimab_toripalimab.maintenance" in free
    assert free & {"cisplatin_gemcitabine", *left_open} == set()


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ("regimenTargets", "target/egfr"),
        ("regimenIncludesClass", "drug-class/targeted-therapy"),
        ("groupTargets", "target/egfr"),
        ("groupReceivesClass", "drug-class/targeted-therapy"),
        ("investigatesTarget", "target/egfr"),
        ("investigatesClass", "drug-class/targeted-therapy"),
    ],
)
def test_chains_reach_target_and_class_from_regimen_arm_and_study(
    inferred: set[ox.Quad], chain: str, expected: str
) -> None:
    start = {"regimen": "regimen/mrg003", "group": "group/mrg003-phase-2a", "investigates": "study/mrg003-phase-2a"}
    origin = next(iri for word, iri in start.items() if chain.startswith(word))
    found = {
        str(q.object)[1:-1].removeprefix(BASE)
        for q in inferred
        if q.predicate.value == OKG + chain and str(q.subject)[1:-1].removeprefix(BASE).startswith(origin)
    }
    assert expected in found


def test_oligometastatic_states_are_asserted_under_their_types(asserted: set[ox.Quad]) -> None:
    """Nine states, three under each of three types, as the review of oligometastatic NSCLC names them."""
    implied = defaultdict(set)
    for quad in asserted:
        if quad.predicate.value == OKG + "impliesFacet":
            implied[str(quad.subject)[1:-1]].add(str(quad.object)[1:-1])
    typed = _by_class((str(q.subject)[1:-1], str(q.object)[1:-1]) for q in asserted if q.predicate == TYPE)
    states, types = typed[OKG + "OligometastaticState"], typed[OKG + "OligometastaticType"]
    under = {kind: {state for state in states if kind in implied[state]} for kind in types}
    assert [len(members) for members in under.values()] == [3, 3, 3]
    assert set().union(*under.values()) == states
