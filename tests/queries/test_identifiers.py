"""The queries about identifiers on the project's own records: facts that will not change."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.catalog import Catalog
from tests.queries.test_real_records import ask, having

EXACT = {
    "disease/nasopharyngeal-carcinoma": {"MONDO:0015459", "NCIT:C3871", "DOID:9261", "MESH:D000077274"},
    "target/egfr": {"HGNC:3236", "UniProt:P00533", "NCBIGene:1956", "CHEMBL.TARGET:CHEMBL203"},
    "drug/gemcitabine": {"DRUGBANK:DB00441", "CHEBI:175901", "ATC:L01BC05", "CHEMBL.COMPOUND:CHEMBL888"},
    "procedure/sbrt": {"NCIT:C118286", "MAXO:0009092"},
    "response-criteria/recist": {"MESH:D066066"},
}


@pytest.mark.parametrize("item", EXACT)
def test_exact_identifiers(item: str, real: ox.Store, catalog: Catalog) -> None:
    found = having(ask(real, catalog, "mappings", kind=item.partition("/")[0]), item=item, match="exact")
    assert EXACT[item] <= {row["identifier"] for row in found}


@pytest.mark.parametrize(
    "name", ["EGFR", "egfr", "表皮生长因子受体（EGFR）", "epidermal growth factor receptor (EGFR)"]
)
def test_a_thing_may_be_named_as_people_name_it(name: str, real: ox.Store, catalog: Catalog) -> None:
    assert {row["item"] for row in ask(real, catalog, "mappings", entity=name)} == {"target/egfr"}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("mappings", {"kind": "target"}),
        ("mappings", {"source": "mondo"}),
        ("mappings", {"entity": "cisplatin"}),
        ("entities-without-identifier", {"kind": "drug"}),
        ("entities-without-identifier", {"has": "inexact"}),
    ],
    ids=str,
)
def test_a_parameter_narrows_the_rows(name: str, given: dict[str, str], real: ox.Store, catalog: Catalog) -> None:
    assert 0 < len(ask(real, catalog, name, **given)) < len(ask(real, catalog, name))


def test_every_mapping_has_one_row(real: ox.Store, catalog: Catalog) -> None:
    found = ask(real, catalog, "mappings")
    assert len(found) > 1000
    assert len({row["mapping"] for row in found}) == len(found)


def test_drugs_that_no_identifier_is_known_for(real: ox.Store, catalog: Catalog) -> None:
    found = {row["item"] for row in ask(real, catalog, "entities-without-identifier", kind="drug")}
    assert {"drug/mrg003", "drug/tng260", "drug/mgy825"} <= found
    assert "drug/gemcitabine" not in found


def test_what_has_only_a_wider_identifier_is_not_hidden(real: ox.Store, catalog: Catalog) -> None:
    found = ask(real, catalog, "entities-without-identifier", kind="drug", has="inexact")
    assert ("drug/ibi305", "broad") in {(row["item"], row["match"]) for row in found}


def test_a_thing_is_with_an_exact_identifier_with_another_or_without(real: ox.Store, catalog: Catalog) -> None:
    mapped = ask(real, catalog, "mappings", kind="procedure")
    exact = {row["item"] for row in mapped if row["match"] == "exact"}
    inexact = {
        row["item"] for row in ask(real, catalog, "entities-without-identifier", kind="procedure", has="inexact")
    }
    without = {row["item"] for row in ask(real, catalog, "entities-without-identifier", kind="procedure")}
    assert exact | inexact == {row["item"] for row in mapped}
    assert not exact & inexact
    assert not without & (exact | inexact)
    assert all(item.startswith("procedure/") for item in without)
