"""No IRI that a release has promised vanishes: a term that must go is deprecated and names what replaces it."""

from __future__ import annotations

from kg.terms import BASE
from tests.ontology.released_iris import LIST, current, released


def test_no_released_iri_has_vanished() -> None:
    """One that must go stays with owl:deprecated true and obo:IAO_0100001 (CONTRIBUTING.md, "A term")."""
    assert sorted(released() - current()) == []


def test_the_list_is_in_order_and_holds_terms_lists_and_vocabulary() -> None:
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines == sorted(set(lines))
    assert len(lines) > 1000
    for path in ("ontology/PD1Blocker", "statistic/hazard-ratio", "drug/mrg003", "facet/first-line"):
        assert BASE + path in lines
