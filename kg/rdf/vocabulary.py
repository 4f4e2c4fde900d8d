"""Vocabulary records → quads."""

from __future__ import annotations

from typing import Any

from kg.ids import iri
from kg.model import SECTIONS
from kg.model.vocabulary import Drug, TherapeuticAgent
from kg.rdf.builder import Builder
from kg.records import Curation
from kg.terms import DRUG_FORMATS, FACET_CLASSES, PROCEDURE_CLASSES, STRATEGY_CLASSES, TARGET_CLASSES, graph

__all__ = ["ACTIONS", "add_vocabulary", "intervention_iri"]

# Action on a target in the records -> property of the ontology.
ACTIONS = {
    "blocks": "blocks",
    "activates": "activates",
    "degrades": "degrades",
    "delivers-to": "deliversTo",
    "engages": "engages",
}

_CLASSES = {
    "disease": "Disease",
    "mechanism": "Mechanism",
    "drug-class": "DrugClass",
    "comparator": "ComparatorIntervention",
    "event-term": "EventTerm",
    "characteristic": "Endpoint",
    "factor": "Factor",
    "organisation": "Organisation",
}
_KINDS = {
    "facet": FACET_CLASSES,
    "target": TARGET_CLASSES,
    "procedure": PROCEDURE_CLASSES,
    "strategy": STRATEGY_CLASSES,
}
# Field of a record -> (property, kind of the keys in it).
_LINKS = {
    "subtype_of": ("subtypeOf", "disease"),
    "implies": ("impliesFacet", "facet"),
    "members": ("hasMember", "target"),
    "mechanisms": ("hasMechanism", "mechanism"),
    "ingredients": ("hasIngredient", "drug"),
    "broader": ("broaderProcedure", "procedure"),
}


def intervention_iri(curation: Curation, key: str) -> str:
    """The IRI of a drug, drug class, procedure, comparator or strategy, whichever has the key."""
    return iri(curation.known.kind_of(key, ("drug", "drug-class", "procedure", "comparator", "strategy")), key)


def add_vocabulary(build: Builder, curation: Curation) -> None:
    """Add every vocabulary entry to the vocabulary graph."""
    with build.into(graph("vocabulary")):
        for (section, key), loaded in sorted(curation.vocabulary.items()):
            kind = SECTIONS[section]
            subject = iri(kind, key)
            build.origin(subject, loaded.source, (section, key))
            _entry(build, subject, kind, key, loaded.record)


def _entry(build: Builder, subject: str, kind: str, key: str, entry: Any) -> None:
    build.type(subject, *_classes(kind, entry))
    build.key(subject, key)
    build.label(subject, entry.en, entry.zh)
    for name in entry.synonyms:
        build.synonym(subject, name)
    for field, (term, target_kind) in _LINKS.items():
        for target in getattr(entry, field, ()):
            build.link(subject, term, iri(target_kind, target))
    if isinstance(entry, TherapeuticAgent):
        _agent(build, subject, entry)


def _classes(kind: str, entry: Any) -> tuple[str, ...]:
    if isinstance(entry, Drug):
        return ("Drug", *(DRUG_FORMATS[name] for name in entry.format))
    if kind in _KINDS:
        return (_KINDS[kind][entry.kind],)
    return (_CLASSES[kind],)


def _agent(build: Builder, subject: str, entry: TherapeuticAgent) -> None:
    for name in entry.classes:
        term = "inDrugClass" if isinstance(entry, Drug) else "broaderClass"
        build.link(subject, term, iri("drug-class", name))
    for target, action in entry.targets.items():
        build.link(subject, ACTIONS[action], iri("target", target))
    build.put(subject, "noTargetReason", entry.no_target)
    if isinstance(entry, Drug) and entry.payload:
        build.link(subject, "hasPayload", iri("mechanism", entry.payload))
