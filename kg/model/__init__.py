"""Frozen types of the curated records, with what each may hold."""

from kg.model.keys import KeyOf, KnownKeys
from kg.model.review import Review
from kg.model.study import Study
from kg.model.vocabulary import SECTIONS, Vocabulary

__all__ = ["SECTIONS", "KeyOf", "KnownKeys", "Review", "Study", "Vocabulary"]
