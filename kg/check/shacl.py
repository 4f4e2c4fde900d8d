"""Run the SHACL shapes of shapes/ over a whole graph with pySHACL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
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
    _, report, _ = pyshacl.validate(data, shacl_graph=_flattened(shapes), advanced=False, inference="none")
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


def _flattened(shapes: Graph) -> Graph:
    """The same shapes with the targets of each node shape given to its property shapes.

    pySHACL 0.40 evaluates a property shape once for each focus node of its node shape, but once for all of them when
    it has targets of its own: a graph of 43,000 quads takes 1.5 s instead of 10 s, with the same results.
    """
    flat = Graph()
    flat += shapes
    for shape in set(shapes.subjects(RDF.type, SH.NodeShape)):
        targets = [(p, o) for p in (SH.targetClass, SH.targetSubjectsOf) for o in shapes.objects(shape, p)]
        parts = list(shapes.objects(shape, SH.property)) if targets else []
        known = shapes.value(shape, SH.ignoredProperties)
        if known is not None:  # a closed shape knows its properties from its parts, which it now loses
            every = BNode()
            Collection(
                flat,
                every,
                [*Collection(shapes, known), *(path for part in parts for path in shapes.objects(part, SH.path))],
            )
            flat.set((shape, SH.ignoredProperties, every))
        for part in parts:
            flat.remove((shape, SH.property, part))
            flat.add((part, RDF.type, SH.PropertyShape))
            for predicate, target in targets:
                flat.add((part, predicate, target))
    return flat


def _rule(shapes: Graph, shape: Node | None, component: Node | None) -> str:
    """The name of a rule: that of its shape, or of the shape that the property shape is part of."""
    while isinstance(shape, BNode):
        shape = shapes.value(None, SH.property, shape) or shapes.value(None, SH.node, shape)
    name = str(shape or "").rpartition("/")[2] or "shape"
    return f"{name}/{str(component or '').rpartition('#')[2].removesuffix('ConstraintComponent')}"
