"""What queries/ontology/term.rq tells of a term, for its page."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox
import pytest

from kg.dataset import asserted_quads
from kg.infer import infer
from kg.paths import QUERIES
from kg.terms import BASE, OKG

TEXT = (QUERIES / "ontology" / "term.rq").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def store() -> ox.Store:
    quads = asserted_quads().quads
    found = ox.Store()
    found.bulk_extend(quads | infer(quads))
    return found


def told(store: ox.Store, path: str) -> dict[str, list[str]]:
    """Section → its texts and items."""
    query = TEXT.replace(f"<{OKG}EGFRTargetedADC>", f"<{BASE}{path}>")
    sections = defaultdict(list)
    for row in store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
        value = row["detail"] or row["item"]  # type: ignore[index]
        sections[row["section"].value].append(value.value.removeprefix(BASE))  # type: ignore[index, union-attr]
    return sections


def test_a_class(store: ox.Store) -> None:
    found = told(store, "ontology/EGFRTargetedADC")
    assert found["label"] == ["EGFR-targeted antibody-drug conjugate", "靶向EGFR的抗体偶联药物"]
    assert len(found["definition"]) == 2
    assert found["above"] == ["ontology/AntibodyDrugConjugate"]
    assert found["times used"] == ["2"]
    assert found["example"] == ["drug/bl-b01d1"]
    assert "ontology/EGFRTargetedADC" in told(store, "ontology/AntibodyDrugConjugate")["below"]


def test_a_property_with_a_union_for_its_domain(store: ox.Store) -> None:
    found = told(store, "ontology/hasOutcome")
    assert found["domain"] == ["ontology/Comparison", "ontology/Group"]
    assert found["range"] == ["ontology/Outcome"]
    assert found["inverse"] == ["ontology/outcomeOf"]
    assert int(found["times used"][0]) > 600


def test_a_member_of_a_closed_list(store: ox.Store) -> None:
    found = told(store, "endpoint/overall-survival")
    assert found["kind"] == ["ontology/Endpoint", "ontology/TimeToEventEndpoint"]
    assert int(found["times used"][0]) > 100


def test_a_term_that_nothing_uses_and_one_filled_under_a_closed_world(store: ox.Store) -> None:
    unused = told(store, "ontology/CellProduct")
    assert unused["times used"] == ["0"]
    assert "example" not in unused
    assert len(unused["unused because"]) == 2
    assert told(store, "ontology/PlatinumFreeRegimen")["filled under a closed world"] == ["true"]
