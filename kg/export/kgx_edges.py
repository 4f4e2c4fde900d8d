"""The edges of the KGX export: predicates of Biolink with their qualifiers, and the statements behind each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from kg.export.formats import ReleaseGraph
from kg.export.kgx_names import Names
from kg.export.kgx_nodes import INFORES, PHASES
from kg.export.kgx_trials import Test, Trials
from kg.export.solutions import lists, rows
from kg.terms import BASE, OKG
from kg.terms import graph as graph_iri

__all__ = ["COLUMNS", "Edge", "edge_rows"]

COLUMNS = (
    "id", "subject", "predicate", "object", "category", "primary_knowledge_source", "knowledge_level", "agent_type",
    "publications", "has_evidence", "has_supporting_studies", "population_context_qualifier", "qualified_predicate",
    "object_aspect_qualifier", "object_direction_qualifier", "causal_mechanism_qualifier", "max_research_phase",
    "clinical_approval_status", "original_predicate",
)  # fmt: skip

_TREATING = "biolink:ChemicalOrDrugOrTreatmentToDiseaseOrPhenotypicFeatureAssociation"
_PHASE_ORDER = list(dict.fromkeys(PHASES.values()))

# Action on a target → predicate and qualifiers. An agent that brings cells together or delivers a payload binds the
# target; what that does to its activity is not said.
_ACTIONS = {
    "blocks": ("biolink:affects", {
        "qualified_predicate": "biolink:causes", "object_aspect_qualifier": "activity",
        "object_direction_qualifier": "decreased", "causal_mechanism_qualifier": "inhibition",
    }),
    "activates": ("biolink:affects", {
        "qualified_predicate": "biolink:causes", "object_aspect_qualifier": "activity",
        "object_direction_qualifier": "increased", "causal_mechanism_qualifier": "activation",
    }),
    "degrades": ("biolink:affects", {
        "qualified_predicate": "biolink:causes", "object_aspect_qualifier": "degradation",
        "object_direction_qualifier": "increased", "causal_mechanism_qualifier": "degradation",
    }),
    "deliversTo": ("biolink:directly_physically_interacts_with", {"causal_mechanism_qualifier": "binding"}),
    "engages": ("biolink:directly_physically_interacts_with", {"causal_mechanism_qualifier": "binding"}),
}  # fmt: skip

_TARGETS = """SELECT ?statement ?subject ?action ?object WHERE {
  ?statement a okg:TargetAssertion ; okg:concernsAgent ?subject ; okg:assertsAction/okg:key ?key ;
    okg:assertsTarget ?object .
  BIND(IF(?key = "delivers-to", "deliversTo", ?key) AS ?action) }"""
_STATED = f"GRAPH <{graph_iri('vocabulary')}> {{{{ ?subject okg:{{}} ?object }}}} BIND(?subject AS ?statement)"
# Term of the ontology, predicate, association, and the pairs with what states each. Of a hierarchy the steps that are
# stated, not those that follow.
_PLAIN = (
    ("subtypeOf", "subclass_of", "Association", _STATED.format("subtypeOf")),
    ("inDrugClass", "subclass_of", "Association", _STATED.format("inDrugClass")),
    ("broaderClass", "subclass_of", "Association", _STATED.format("broaderClass")),
    ("hasMember", "has_member", "Association", _STATED.format("hasMember")),
    (
        "hasComponent", "has_part", "Association",
        "?subject okg:hasComponent ?statement . ?statement okg:hasAgent ?object",
    ),
    (
        "reportedIn", "mentions", "InformationContentEntityToNamedThingAssociation",
        "?statement okg:reportedIn ?subject . BIND(?statement AS ?object)",
    ),
    (
        "hasIndication", "related_to", "Association",
        "?subject okg:hasDesign ?design ; okg:hasIndication ?statement . ?statement okg:hasDisease ?object",
    ),
)  # fmt: skip
_REVIEWS = "SELECT ?of ?value WHERE { ?report okg:reports ?of ; okg:printedAt/okg:inSource ?value }"
_PUBLISHED = "SELECT ?of ?value WHERE { ?of okg:reportedIn ?value }"
# What is reported of a group is reported of its outcomes and facts.
_BORNE = "SELECT ?of ?value WHERE { ?of okg:hasOutcome|okg:hasCharacteristic|okg:hasFact ?value }"


@dataclass
class Edge:
    """Subject, predicate and object (the ends as IRIs of ours), and what is said about the statement."""

    subject: str
    predicate: str
    object: str
    category: str
    qualifiers: dict[str, str] = field(default_factory=dict)
    evidence: set[str] = field(default_factory=set)
    studies: set[str] = field(default_factory=set)
    about: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it this edge: its ends, its predicate and its qualifiers."""
        return (self.subject, self.predicate, self.object, *(f"{k}={v}" for k, v in sorted(self.qualifiers.items())))


def edge_rows(graph: ReleaseGraph, found: dict[str, str], names: Names) -> list[dict[str, str]]:
    """One row an edge, sorted by its ends and predicate; several values of a column are joined by a vertical bar."""
    trials = Trials(graph)
    merged: dict[tuple[str, ...], Edge] = {}
    for edge in (*_targets(graph, found), *_plain(graph), *_treatments(trials, names)):
        _merge(merged, edge)
    sources = _sources(graph, names)
    result = [_row(edge, names, sources) for edge in merged.values()]
    return sorted(result, key=lambda row: (row["subject"], row["predicate"], row["object"], row["id"]))


