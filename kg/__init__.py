"""OncoKG: review articles on cancer treatment as a knowledge graph."""

__all__ = ["__version__"]

__version__ = "0.1.0"
