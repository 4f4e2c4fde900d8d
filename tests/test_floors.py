"""Floor counts of each review, so that a lost file fails the build."""

from __future__ import annotations

from collections import Counter

import pytest

FLOORS = {
    "npc-2025": {
        "studies": 80,
        "conduct": 28,
        "results": 252,
        "claims": 165,
        "findings": 8,
        "discrepancies": 48,
        "references": 89,
    },
    "oligo-nsclc-2023": {
        "studies": 27,
        "conduct": 10,
        "results": 199,
        "claims": 60,
        "findings": 71,
        "discrepancies": 59,
        "references": 38,
    },
    "esophageal-2024": {
        "studies": 27,
        "conduct": 16,
        "results": 44,
        "claims": 76,
        "findings": 3,
        "discrepancies": 23,
        "references": 31,
    },
    "hcc-2024": {
        "studies": 30,
        "conduct": 21,
        "results": 70,
        "claims": 67,
        "findings": 0,
        "discrepancies": 28,
        "references": 40,
    },
    "ici-resistant-nsclc-2025": {
        "studies": 28,
        "conduct": 2,
        "results": 14,
        "claims": 101,
        "findings": 2,
        "discrepancies": 13,
        "references": 6,
    },
}


@pytest.mark.parametrize("review", FLOORS)
def test_nothing_was_lost(curation, review):
    found = Counter(references=sum(key.startswith(f"{review}/") for key in curation.references))
    records = [loaded.record for loaded in curation.studies.values() if loaded.record.review == review]
    found["studies"] = len(records)
    for record in records:
        found["conduct"] += sum(getattr(record, name) is not None for name in ("allocation", "blinding", "centres"))
    for record in (*records, curation.reviews[review].record):
        found["results"] += len(getattr(record, "results", ()))
        found["claims"] += len(record.claims)
        found["findings"] += len(getattr(record, "findings", ()))
        found["discrepancies"] += len(record.discrepancies)
    assert {name: found[name] for name, floor in FLOORS[review].items() if found[name] < floor} == {}
