"""The saved queries as examples that can be run: sh:SPARQLExecutable, in the manner of sib-swiss/sparql-examples."""

from __future__ import annotations

import pyoxigraph as ox

from kg.catalog import Catalog
from kg.catalog.saved import MARK
from kg.ids import iri
from kg.metadata.triples import RDFS_LABEL, SCHEMA, SH, TYPE, both, node, text, triple
from kg.terms import RDFS

__all__ = ["EXAMPLES", "example_triples"]

EXAMPLES = iri(".well-known", "sparql-examples")
"""The named graph that holds them."""

_ENDPOINT = iri("sparql")


def example_triples() -> set[ox.Triple]:
    """For each saved query: title, question, keywords, endpoint, and its text, which runs as it stands."""
    found: set[ox.Triple] = set()
    for query in Catalog.load():
        subject = f"{EXAMPLES}/{query.name}"
        body = "\n".join(line for line in query.text.splitlines() if not line.startswith(MARK)).strip() + "\n"
        found |= {
            triple(subject, TYPE, node(SH + "SPARQLExecutable")),
            triple(subject, TYPE, node(SH + "SPARQLSelectExecutable")),
            triple(subject, SH + "select", text(body)),
            triple(subject, SCHEMA + "target", node(_ENDPOINT)),
            *(triple(subject, SCHEMA + "keywords", text(word)) for word in query.keywords),
            *both(subject, RDFS_LABEL, query.title.en, query.title.zh),
            *both(subject, RDFS + "comment", query.description.en, query.description.zh),
        }
    return found
