"""Read the curated records."""

from kg.records.load import Curation, Loaded, load_curation

__all__ = ["Curation", "Loaded", "load_curation"]
