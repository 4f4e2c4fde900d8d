"""OncoKG: review articles on cancer treatment as a knowledge graph."""

from __future__ import annotations

__all__ = ["__date__", "__version__"]

__version__ = "0.1.0"

__date__: str | None = None
"""The date of this version, as CHANGELOG.md has it (YYYY-MM-DD); None while it is unreleased."""
