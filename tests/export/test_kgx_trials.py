"""What counts as a treatment that works: a wrong `treats` is worse than a missing one."""

from __future__ import annotations

import pytest

from kg.export.formats import ReleaseGraph
from kg.export.kgx_trials import Trials
from kg.ontology import ontology_quads
from kg.rdf import records_to_quads
from kg.records import load_curation

STUDY = "studies/example-1.yaml"
EFFECT = '{hazard-ratio: "0.52", ci: 0.40 to 0.70, p: "<0.001"}'


def _trials(curation):
    return Trials(ReleaseGraph(sorted(records_to_quads(curation).quads | ontology_quads(), key=str), {}))


@pytest.fixture(scope="module")
def trials(curation):
    return _trials(curation)


def _positive(trials):
    return {test.arm.rpartition("/")[2]: test for test in trials.tests if test.positive}


def _keys(iris):
    return {iri.rpartition("/")[2] for iri in iris}


def test_a_randomised_phase_3_trial_with_benefit(small_curation):
    test = _positive(_trials(small_curation))["toripalimab-gp"]
    assert (_keys(test.drugs), test.single) == ({"toripalimab"}, True)
    assert [iri.partition("/outcome/")[2] for iri in test.positive] == [
        "example-1/toripalimab-gp-vs-placebo-gp/progression-free-survival/hazard-ratio"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("design: randomised-controlled", "design: non-randomised-controlled"),
        ('phase: {value: "3"', 'phase: {value: "2"'),
        ('phase: {value: "3"', 'phase: {value: "2/3"'),
        ("placebo-gp: randomised", "placebo-gp: non-randomised"),
        ("direction: supports", "direction: disputes"),
        (
            "    holds: text\n    because: {en: the title says",
            "    holds: unresolved\n    because: {en: the title says",
        ),
        (EFFECT, '{hazard-ratio: "0.52"}'),
        (EFFECT, '{hazard-ratio: "0.90", ci: 0.67 to 1.19, p: "0.2262"}'),
        (EFFECT, '{hazard-ratio: "0.52", ci: 0.40 to 0.70, p: "0.06"}'),
        (EFFECT, '{hazard-ratio: "1.52", ci: 1.10 to 1.90, p: "<0.001"}'),
        (EFFECT, '{hazard-ratio: "0.52", significance: not-significant}'),
        ('values: {toripalimab-gp: "11.7", placebo-gp: "8.0"}', 'values: {toripalimab-gp: "7.7", placebo-gp: "8.0"}'),
        ("toripalimab-gp vs placebo-gp: {hazard-ratio", "toripalimab-gp vs pd-l1-positive: {hazard-ratio"),
    ],
)
def test_what_is_in_doubt_is_not_positive(edited, old, new):
    folder = edited(STUDY, old, new)
    if "vs pd-l1-positive" in new:
        path = folder / STUDY
        path.write_text(path.read_text("utf-8").replace("gp vs placebo-gp: r", "gp vs pd-l1-positive: r"), "utf-8")
    assert _positive(_trials(load_curation(folder))) == {}


def test_a_drug_of_both_arms_is_not_tested(edited):
    folder = edited(STUDY, "regimen: [cisplatin, gemcitabine, placebo]", "regimen: [gemcitabine, placebo, toripalimab]")
    test = _positive(_trials(load_curation(folder)))["toripalimab-gp"]
    assert _keys(test.drugs) == {"cisplatin"}


def test_of_two_tested_drugs_neither_stands_alone(edited):
    folder = edited(STUDY, "regimen: [cisplatin, gemcitabine, placebo]", "regimen: [gemcitabine, placebo]")
    test = _positive(_trials(load_curation(folder)))["toripalimab-gp"]
    assert (_keys(test.drugs), test.single) == ({"cisplatin", "toripalimab"}, False)


def test_the_negative_trials_of_the_records(trials):
    positive = _keys(test.study for test in trials.tests if test.positive)
    negative = {"keynote-122", "keynote-240", "contact-01", "sapphire", "spartalizumab-phase-2", "tropion-lung01"}
    assert negative & positive == set()
    assert negative <= _keys(test.study for test in trials.tests)
    assert {"jupiter-02", "rationale-309", "gem20110714"} <= positive


def test_an_approved_combination_is_about_the_drug_that_was_tested(trials):
    drugs = {approved.approval.rpartition("/")[2]: _keys(approved.drugs) for approved in trials.approved}
    assert drugs["camrelizumab-gp-first-line"] == {"camrelizumab"}
    assert drugs["toripalimab-third-line"] == {"toripalimab"}
    assert "datopotamab-deruxtecan-withdrawn" not in drugs
