"""Rules that hold for every member of the closed lists."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from kg.terms import BASE, OKG, closed_labels, closed_lists, study_classes

KEY = URIRef(OKG + "key")

LISTS = {
    "adjustment": "Adjustment",
    "approval-status": "ApprovalStatus",
    "assessor": "Assessor",
    "claim-type": "ClaimType",
    "comparison-basis": "ComparisonBasis",
    "counted-unit": "CountedUnit",
    "design": "StudyDesign",
    "direction": "Direction",
    "discrepancy-kind": "DiscrepancyKind",
    "endpoint": "Endpoint",
    "fact-kind": "FactKind",
    "finding-kind": "FindingKind",
    "identifier-source": "IdentifierSource",
    "knowledge-basis": "KnowledgeBasis",
    "prior-therapy-combination": "PriorTherapyCombination",
    "prior-therapy-status": "PriorTherapyStatus",
    "qualifier": "Qualifier",
    "reading-source": "ReadingSource",
    "recommendation-strength": "RecommendationStrength",
    "regimen-phase": "RegimenPhase",
    "resolution": "Resolution",
    "response-criteria": "ResponseCriteria",
    "role": "GroupRole",
    "spread-kind": "SpreadKind",
    "statistic": "Statistic",
    "study-status": "StudyStatus",
    "target-action": "TargetAction",
    "time-origin": "TimeOrigin",
    "unit": "UnitOfMeasure",
    "value-status": "ValueStatus",
}


def test_the_lists_are_these() -> None:
    assert sorted(closed_lists()) == sorted(LISTS)


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_members_have_type_key_and_texts(vocabulary: Graph, kind: str) -> None:
    members = sorted({s for s in vocabulary.subjects() if str(s).startswith(f"{BASE}{kind}/")})
    assert len(members) >= 2
    for member in members:
        key = str(member).removeprefix(f"{BASE}{kind}/")
        assert [str(value) for value in vocabulary.objects(member, KEY)] == [key]
        assert re.fullmatch(r"[a-z0-9.]+(-[a-z0-9.]+)*", key), key
        assert (member, RDF.type, URIRef(OKG + LISTS[kind])) in vocabulary
        for predicate in (RDFS.label, SKOS.definition):
            languages = sorted(str(v.language) for v in vocabulary.objects(member, predicate) if isinstance(v, Literal))
            assert languages == ["en", "zh"], f"{member} {predicate}"


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_no_two_members_of_a_list_share_a_label(kind: str) -> None:
    labels = Counter(
        (label, language) for (iri, language), label in closed_labels().items() if iri.startswith(f"{BASE}{kind}/")
    )
    assert [label for label, count in labels.items() if count > 1] == []


def test_no_subject_is_without_a_key(vocabulary: Graph) -> None:
    assert sorted(set(vocabulary.subjects()) - set(vocabulary.subjects(KEY))) == []


def test_types_are_classes_of_the_ontology(ontology: Graph, vocabulary: Graph) -> None:
    assert sorted({t for t in vocabulary.objects(None, RDF.type) if (t, RDF.type, OWL.Class) not in ontology}) == []


def test_every_endpoint_has_one_kind_below_endpoint(ontology: Graph, vocabulary: Graph) -> None:
    endpoint = URIRef(OKG + "Endpoint")
    below = set(ontology.subjects(RDFS.subClassOf, endpoint))
    kinds = {
        str(s): [t for t in vocabulary.objects(s, RDF.type) if t in below]
        for s in vocabulary.subjects(RDF.type, endpoint)
    }
    assert [s for s, found in kinds.items() if len(found) != 1] == []


def test_better_when_is_higher_or_lower(vocabulary: Graph) -> None:
    assert {str(v) for v in vocabulary.objects(None, URIRef(OKG + "betterWhen"))} == {"higher", "lower"}
    good = {"overall-survival": "higher", "adverse-event": "lower", "objective-response-rate": "higher"}
    found = {key: str(vocabulary.value(URIRef(f"{BASE}endpoint/{key}"), URIRef(OKG + "betterWhen"))) for key in good}
    assert found == good


def test_every_design_makes_a_class_of_study(ontology: Graph) -> None:
    study = URIRef(OKG + "Study")
    allowed = {str(study), *map(str, ontology.subjects(RDFS.subClassOf, study))}
    assert sorted(study_classes()) == sorted(closed_lists()["design"])
    assert set(study_classes().values()) <= allowed
    assert study_classes()["randomised-controlled"] == OKG + "Trial"


def test_every_action_names_its_property(ontology: Graph, vocabulary: Graph) -> None:
    found = {str(s): p for s, p in vocabulary.subject_objects(URIRef(OKG + "actionProperty"))}
    assert sorted(found) == sorted(f"{BASE}target-action/{key}" for key in closed_lists()["target-action"])
    has_target = URIRef(OKG + "hasTarget")
    assert [s for s, p in found.items() if (p, RDFS.subPropertyOf, has_target) not in ontology] == []


def test_statistics_and_endpoints_that_the_evidence_table_promises() -> None:
    lists = closed_lists()
    assert lists["statistic"] == {
        "median", "mean", "proportion", "rate-at-time", "hazard-ratio", "odds-ratio", "relative-risk", "count",
        "difference", "relative-change", "change-unstated", "test", "unspecified",
    }  # fmt: skip
    assert lists["endpoint"] >= {
        "progression-free-survival", "overall-survival", "objective-response-rate", "disease-control-rate",
        "complete-response", "pathologic-complete-response", "adverse-event",
    }  # fmt: skip
    assert lists["value-status"] == {"reported", "not-reached", "not-mature", "not-reported"}
