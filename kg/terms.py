"""The IRIs that code needs: namespaces, named graphs, and the ontology classes behind the kinds that records name."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from kg.paths import ONTOLOGY

__all__ = [
    "BASE",
    "DRUG_FORMATS",
    "EXCLUSION_REASONS",
    "FACET_CLASSES",
    "OA",
    "OKG",
    "PROCEDURE_CLASSES",
    "STATEMENT_KINDS",
    "STRATEGY_CLASSES",
    "TARGET_CLASSES",
    "closed_labels",
    "closed_lists",
    "graph",
    "identifier_patterns",
    "okg",
    "source_graph",
    "study_classes",
]

BASE = "https://w3id.org/oncokg/"
OKG = BASE + "ontology/"
OA = "http://www.w3.org/ns/oa#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
SSSOM = "https://w3id.org/sssom/"
XSD = "http://www.w3.org/2001/XMLSchema#"

# What a record calls it -> the class of the ontology.
DRUG_FORMATS = {
    "small-molecule": "SmallMolecule",
    "monoclonal-antibody": "MonoclonalAntibody",
    "bispecific-antibody": "BispecificAntibody",
    "antibody-drug-conjugate": "AntibodyDrugConjugate",
    "immune-stimulating-antibody-conjugate": "ImmuneStimulatingAntibodyConjugate",
    "t-cell-engager": "TCellEngager",
    "fusion-protein": "FusionProtein",
    "recombinant-protein": "RecombinantProtein",
    "cell-product": "CellProduct",
    "proteolysis-targeting-chimera": "ProteolysisTargetingChimera",
    "oncolytic-virus": "OncolyticVirus",
    "vaccine": "Vaccine",
    "fixed-dose-combination": "FixedDoseCombination",
}
FACET_CLASSES = {
    "line-of-therapy": "LineOfTherapy",
    "disease-extent": "DiseaseExtent",
    "oligometastatic-type": "OligometastaticType",
    "oligometastatic-state": "OligometastaticState",
    "prior-therapy": "PriorTherapy",
    "biomarker-status": "BiomarkerStatus",
    "treatment-intent": "TreatmentIntent",
    "patient-fitness": "PatientFitness",
}
TARGET_CLASSES = {"protein": "ProteinTarget", "group": "TargetGroup", "virus": "ViralTarget"}
PROCEDURE_CLASSES = {
    "radiotherapy": "Radiotherapy",
    "ablation": "Ablation",
    "surgery": "Surgery",
    "diagnostic-test": "DiagnosticTest",
    "supportive-care": "Procedure",
    "procedure-class": "ProcedureClass",
}
# Why the numbers of a fragment are no data of their own.
EXCLUSION_REASONS = frozenset(
    {
        "part-of-name",  # a trial or protein whose name ends in a number
        "table-header",
        "repeated-passage",  # the page prints the passage twice
        "part-of-statement",  # recorded beside it: the grade of an event, the dose of a group, the line of a setting
        "list-marker",
        "page-furniture",
    }
)
STRATEGY_CLASSES = {
    "treatment": "TreatmentStrategy",
    "diagnostic": "DiagnosticStrategy",
    "follow-up": "FollowUpStrategy",
}
# How the IRIs of statements and values begin: these carry no class axioms, so no reasoner looks into them.
STATEMENT_KINDS = tuple(
    f"{BASE}{kind}/" for kind in ("outcome", "characteristic", "fact", "finding", "target-assertion", "claim", "value")
)


def okg(name: str) -> str:
    """The IRI of a term of the ontology."""
    return OKG + name


def graph(name: str) -> str:
    """The IRI of a named graph: ontology, vocabulary, studies, mappings, inferred, metadata."""
    return f"{BASE}graph/{name}"


def source_graph(review: str) -> str:
    """The IRI of the named graph that holds what one review prints."""
    return f"{BASE}graph/source/{review}"


@cache
def _vocabulary() -> tuple[ox.Triple, ...]:
    files = sorted((ONTOLOGY / "vocabulary").glob("*.ttl"))
    return tuple(triple for path in files for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


@cache
def closed_lists() -> dict[str, frozenset[str]]:
    """The keys of the ontology's closed lists, by kind: {"statistic": {"median", …}, "endpoint": {…}, …}.

    They are read from ontology/vocabulary/, the only place where they are written down.
    """
    found: dict[str, set[str]] = {}
    for triple in _vocabulary():
        if triple.predicate.value == okg("key") and isinstance(triple.subject, ox.NamedNode):
            kind, _, key = triple.subject.value.removeprefix(BASE).partition("/")
            found.setdefault(kind, set()).add(key)
    return {kind: frozenset(keys) for kind, keys in found.items()}


@cache
def closed_labels() -> dict[tuple[str, str], str]:
    """The labels of the closed lists' members: (IRI, language) → label."""
    return {
        (triple.subject.value, triple.object.language): triple.object.value
        for triple in _vocabulary()
        if triple.predicate.value == RDFS + "label"
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.Literal)
        and triple.object.language
    }


@cache
def study_classes() -> dict[str, str]:
    """The class of a study with each design: {"single-arm": "…ontology/Trial", …}."""
    return {
        triple.subject.value.rpartition("/")[2]: triple.object.value
        for triple in _vocabulary()
        if triple.predicate.value == okg("impliesStudyClass")
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
    }


@cache
def identifier_patterns() -> dict[str, str]:
    """What the IRIs of each identifier source look like, by its prefix: {"HGNC": "^https://bioregistry[.]io/hgnc:…$"}."""
    wanted = {
        "http://purl.org/vocab/vann/preferredNamespacePrefix": "prefix",
        "http://rdfs.org/ns/void#uriRegexPattern": "pattern",
    }
    found: dict[str, dict[str, str]] = {}
    for triple in _vocabulary():
        if triple.predicate.value in wanted and isinstance(triple.object, ox.Literal):
            found.setdefault(str(triple.subject), {})[wanted[triple.predicate.value]] = triple.object.value
    return {about["prefix"]: about["pattern"] for about in found.values()}
