"""The resources of a release, each with its properties: for exports that describe one thing after another.

Much faster than a SPARQL query a thing, and in an order that depends on nothing but the graph.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.terms import OKG, RDF, RDFS, graph

__all__ = ["Resources", "key_of"]

_INFERRED = ox.NamedNode(graph("inferred"))
_TYPE = ox.NamedNode(RDF + "type")


def key_of(iri: str) -> str:
    """The last segment of an IRI: "…/unit/month" → "month"."""
    return iri.rpartition("/")[2]


class Resources:
    """An index of what the records assert; what was inferred is left out. Properties are named without `okg:`."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._of: dict[str, list[ox.Triple]] = {}
        self._to: dict[str, list[ox.Triple]] = {}
        self._members: dict[str, list[str]] = {}
        for quad in quads:
            if quad.graph_name == _INFERRED or not isinstance(quad.subject, ox.NamedNode):
                continue
            self._of.setdefault(quad.subject.value, []).append(quad.triple)
            if isinstance(quad.object, ox.NamedNode):
                self._to.setdefault(quad.object.value, []).append(quad.triple)
                if quad.predicate == _TYPE:
                    self._members.setdefault(quad.object.value, []).append(quad.subject.value)

    def members(self, name: str) -> list[str]:
        """The IRIs of the members of a class of the ontology, sorted."""
        return sorted(self._members.get(OKG + name, ()))

    def triples(self, subject: str, *names: str) -> list[ox.Triple]:
        """The triples of a subject in the order of the graph; with `names` only these properties and rdf:type."""
        wanted = {_iri(name) for name in names} | {RDF + "type"}
        return [triple for triple in self._of.get(subject, ()) if not names or triple.predicate.value in wanted]

    def all(self, subject: str, name: str) -> list[str]:
        """The values of a property as text, sorted."""
        return sorted(
            _text(triple.object) for triple in self._of.get(subject, ()) if triple.predicate.value == _iri(name)
        )

    def first(self, subject: str, name: str) -> str | None:
        """The one value of a property as text (of several the first in order), or None."""
        return next(iter(self.all(subject, name)), None)

    def subjects(self, name: str, value: str) -> list[str]:
        """The subjects that have this IRI as a value of the property, sorted."""
        return sorted(
            triple.subject.value
            for triple in self._to.get(value, ())
            if triple.predicate.value == _iri(name) and isinstance(triple.subject, ox.NamedNode)
        )

    def in_language(self, subject: str, name: str, language: str) -> str | None:
        """The text of a property in a language, or None."""
        found = sorted(
            triple.object.value
            for triple in self._of.get(subject, ())
            if triple.predicate.value == _iri(name)
            and isinstance(triple.object, ox.Literal)
            and triple.object.language == language
        )
        return found[0] if found else None

    def label(self, subject: str, language: str = "en") -> str:
        """The label in a language; where there is none, the last segment of the IRI."""
        return self.in_language(subject, RDFS + "label", language) or key_of(subject)


def _iri(name: str) -> str:
    return name if ":" in name else OKG + name


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))
