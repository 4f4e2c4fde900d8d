"""What HermiT finds in the ontology, and what it infers of drugs, regimens and studies."""

from __future__ import annotations

import io
from collections.abc import Callable

import owlready2
import pyoxigraph as ox
import pytest

from kg.infer import infer
from kg.ontology import ontology_quads
from kg.reason import ReasonerReport, check_consistency, find_java
from kg.terms import BASE, OKG, graph

Build = Callable[..., bytes]
pytestmark = pytest.mark.skipif(find_java() is None, reason='needs Java: pip install "oncokg[reasoner]"')


@pytest.fixture(scope="module")
def treated(reasoned_input: Build) -> ReasonerReport:
    return check_consistency(reasoned_input("treatment.ttl"))


def classes_of(report: ReasonerReport, path: str) -> set[str]:
    return {name.removeprefix(OKG) for individual, name in report.types if individual == BASE + path}


def test_ontology_and_closed_lists_are_consistent_and_every_class_can_have_members(reasoned_input: Build) -> None:
    report = check_consistency(reasoned_input())
    assert report.consistent is True
    assert report.unsatisfiable == ()
    assert report.passed


def test_a_contradiction_is_found_and_explained(reasoned_input: Build) -> None:
    report = check_consistency(reasoned_input("inconsistent.ttl"))
    assert report.consistent is False
    assert not report.passed
    assert "egfr type Disease" in report.explanation


def test_a_class_without_possible_members_is_named(reasoned_input: Build) -> None:
    report = check_consistency(reasoned_input("unsatisfiable.ttl"))
    assert report.consistent is True
    assert report.unsatisfiable == ("https://example.org/DrugThatIsAProcedure",)
    assert not report.passed


@pytest.mark.parametrize(
    ("drug", "expected"),
    [
        ("mrg003", {"EGFRTargetedADC"}),
        ("bl-b01d1", {"EGFRTargetedADC", "HER3TargetedADC", "BispecificADC"}),
        ("cetuximab", {"EGFRAntibody"}),
        ("cadonilimab", {"DualCheckpointBispecific"}),
        ("toripalimab", {"PD1Blocker"}),
        ("ramucirumab", {"AntiangiogenicDrug"}),
        ("cisplatin", {"PlatinumCompound"}),
    ],
)
def test_drugs_fall_into_defined_classes(treated: ReasonerReport, drug: str, expected: set[str]) -> None:
    assert classes_of(treated, f"drug/{drug}") == expected


@pytest.mark.parametrize(
    ("regimen", "expected"),
    [
        ("mrg003", {"ADCRegimen", "EGFRTargetedRegimen"}),
        # The choice of MRG003 or cisplatin adds nothing.
        ("tested", {"CheckpointInhibitorRegimen", "ImmunotherapyPlusAntiangiogenicRegimen"}),
        ("control", {"EGFRTargetedRegimen"}),
    ],
)
def test_regimens_fall_into_defined_classes(treated: ReasonerReport, regimen: str, expected: set[str]) -> None:
    assert classes_of(treated, f"regimen/{regimen}") == expected


def test_chains_reach_from_study_to_target_but_not_over_controls(treated: ReasonerReport) -> None:
    example = "https://example.org/"
    found = {(study.removeprefix(BASE), name.removeprefix(example)) for study, name in treated.types if example in name}
    assert found == {("study/mrg003", "StudyOfEGFR"), ("study/controlled", "StudyOfPD1")}


def test_nothing_is_guessed_of_what_is_named_but_not_described(treated: ReasonerReport) -> None:
    """A union or enumeration in a definition makes HermiT guess here: a class of drugs was an antibody."""
    assert classes_of(treated, "drug-class/angiogenesis-inhibitor") == set()


def test_the_closure_agrees_with_the_reasoner(treated: ReasonerReport, reasoned_input: Build) -> None:
    """The OWL RL closure that a release holds has every type of ours that HermiT finds, and no other defined class."""
    quads = {
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph("vocabulary")))
        for t in ox.parse(reasoned_input("treatment.ttl"), format=ox.RdfFormat.N_TRIPLES)
    }
    closed = {(str(q.subject)[1:-1], str(q.object)[1:-1]) for q in infer(quads) if q.predicate.value.endswith("#type")}
    expected = {(individual, name) for individual, name in treated.types if name.startswith(OKG)}
    assert len(expected) > 10
    assert expected - closed == set()
    assert (BASE + "drug/toripalimab", OKG + "ImmuneCheckpointInhibitor") in closed
    assert (BASE + "drug/cetuximab", OKG + "EGFRTargetedADC") not in closed
    assert (BASE + "regimen/tested", OKG + "PlatinumContainingRegimen") not in closed


def test_the_ontology_with_its_datatype_properties_loads_in_owlready2(
    reasoned_input: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owlready2, "JAVA_EXE", find_java())
    triples = {quad.triple for quad in ontology_quads() if quad.graph_name == ox.NamedNode(graph("ontology"))}
    world = owlready2.World()
    try:
        world.get_ontology(OKG).load(fileobj=io.BytesIO(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""))
        owlready2.sync_reasoner_hermit(world, debug=0)
        assert list(world.inconsistent_classes()) == []
        adc = world[OKG + "EGFRTargetedADC"]
        assert world[OKG + "AntibodyDrugConjugate"] in adc.ancestors()
        assert world[OKG + "Outcome"] not in adc.ancestors()
    finally:
        world.close()
