"""The evidence table: its columns, its order, and what a row says."""

from __future__ import annotations

import csv
import io

import pyarrow.parquet as pq
import pytest

from kg.export.evidence import COLUMNS, evidence_rows, to_csv, write_parquet
from kg.export.formats import ReleaseGraph
from kg.ontology import ontology_quads
from kg.rdf import records_to_quads

ORDER = """
report outcome review locator references study study_label registry_ids design phase disease setting arm role regimen
population endpoint statistic event timepoint_months value value_status unit ci_lower ci_upper p_value numerator
denominator accepted_value printed discrepancies value_high value_qualifier significance counted analysis criteria
adjustment
"""


def _rows(curation):
    return evidence_rows(ReleaseGraph(list(records_to_quads(curation).quads | ontology_quads()), {}))


@pytest.fixture(scope="module")
def rows(small_curation):
    return _rows(small_curation)


def _row(rows, **wanted):
    (found,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return found


def test_the_columns_stand_in_the_agreed_order():
    assert list(COLUMNS) == ORDER.split()


def test_one_row_a_report(rows):
    assert len(rows) == 8
    assert [row["report"] for row in rows] == sorted({row["report"] for row in rows})


def test_an_arm(rows):
    row = _row(rows, arm="placebo-gp", locator="Table 1 row 1 col 3")
    assert row["value"] == "9.0"
    assert row["accepted_value"] == "8.0"
    assert row["printed"] == "12 vs 9.0"
    assert row["discrepancies"] == "example-1/pfs-control little-2020/labels-slid"
    assert (row["study"], row["references"], row["registry_ids"], row["phase"]) == (
        "example-1",
        "1",
        "NCT00000001",
        "3",
    )
    assert (row["disease"], row["setting"]) == ("nasopharyngeal-carcinoma", "first-line + recurrent-or-metastatic")
    assert (row["role"], row["regimen"]) == ("control", "cisplatin + gemcitabine + placebo")
    assert (row["endpoint"], row["statistic"], row["unit"]) == ("progression-free-survival", "median", "month")


def test_a_comparison_keeps_the_zeros_that_are_printed(rows):
    row = _row(rows, statistic="hazard-ratio")
    assert (row["arm"], row["role"]) == ("toripalimab-gp vs placebo-gp", "comparison")
    assert (row["value"], row["ci_lower"], row["ci_upper"], row["p_value"]) == ("0.52", "0.40", "0.70", "<0.001")


def test_a_subgroup_keeps_the_role_of_its_arm_and_names_its_population(rows):
    row = _row(rows, arm="pd-l1-positive")
    assert (row["role"], row["population"]) == ("experimental", "pd-l1-positive")
    assert row["regimen"] == "cisplatin + gemcitabine + toripalimab + toripalimab (maintenance)"
    assert (row["numerator"], row["denominator"]) == ("10", "20")


def test_time_points_events_and_statuses(rows):
    row = _row(rows, endpoint="overall-survival")
    assert (row["timepoint_months"], row["value"], row["value_status"], row["analysis"]) == (
        "2.8",
        "",
        "not-reached",
        "interim",
    )
    assert row["accepted_value"] == "not-reached"
    assert _row(rows, endpoint="adverse-event")["event"] == "mucositis grade-3-plus related-to-treatment"


def test_csv_and_parquet_hold_the_same(rows, tmp_path):
    write_parquet(rows, tmp_path / "evidence.parquet")
    assert pq.read_table(tmp_path / "evidence.parquet").to_pylist() == rows
    assert list(csv.DictReader(io.StringIO(to_csv(rows)))) == rows


def test_mrg003_in_the_projects_records(curation):
    found = [
        row
        for row in _rows(curation)
        if row["study"] == "mrg003-phase-2a" and row["endpoint"] == "objective-response-rate"
    ]
    assert {(row["arm"], row["value"], row["locator"]) for row in found} == {
        ("dose-2.0", "39.3", "2.2 p3"), ("dose-2.0", "39.3", "Table 2 row 13 col 5"),
        ("dose-2.3", "55.2", "2.2 p3"), ("dose-2.3", "55.2", "Table 2 row 14 col 5"),
    }  # fmt: skip
    assert {row["regimen"] for row in found} == {"mrg003"}
    assert {row["references"] for row in found} == {"65"}


@pytest.fixture(scope="module")
def real_rows(curation):
    return _rows(curation)


def test_a_comparison_within_a_subgroup_speaks_of_its_patients(real_rows):
    row = _row(real_rows, study="keynote-590", arm="pembrolizumab-chemotherapy-cps-10 vs placebo-chemotherapy-cps-10")
    assert row["population"] == "pd-l1-cps-10-plus"
    assert "pd-l1-cps-10-plus" in row["setting"].split(" + ")
    assert row["regimen"] == "chemotherapy + pembrolizumab vs chemotherapy + placebo"


def test_a_relative_change_is_in_per_cent_and_a_ratio_has_no_unit(real_rows):
    units = {row["statistic"]: row["unit"] for row in real_rows if row["study"] == "imbrave150"}
    assert units["relative-change"] == "percent"
    assert {row["unit"] for row in real_rows if row["statistic"] == "hazard-ratio"} == {""}


def test_a_row_names_the_reference_that_it_is_printed_beside(real_rows):
    cited = {row["arm"]: row["references"] for row in real_rows if row["study"] == "checkmate-040"}
    assert cited["nivolumab-ipilimumab"] == "34"