def _merge(merged: dict[tuple[str, ...], Edge], edge: Edge) -> None:
    """Add what is new of an edge to the one with the same key."""
    same = merged.setdefault(edge.key, edge)
    same.evidence |= edge.evidence
    same.studies |= edge.studies
    phases = [other.about.get("max_research_phase", "") for other in (same, edge)]
    same.about |= edge.about
    if any(phases):
        same.about["max_research_phase"] = max(phases, key=lambda phase: _PHASE_ORDER.index(phase) if phase else -1)


def _targets(graph: ReleaseGraph, found: dict[str, str]) -> Iterator[Edge]:
    for row in rows(graph, _TARGETS):
        predicate, qualifiers = _ACTIONS[row["action"]]
        # Biolink lets a chemical affect any biological entity, but interact with a gene or its product, not a family.
        group = found[row["object"]] == "biolink:GeneFamily"
        category = (
            "biolink:ChemicalAffectsBiologicalEntityAssociation" if group else "biolink:ChemicalAffectsGeneAssociation"
        )
        if predicate != "biolink:affects":
            category = "biolink:Association" if group else "biolink:ChemicalGeneInteractionAssociation"
        kept = {} if category == "biolink:Association" else dict(qualifiers)
        about = {"original_predicate": OKG + row["action"]}
        yield Edge(row["subject"], predicate, row["object"], category, kept, {row["statement"]}, about=about)


def _plain(graph: ReleaseGraph) -> Iterator[Edge]:
    for term, predicate, category, pattern in _PLAIN:
        for row in rows(graph, f"SELECT ?subject ?object ?statement WHERE {{ {pattern} }}"):
            studies = (
                {row["statement"]} if term == "reportedIn" else {row["subject"]} if term == "hasIndication" else set()
            )
            yield Edge(
                row["subject"], f"biolink:{predicate}", row["object"], f"biolink:{category}", {}, {row["statement"]},
                studies, {"original_predicate": OKG + term},
            )  # fmt: skip


def _treatments(trials: Trials, names: Names) -> Iterator[Edge]:
    """What is tested in a disease, what has passed, what is approved: of drugs, and of regimens as a whole."""
    for test in trials.tests:
        for agent in (*test.drugs, test.regimen):
            yield _treating(agent, "in_clinical_trials_for" if test.trial else "studied_to_treat", test, {test.arm})
            if test.trial:
                yield Edge(
                    test.study, "biolink:related_to", agent, "biolink:Association", {}, {test.arm}, {test.study},
                    {"original_predicate": OKG + "hasInvestigationalGroup"},
                )  # fmt: skip
        passed = (*(test.drugs if test.single else ()), test.regimen)
        for agent in passed if test.positive else ():
            yield _treating(agent, "treats", test, set(test.positive))
    for approved in trials.approved:
        for agent in (*approved.drugs, approved.regimen):
            yield Edge(
                agent, "biolink:treats", approved.disease, _TREATING, _population(approved.setting),
                {approved.approval}, set(approved.studies), {"clinical_approval_status": "approved_for_condition"},
            )  # fmt: skip


def _treating(agent: str, predicate: str, test: Test, evidence: set[str]) -> Edge:
    about = {"max_research_phase": PHASES[test.phase]} if test.trial and test.phase in PHASES else {}
    return Edge(
        agent, f"biolink:{predicate}", test.disease, _TREATING, _population(test.setting), evidence, {test.study}, about
    )


def _population(setting: str) -> dict[str, str]:
    """The qualifier for the patients that a setting is about; none where the source does not say."""
    return {} if setting == f"{BASE}setting/unspecified" else {"population_context_qualifier": setting}


def _sources(graph: ReleaseGraph, names: Names) -> Callable[[Edge], list[str]]:
    """What gives the publications of an edge: those of its studies, and the reviews that report its statements."""
    reviews, published, borne = lists(graph, _REVIEWS), lists(graph, _PUBLISHED), lists(graph, _BORNE)

    def publications(edge: Edge) -> list[str]:
        statements = {*edge.evidence, *(part for thing in edge.evidence for part in borne.get(thing, ()))}
        iris = {review for statement in statements for review in reviews.get(statement, ())}
        iris |= {publication for study in edge.studies for publication in published.get(study, ())}
        return sorted(names.id(iri) for iri in iris)

    return publications


def _row(edge: Edge, names: Names, sources: Callable[[Edge], Iterable[str]]) -> dict[str, str]:
    setting = edge.qualifiers.get("population_context_qualifier")
    values = {
        # The same edge has the same id in every release, whatever identifiers its ends take on.
        "id": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(edge.key))}",
        "subject": names.id(edge.subject),
        "predicate": edge.predicate,
        "object": names.id(edge.object),
        "category": edge.category,
        "primary_knowledge_source": INFORES,
        "knowledge_level": "knowledge_assertion",
        "agent_type": "manual_agent",
        "publications": "|".join(sources(edge)),
        "has_evidence": "|".join(sorted(edge.evidence)),
        "has_supporting_studies": "|".join(sorted(names.id(study) for study in edge.studies)),
        **edge.qualifiers,
        **edge.about,
    }
    if setting:
        values["population_context_qualifier"] = names.id(setting)
    return {column: values.get(column, "") for column in COLUMNS}
