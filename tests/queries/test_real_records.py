"""The saved queries on the project's own records: facts that will not change, and every row as it was last read."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.catalog import Catalog
from tests.queries.asking import Row, bound, rows, tsv
from tests.queries.cases import GOLDEN, REAL, Case


def ask(store: ox.Store, catalog: Catalog, name: str, **given: str) -> list[Row]:
    return rows(store, bound(catalog.get(name), given))


def having(found: list[Row], **wanted: str) -> list[Row]:
    return [row for row in found if all(row.get(name) == value for name, value in wanted.items())]


@pytest.mark.parametrize("case", REAL, ids=lambda case: case.name)
def test_rows(case: Case, real: ox.Store, catalog: Catalog) -> None:
    """Read what changed, then `python -m tests.queries.regenerate`."""
    expected = (GOLDEN / f"{case.name}.tsv").read_text(encoding="utf-8")
    assert tsv(real, bound(catalog.get(case.query), case.given)) == expected


@pytest.mark.parametrize(
    ("arm", "value", "n", "locators"),
    [
        ("group/mrg003-phase-2a/dose-2.0", "39.3", "30", {"2.2 p3", "Table 2 row 13 col 5"}),
        ("group/mrg003-phase-2a/dose-2.3", "55.2", "31", {"2.2 p3", "Table 2 row 14 col 5"}),
        ("group/mrg003-pucotenlimab-phase-1-2/npc-phase-2", "77.8", "9", {"2.2 p3"}),
        ("group/bl-b01d1-phase-1/npc", "37.8", None, {"2.2 p3"}),
    ],
)
def test_egfr_adcs(arm: str, value: str, n: str | None, locators: set[str], real: ox.Store, catalog: Catalog) -> None:
    found = having(ask(real, catalog, "egfr-adcs-by-indication"), arm=arm, review="npc-2025")
    assert {row["locator"] for row in found} == locators
    for row in found:
        assert (row["value"], row["unit"], row.get("n")) == (value, "%", n)
        assert value in row["printed"]
        assert (row["diseaseLabel"], row["diseaseLabelZh"]) == ("nasopharyngeal carcinoma", "鼻咽癌")
        assert "second line or later" in row["settingLabel"]
        assert "二线及以上" in row["settingLabelZh"]


def test_the_slipped_rows_of_table_2_are_flagged(real: ox.Store, catalog: Catalog) -> None:
    found = ask(real, catalog, "egfr-adcs-by-indication")
    (row,) = having(found, locator="Table 2 row 13 col 5")
    assert row["printed"] == "39.3%"
    assert "npc-2025/table-2-labels" in row["discrepancies"].split("; ")


def test_bispecific_target(real: ox.Store, catalog: Catalog) -> None:
    found = ask(real, catalog, "adcs-by-target", target="her3")
    assert "drug/bl-b01d1" in {row["drug"] for row in found}
    assert "drug/mrg003" not in {row["drug"] for row in found}


def test_a_not_mature_median_is_no_number(real: ox.Store, catalog: Catalog) -> None:
    found = having(
        ask(real, catalog, "trial-evidence", study="mrg003-phase-2a"),
        outcome="outcome/mrg003-phase-2a/dose-2.3/progression-free-survival/median",
    )
    assert {(row["value"], row["printedValue"]) for row in found} == {
        ("not mature", "not mature"),
        ("not mature", "not reported"),
    }


def test_p_alone_is_kept_apart_from_the_hazard_ratio(real: ox.Store, catalog: Catalog) -> None:
    (pfs,) = having(ask(real, catalog, "comparisons-with-benefit"), study="study/jupiter-02")
    assert (pfs["effect"], pfs["pText"], pfs["pStands"]) == ("0.52", "0.0003", "alone")
    assert (pfs["testValue"], pfs["referenceValue"], pfs["unit"]) == ("11.7", "8.0", "month")
    (overall,) = having(
        ask(real, catalog, "comparisons-with-benefit", endpoint="overall-survival"), study="study/jupiter-02"
    )
    assert (overall["effect"], overall["ci"], overall["pText"]) == ("0.63", "0.45 to 0.89", "0.008")
    assert (overall["pStands"], overall["testValue"]) == ("with the effect", "not reached")


def test_a_negative_trial_is_not_a_benefit(real: ox.Store, catalog: Catalog) -> None:
    """Spartalizumab: shorter progression-free survival at any P; longer overall survival, but not significantly."""
    study = "study/spartalizumab-phase-2"
    assert not having(ask(real, catalog, "comparisons-with-benefit", p="1"), study=study)
    assert not having(ask(real, catalog, "comparisons-with-benefit", endpoint="overall-survival"), study=study)
    assert having(ask(real, catalog, "comparisons-with-benefit", endpoint="overall-survival", p="1"), study=study)


def test_lines_of_therapy(real: ox.Store, catalog: Catalog) -> None:
    first = {row["study"] for row in ask(real, catalog, "regimens-by-disease", line="first-line")}
    later = {row["study"] for row in ask(real, catalog, "regimens-by-disease", line="second-line-plus")}
    assert {"study/jupiter-02", "study/captain-1st"} <= first
    assert {"study/mrg003-phase-2a", "study/polaris-02"} <= later
    assert not first & later


def test_targets_say_whether_they_are_stated(real: ox.Store, catalog: Catalog) -> None:
    targets = having(ask(real, catalog, "drug-profile", drug="bl-b01d1"), section="target")
    assert {row["item"] for row in targets} == {"target/egfr", "target/her3"}
    assert {(row["detail"], row["basis"]) for row in targets} == {("delivers to", "stated by the source")}


def test_coverage_of_the_first_review(real: ox.Store, catalog: Catalog) -> None:
    (row,) = having(ask(real, catalog, "coverage"), review="review/npc-2025")
    assert row["references"] == "89"
    assert int(row["studies"]) >= 30
    assert int(row["discrepancies"]) == len(ask(real, catalog, "discrepancies", review="npc-2025"))
