"""The IRIs that a release has promised: terms of the ontology, members of the closed lists, keys of the vocabulary.

`python -m tests.ontology.released_iris` renews ontology/iris.txt. Run it when a release is made, and only then: between
two releases the file says what the last one promised.
"""

from __future__ import annotations

import pyoxigraph as ox

from kg.ids import iri
from kg.model import SECTIONS
from kg.ontology import ontology_quads
from kg.paths import CURATION, ONTOLOGY
from kg.records import load_curation
from kg.terms import BASE, OKG, OWL, RDF, closed_lists

__all__ = ["LIST", "current", "released"]

LIST = ONTOLOGY / "iris.txt"
_HEAD = "# The IRIs of the last release, none of which may vanish. Renewed by: python -m tests.ontology.released_iris\n"
_TYPE = ox.NamedNode(RDF + "type")
_DEPRECATED = ox.NamedNode(OWL + "deprecated")


def current() -> set[str]:
    """The IRIs of today, deprecated ones among them."""
    found = {iri(kind, key) for kind, keys in closed_lists().items() for key in keys}
    found |= {iri(SECTIONS[section], key) for section, key in load_curation(CURATION).vocabulary}
    for quad in ontology_quads():
        term = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
        declared = quad.predicate == _TYPE and term.startswith(OKG) and term != OKG
        if declared or (quad.predicate == _DEPRECATED and term.startswith(BASE)):
            found.add(term)
    return found


def released() -> set[str]:
    """The IRIs of the last release."""
    return {line for line in LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}


if __name__ == "__main__":
    LIST.write_text(_HEAD + "".join(f"{name}\n" for name in sorted(current())), encoding="utf-8")
    print(f"{len(released()):,} IRIs in {LIST.name}")
