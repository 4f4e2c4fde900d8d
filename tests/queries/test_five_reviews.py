"""The saved queries over all five reviews: facts that will not change, and that each parameter reaches the rows."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from kg.catalog import Catalog
from tests.queries.test_real_records import ask

PARAMETERS = [
    ("after-pd1-failure", {"disease": "hepatocellular-carcinoma"}),
    ("pd1-plus-antiangiogenic", {"disease": "hepatocellular-carcinoma"}),
    ("local-therapy-benefit", {"disease": "nasopharyngeal-carcinoma"}),
    ("negative-trials", {"disease": "nasopharyngeal-carcinoma"}),
    ("bispecifics", {"target": "ctla-4"}),
    ("approvals", {"disease": "nasopharyngeal-carcinoma"}),
    ("guidelines", {"disease": "nasopharyngeal-carcinoma"}),
    ("safety-by-regimen", {"disease": "nasopharyngeal-carcinoma"}),
    ("safety-by-regimen", {"event": "nasopharyngeal-necrosis"}),
    ("prognostic-factors", {"disease": "non-small-cell-lung-cancer"}),
    ("prognostic-factors", {"endpoint": "overall-survival"}),
    ("ongoing-trials", {"disease": "hepatocellular-carcinoma"}),
    ("evidence-gaps", {"review": "hcc-2024"}),
    ("shared-across-reviews", {"kind": "drug"}),
]


def _named(rows: list[dict[str, str]], kind: str) -> set[str]:
    """The keys of the things of a kind that stand anywhere in the rows."""
    return {key for row in rows for value in row.values() for key in re.findall(rf"\b{kind}/([a-z0-9.-]+)", value)}


@pytest.mark.parametrize(("name", "given"), PARAMETERS, ids=str)
def test_a_parameter_narrows_the_rows(name: str, given: dict[str, str], real: ox.Store, catalog: Catalog) -> None:
    every, some = ask(real, catalog, name), ask(real, catalog, name, **given)
    assert 0 < len(some) < len(every)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("negative-trials", "study", {"keynote-122", "spartalizumab-phase-2", "bevacizumab-tc-phase-2", "keynote-240"}),
        (
            "negative-trials",
            "study",
            {"leap-008", "sapphire", "contact-01", "tropion-lung01", "camrelizumab-mdt-phase-2"},
        ),
        ("ongoing-trials", "study", {"pragmatica-lung", "triton", "latify", "regorafenib-pembrolizumab-hcc-phase-2"}),
        ("bispecifics", "drug", {"cadonilimab", "ivonescimab", "bl-b01d1", "tarlatamab"}),
        ("after-pd1-failure", "study", {"mrg003-pucotenlimab-phase-1-2", "refine", "lung-map-s1800a"}),
        ("pd1-plus-antiangiogenic", "study", {"imbrave150", "orient-32", "toral", "sintilimab-bevacizumab-phase-2"}),
        ("local-therapy-benefit", "study", {"sindas", "eso-shanghai-13"}),
    ],
)
def test_what_must_be_found(name: str, kind: str, expected: set[str], real: ox.Store, catalog: Catalog) -> None:
    assert expected - _named(ask(real, catalog, name), kind) == set()


def test_a_trial_that_met_its_endpoint_is_not_negative(real: ox.Store, catalog: Catalog) -> None:
    assert not {"jupiter-02", "rationale-309", "eso-shanghai-13"} & _named(
        ask(real, catalog, "negative-trials"), "study"
    )


def test_the_nine_oligometastatic_states_stand_under_their_three_types(real: ox.Store, catalog: Catalog) -> None:
    rows = ask(real, catalog, "oligometastatic-classification")
    text = " ".join(value for row in rows for value in row.values())
    for word in ("de novo", "repeat", "induced", "oligopersistence", "oligorecurrence", "oligoprogression"):
        assert word in text.lower(), word


def test_approvals_name_their_agency(real: ox.Store, catalog: Catalog) -> None:
    rows = ask(real, catalog, "approvals", disease="nasopharyngeal-carcinoma")
    assert len(rows) == 6
    assert {row["body"] for row in rows} == {"National Medical Products Administration (China)"}


def test_a_reference_that_two_reviews_cite_is_one_publication(real: ox.Store, catalog: Catalog) -> None:
    rows = ask(real, catalog, "shared-across-reviews", kind="publication")
    (row,) = rows
    assert row["item"].endswith("publication/esophageal-2024/1")
    assert {"esophageal-2024", "hcc-2024"} <= set(re.findall(r"[a-z]+-20\d\d", " ".join(row.values())))
