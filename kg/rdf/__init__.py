"""Curated records → quads in named graphs. No input or output happens here."""

from __future__ import annotations

from kg.rdf.builder import Builder, Origin
from kg.rdf.reviews import add_review, add_target_assertions
from kg.rdf.studies import add_study
from kg.rdf.vocabulary import add_vocabulary
from kg.records.load import Curation

__all__ = ["Builder", "Origin", "records_to_quads"]


def records_to_quads(curation: Curation) -> Builder:
    """All quads that the records state, with the origin of each subject; the order of files does not matter."""
    build = Builder()
    add_vocabulary(build, curation)
    for _, loaded in sorted(curation.reviews.items()):
        add_review(build, curation, loaded)
    add_target_assertions(build, curation)
    for _, loaded in sorted(curation.studies.items()):
        add_study(build, curation, loaded)
    return build
