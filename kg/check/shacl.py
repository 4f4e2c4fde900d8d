"""Run the SHACL shapes of shapes/ over a whole graph with pySHACL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from kg.check.finding import Finding
from kg.paths import SHAPES

__all__ = ["check_shapes", "shapes_graph", "to_rdflib"]

# pySHACL must see what was written: "64.0" is not "64", and "1,5" is no decimal.
rdflib.NORMALIZE_LITERALS = False

_SEVERITY = {str(SH.Violation): "violation", str(SH.Warning): "warning", str(SH.Info): "info"}


def to_rdflib(triples: Iterable[ox.Triple]) -> Graph:
    """The triples as an rdflib graph. Terms are made directly: twice as fast as writing and parsing N-Triples."""
    graph = Graph()
    for triple in triples:
        graph.add((_term(triple.subject), _term(triple.predicate), _term(triple.object)))
    return graph


def _term(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"a triple holds {term!r}")


def shapes_graph(folder: Path = SHAPES) -> Graph:
    """All shapes: one file per class."""
    shapes = Graph()
    for path in sorted(folder.glob("*.ttl")):
        shapes.parse(path)
    return shapes


def check_shapes(data: Graph, shapes: Graph) -> Iterator[Finding]:
    """The findings of the shapes on the whole graph."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=False, inference="none")
    if not isinstance(report, Graph):
        raise TypeError(f"pySHACL could not run: {report}")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = report.value(result, SH.focusNode)
        shape = report.value(result, SH.sourceShape)
        messages = {
            message.language or "": str(message)
            for message in report.objects(result, SH.resultMessage)
            if isinstance(message, Literal)
        }
        yield Finding(
            severity=_SEVERITY.get(str(report.value(result, SH.resultSeverity)), "violation"),
            rule=_rule(shapes, shape, report.value(result, SH.sourceConstraintComponent)),
            focus=str(focus),
            path=str(report.value(result, SH.resultPath) or ""),
            value=str(report.value(result, SH.value) or ""),
            message=messages.get("en")
            or messages.get("")
            or next(iter(messages.values()), "a rule of the shapes is broken"),
            message_zh=messages.get("zh", ""),
        )


def _rule(shapes: Graph, shape: Node | None, component: Node | None) -> str:
    """The name of a rule: that of its shape, or of the shape that the property shape is part of."""
    while isinstance(shape, BNode):
        shape = shapes.value(None, SH.property, shape) or shapes.value(None, SH.node, shape)
    name = str(shape or "").rpartition("/")[2] or "shape"
    return f"{name}/{str(component or '').rpartition('#')[2].removesuffix('ConstraintComponent')}"
