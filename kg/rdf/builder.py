"""Collect quads, and for each thing the place in the records that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.ids import iri
from kg.model.values import Bilingual
from kg.records.yaml_source import Location, Source
from kg.terms import DCTERMS, RDF, RDFS, SKOS, XSD, okg

__all__ = ["Builder", "Origin"]

_TYPE = ox.NamedNode(RDF + "type")
_LABEL = ox.NamedNode(RDFS + "label")
_ALT = ox.NamedNode(SKOS + "altLabel")


@dataclass(frozen=True)
class Origin:
    """The file and line of the record that a thing comes from."""

    file: str
    line: int


@dataclass
class Builder:
    """Quads so far (`quads`), and where each subject was written (`origins`: IRI → Origin)."""

    quads: set[ox.Quad] = field(default_factory=set)
    origins: dict[str, Origin] = field(default_factory=dict)
    _graph: ox.NamedNode = field(default_factory=lambda: ox.NamedNode(iri("graph", "studies")))

    @contextmanager
    def into(self, graph_iri: str) -> Iterator[None]:
        """Within this block, what is added goes to the graph."""
        before, self._graph = self._graph, ox.NamedNode(graph_iri)
        try:
            yield
        finally:
            self._graph = before

    def add(self, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        """Add one triple; `predicate` is a full IRI."""
        self.quads.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, self._graph))

    def link(self, subject: str, term: str, target: str | None) -> None:
        """Add an object property of the ontology; nothing where the target is None."""
        if target is not None:
            self.add(subject, okg(term), ox.NamedNode(target))

    def put(self, subject: str, term: str, value: str | None, datatype: str = "string") -> None:
        """Add a datatype property of the ontology; nothing where the value is None."""
        if value is not None:
            self.add(subject, okg(term), ox.Literal(value, datatype=ox.NamedNode(XSD + datatype)))

    def type(self, subject: str, *classes: str) -> None:
        """State the ontology classes of a thing."""
        for name in classes:
            self.quads.add(ox.Quad(ox.NamedNode(subject), _TYPE, ox.NamedNode(okg(name)), self._graph))

    def label(self, subject: str, en: str, zh: str) -> None:
        """State the label in both languages."""
        for text, language in ((en, "en"), (zh, "zh")):
            self.quads.add(ox.Quad(ox.NamedNode(subject), _LABEL, ox.Literal(text, language=language), self._graph))

    def text(self, subject: str, term: str, value: Bilingual | None) -> None:
        """Add a text in both languages; nothing where the value is None."""
        if value is not None:
            self.add(subject, okg(term), ox.Literal(value.en, language="en"))
            self.add(subject, okg(term), ox.Literal(value.zh, language="zh"))

    def exact_match(self, subject: str, identifier: str) -> None:
        """State that the thing and somebody else's IRI stand for the same."""
        self.add(subject, SKOS + "exactMatch", ox.NamedNode(identifier))

    def synonym(self, subject: str, name: str) -> None:
        """Add another name; its language is Chinese where it holds a Chinese character, else English."""
        chinese = any("\u4e00" <= character <= "\u9fff" for character in name)
        self.add(subject, _ALT.value, ox.Literal(name, language="zh" if chinese else "en"))

    def key(self, subject: str, key: str) -> None:
        """State the key by which records refer to the thing."""
        self.put(subject, "key", key)

    def origin(self, subject: str, source: Source, at: Location) -> None:
        """Remember where a thing was written; the first place stays."""
        self.origins.setdefault(subject, Origin(source.file, source.problem(at, "").line))

    def cite(self, subject: str, target: str) -> None:
        """State the source of a thing with dcterms:source."""
        self.add(subject, DCTERMS + "source", ox.NamedNode(target))
