"""Every shape lets its good fixtures pass, and every one of its constraints stops a bad one.

A bad fixture says in its head what it breaks, one line for each rule: `# breaks: Value/MaxInclusive pValue`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.check.rdf_files import read_rdf
from kg.check.shacl import check_shapes, shapes_graph, to_rdflib
from kg.ontology import ontology_quads
from kg.paths import SHAPES

HERE = Path(__file__).parent
FILES = sorted(path.stem for path in SHAPES.glob("*.ttl"))
GOOD = sorted(HERE.glob("*/good-*.ttl"))
BAD = sorted(HERE.glob("*/bad-*.ttl"))
# Constraint parameters (SHACL section 4) → the name of the component in a validation result.
PARAMETERS = (
    "class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength pattern"
    " languageIn uniqueLang disjoint lessThan lessThanOrEquals or xone closed in hasValue"
)
COMPONENTS: dict[Node, str] = {SH[name]: name[0].upper() + name[1:] for name in PARAMETERS.split()}
NO_CONSTRAINT = {
    SH[name]
    for name in (
        "path",
        "name",
        "message",
        "severity",
        "property",
        "targetClass",
        "targetSubjectsOf",
        "ignoredProperties",
    )
}
NO_CONSTRAINT |= {RDF.type, RDFS.label}

Broken = tuple[str, str]


def short(path: object) -> str:
    return str(path).rpartition("#")[2].rpartition("/")[2]


@cache
def types_and_classes() -> frozenset[ox.Triple]:
    """The hierarchy of classes and the types of the closed lists' members: what `sh:class` looks at."""
    wanted = {RDF.type, RDFS.subClassOf}
    return frozenset(quad.triple for quad in ontology_quads() if URIRef(quad.predicate.value) in wanted)


@cache
def shape_file(stem: str) -> Graph:
    return Graph().parse(SHAPES / f"{stem}.ttl")


def broken_by(fixture: Path) -> set[Broken]:
    triples = {quad.triple for quad in read_rdf(fixture)}
    things = {triple.subject.value for triple in triples if not isinstance(triple.subject, ox.Triple)}
    data = to_rdflib(triples | types_and_classes())
    return {
        (finding.rule, short(finding.path))
        for finding in check_shapes(data, shape_file(fixture.parent.name))
        if finding.focus in things
    }


def stated(fixture: Path) -> set[Broken]:
    lines = fixture.read_text(encoding="utf-8").splitlines()
    words = [line.removeprefix("# breaks: ").split() for line in lines if line.startswith("# breaks: ")]
    return {(word[0], word[1] if len(word) > 1 else "") for word in words}


def constraints(stem: str) -> Iterator[Broken]:
    """Every constraint of a file of shapes, as the rule and the property under which a finding shows it."""
    graph = shape_file(stem)
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        for part, path in [
            (shape, ""),
            *((part, short(graph.value(part, SH.path))) for part in graph.objects(shape, SH.property)),
        ]:
            yield from ((f"{short(shape)}/{name}", path) for name in components(graph, part))


def components(graph: Graph, shape: Node) -> set[str]:
    return {COMPONENTS[parameter] for parameter in graph.predicates(shape) if parameter not in NO_CONSTRAINT}


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("fixture", GOOD, ids=name)
def test_good_fixture_passes(fixture: Path) -> None:
    assert broken_by(fixture) == set()


@pytest.mark.parametrize("fixture", BAD, ids=name)
def test_bad_fixture_breaks_what_it_says(fixture: Path) -> None:
    expected = stated(fixture)
    assert expected, "a bad fixture says in its head what it breaks"
    assert broken_by(fixture) == expected


@pytest.mark.parametrize("stem", FILES)
def test_every_constraint_has_a_bad_fixture(stem: str) -> None:
    shown = set().union(*(stated(path) for path in BAD if path.parent.name == stem))
    # A closed shape names the property that it does not know.
    shown |= {(rule, "") for rule, _ in shown if rule.endswith("/Closed")}
    assert set(constraints(stem)) <= shown


@pytest.mark.parametrize("stem", FILES)
def test_every_file_of_shapes_has_good_and_bad_fixtures(stem: str) -> None:
    assert [path for path in GOOD if path.parent.name == stem]
    assert [path for path in BAD if path.parent.name == stem]


def test_every_folder_of_fixtures_belongs_to_a_file_of_shapes() -> None:
    assert {path.parent.name for path in [*GOOD, *BAD]} == set(FILES)


@pytest.mark.parametrize("stem", FILES)
def test_names_and_messages_are_in_both_languages(stem: str) -> None:
    graph = shape_file(stem)
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        assert isinstance(shape, URIRef)
        assert shape.startswith("https://w3id.org/oncokg/shape/")
        assert languages(graph, shape, RDFS.label) == {"en", "zh"}
        if components(graph, shape):
            assert languages(graph, shape, SH.message) == {"en", "zh"}, shape
        for part in graph.objects(shape, SH.property):
            assert isinstance(part, BNode)
            assert languages(graph, part, SH.name) == {"en", "zh"}, graph.value(part, SH.path)
            assert languages(graph, part, SH.message) == {"en", "zh"}, graph.value(part, SH.path)


def languages(graph: Graph, subject: Node, predicate: Node) -> set[str]:
    return {text.language or "" for text in graph.objects(subject, predicate) if isinstance(text, Literal)}


@pytest.mark.parametrize("stem", FILES)
def test_shapes_speak_only_of_what_the_ontology_defines(stem: str) -> None:
    defined = {URIRef(quad.subject.value) for quad in ontology_quads() if isinstance(quad.subject, ox.NamedNode)}
    used = {term for triple in shape_file(stem) for term in triple if str(term).startswith("https://w3id.org/oncokg/")}
    assert {term for term in used if not str(term).startswith("https://w3id.org/oncokg/shape/")} <= defined


def test_labels_are_asked_of_every_class_that_is_targeted() -> None:
    graph = shape_file("label")
    classes = set(graph.objects(URIRef("https://w3id.org/oncokg/shape/Label"), SH.targetClass))
    things = {f"https://w3id.org/oncokg/thing/{short(each)}": each for each in classes}
    data = to_rdflib(types_and_classes())
    for thing, each in things.items():
        data.add((URIRef(thing), RDF.type, each))
    unlabelled = {finding.focus for finding in check_shapes(data, graph) if finding.rule == "Label/MinCount"}
    assert set(things) <= unlabelled


def test_all_files_of_shapes_are_read() -> None:
    shapes = set(shapes_graph().subjects(RDF.type, SH.NodeShape))
    assert shapes == {shape for stem in FILES for shape in shape_file(stem).subjects(RDF.type, SH.NodeShape)}


def test_a_missing_title_is_a_warning_and_a_missing_review_a_violation() -> None:
    data = to_rdflib({quad.triple for quad in read_rdf(HERE / "publication" / "bad-missing.ttl")} | types_and_classes())
    found = {(finding.rule, short(finding.path)): finding.severity for finding in check_shapes(data, shapes_graph())}
    assert found["Publication/MinCount", "title"] == "warning"
    assert found["Reference/MinCount", "inReview"] == "violation"
