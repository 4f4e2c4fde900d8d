"""Rules that hold for every term of the ontology."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.dataset import asserted_quads
from kg.paths import CURATION
from kg.terms import DRUG_FORMATS, FACET_CLASSES, OKG, PROCEDURE_CLASSES, STRATEGY_CLASSES, TARGET_CLASSES

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
# HermiT stops on xsd:duration, xsd:date and xsd:gYear.
DATATYPES = {XSD.string, XSD.decimal, XSD.integer, XSD.boolean, RDFS.Literal}
CHINESE = re.compile("[\u4e00-\u9fff]")


def ours(graph: Graph, *kinds: Node) -> list[URIRef]:
    found = {s for kind in kinds for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}
    return sorted(term for term in found if term.startswith(OKG))


def texts(graph: Graph, term: Node, predicate: URIRef) -> dict[str | None, list[str]]:
    found: dict[str | None, list[str]] = {}
    for value in graph.objects(term, predicate):
        assert isinstance(value, Literal)
        found.setdefault(value.language, []).append(str(value))
    return found


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition])
def test_every_term_has_one_text_in_each_language(ontology: Graph, predicate: URIRef) -> None:
    wrong = {
        term: given
        for term in ours(ontology, *KINDS)
        if sorted(map(str, (given := texts(ontology, term, predicate)))) != ["en", "zh"]
        or any(len(values) != 1 for values in given.values())
    }
    assert wrong == {}
    assert len(ours(ontology, *KINDS)) > 300


def test_every_definition_is_in_its_language(ontology: Graph, vocabulary: Graph) -> None:
    wrong = [
        (str(term), str(text))
        for term, text in (ontology + vocabulary).subject_objects(SKOS.definition)
        if isinstance(text, Literal) and bool(CHINESE.search(text)) != (text.language == "zh")
    ]
    assert wrong == []


def test_definitions_end_like_sentences_and_are_not_repeated(ontology: Graph) -> None:
    definitions = [value for value in ontology.objects(None, SKOS.definition) if isinstance(value, Literal)]
    assert [str(d) for d in definitions if not str(d).endswith((".", "。"))] == []
    within_classes = Counter(
        (str(d), d.language)  # type: ignore[attr-defined]
        for term in ours(ontology, OWL.Class)
        for d in ontology.objects(term, SKOS.definition)
    )
    assert [text for text, count in within_classes.items() if count > 1] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.rpartition("#")[2])
def test_no_two_terms_of_a_kind_share_a_label(ontology: Graph, kind: URIRef) -> None:
    labels = Counter(
        (str(label), label.language)  # type: ignore[attr-defined]
        for term in ours(ontology, kind)
        for label in ontology.objects(term, RDFS.label)
    )
    assert [label for label, count in labels.items() if count > 1] == []


def test_every_property_has_a_domain_and_a_range(ontology: Graph) -> None:
    wrong = [
        (str(term), str(predicate))
        for term in ours(ontology, *PROPERTIES)
        for predicate in (RDFS.domain, RDFS.range)
        if len(list(ontology.objects(term, predicate))) != 1
    ]
    assert wrong == []


def test_datatypes_are_those_that_the_reasoner_takes(ontology: Graph) -> None:
    used = {ontology.value(term, RDFS.range) for term in ours(ontology, OWL.DatatypeProperty)}
    assert used <= DATATYPES
    assert used > {XSD.decimal, XSD.string}


def test_every_term_says_where_it_is_defined(ontology: Graph) -> None:
    home = URIRef(OKG)
    assert [str(t) for t in ours(ontology, *KINDS) if ontology.value(t, RDFS.isDefinedBy) != home] == []


def test_no_term_is_of_two_kinds(ontology: Graph, vocabulary: Graph) -> None:
    kinds = {*KINDS, OWL.NamedIndividual}
    declared = {
        term: [k for k in ontology.objects(term, RDF.type) if k in kinds] for term in set(ontology.subjects(RDF.type))
    }
    assert [str(term) for term, found in declared.items() if len(found) > 1] == []
    classes = set(ours(ontology, OWL.Class))
    assert [str(s) for s in vocabulary.subjects(RDF.type) if s in classes] == []


def test_terms_of_the_ontology_and_its_lists_are_declared(ontology: Graph, vocabulary: Graph) -> None:
    declared = set(ours(ontology, *KINDS))
    named = {
        term
        for triple in ontology + vocabulary
        for term in triple
        if isinstance(term, URIRef) and term.startswith(OKG) and term not in (URIRef(OKG), URIRef(OKG + "0.1.0"))
    }
    assert sorted(named - declared) == []


def test_foreign_terms_in_axioms_are_declared(ontology: Graph) -> None:
    """Without a declaration a reasoner guesses what a term of another vocabulary is."""
    undeclared = {
        str(value)
        for predicate in (RDFS.subClassOf, RDFS.subPropertyOf)
        for value in ontology.objects(None, predicate)
        if isinstance(value, URIRef) and not any((value, RDF.type, kind) in ontology for kind in KINDS)
    }
    assert undeclared == set()
    builtin = (str(RDF), str(RDFS), str(OWL))
    predicates = {p for p in ontology.predicates() if isinstance(p, URIRef) and not str(p).startswith(builtin)}
    assert sorted(str(p) for p in predicates if (p, RDF.type, OWL.AnnotationProperty) not in ontology) == []


def test_what_the_records_become_is_declared() -> None:
    quads = asserted_quads(CURATION).quads
    named = {str(getattr(term, "value", "")) for quad in quads for term in (quad.predicate, quad.object)}
    used = {term for term in named if term.startswith(OKG) and term not in (OKG, OKG + "0.1.0")}
    declared = {
        str(getattr(quad.subject, "value", ""))
        for quad in quads
        if quad.graph_name.value.endswith("/graph/ontology")  # type: ignore[union-attr]
    }
    assert len(used) > 100
    assert sorted(used - declared) == []


def test_classes_that_code_names_are_declared(ontology: Graph) -> None:
    tables = (DRUG_FORMATS, FACET_CLASSES, PROCEDURE_CLASSES, STRATEGY_CLASSES, TARGET_CLASSES)
    named = {URIRef(OKG + name) for table in tables for name in table.values()}
    assert sorted(named - set(ours(ontology, OWL.Class))) == []


def test_nothing_with_a_chain_or_transitive_is_functional_or_counted(ontology: Graph) -> None:
    composite = set(ontology.subjects(OWL.propertyChainAxiom)) | set(
        ontology.subjects(RDF.type, OWL.TransitiveProperty)
    )
    above = {p for term in composite for p in ontology.transitive_objects(term, RDFS.subPropertyOf)}
    assert {URIRef(OKG + "includesAgent"), URIRef(OKG + "subtypeOf")} <= composite
    assert [str(p) for p in above if (p, RDF.type, OWL.FunctionalProperty) in ontology] == []
    counting = (OWL.cardinality, OWL.minCardinality, OWL.maxCardinality, OWL.qualifiedCardinality)
    counted = {ontology.value(r, OWL.onProperty) for predicate in counting for r in ontology.subjects(predicate)}
    assert counted & above == set()


def test_chains_never_run_through_choices_or_controls(ontology: Graph) -> None:
    steps: dict[str, list[str]] = {}
    for term, first in ontology.subject_objects(OWL.propertyChainAxiom):
        steps.setdefault(str(term).removeprefix(OKG), []).extend(
            str(step).removeprefix(OKG) for step in ontology.items(first)
        )
    assert [name for name, chain in steps.items() if "oneOf" in chain] == []
    assert steps["investigates"] == ["hasInvestigationalGroup", "groupReceivesAgent"]


def test_every_header_entry_stands(ontology: Graph) -> None:
    header = URIRef(OKG)
    values = {str(p).rpartition("#")[2].rpartition("/")[2]: o for p, o in ontology.predicate_objects(header)}
    assert str(values["license"]) == "https://creativecommons.org/licenses/by/4.0/"
    assert str(values["versionIRI"]) == OKG + str(values["versionInfo"])
    assert str(values["preferredNamespacePrefix"]) == "okg"
    assert sorted(texts(ontology, header, URIRef("http://purl.org/dc/terms/title"))) == ["en", "zh"]


def test_blank_nodes_hold_class_expressions_only(ontology: Graph) -> None:
    kinds = {kind for s, kind in ontology.subject_objects(RDF.type) if isinstance(s, BNode)}
    assert kinds == {OWL.Class, OWL.Restriction, OWL.AllDisjointClasses}
