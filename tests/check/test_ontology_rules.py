"""The rules about the ontology on the ontology itself, and on outside data that use it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.check import validate_files
from kg.check.rule_queries import ONTOLOGY_RULES, load_rules, run_rules
from kg.dataset import asserted_quads
from kg.terms import OKG

RULES = load_rules(ONTOLOGY_RULES)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    found = ox.Store()
    found.bulk_extend(asserted_quads().quads)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_finds_anything_in_ontology_and_records(store: ox.Store, rule: object) -> None:
    assert [(found.focus, found.value) for found in run_rules(store, [rule])] == []  # type: ignore[list-item]


def test_outside_data_are_asked_too_but_not_which_terms_they_leave_unused(tmp_path: Path) -> None:
    path = tmp_path / "some.ttl"
    path.write_text(
        f"<https://example.org/d> a <{OKG}PD1Blocker> .\n<{OKG}Ours> a <http://www.w3.org/2002/07/owl#Class> .\n"
        f"<https://w3id.org/oncokg/drug/d> a <{OKG}PD1Blocker> .\n",
        encoding="utf-8",
    )
    names = {rule.name for rule in RULES}
    found = {(each.rule, each.focus.rpartition("/")[2]) for each in validate_files([path])[0] if each.rule in names}
    assert found == {
        ("defined-class-is-not-asserted", "d"),
        ("term-has-label", "Ours"),
        ("term-has-definition", "Ours"),
        ("term-says-where-it-is-defined", "Ours"),
    }
