"""The HTTP side: SPARQL protocol, saved queries and pages. Holds no data: it asks the engine."""

from kg.web.app import create_app
from kg.web.server import serve

__all__ = ["create_app", "serve"]
