"""Who was studied, what they were given and what was measured, as Group and EvidenceVariable of FHIR R5.

Each is one resource, however many outcomes refer to it. Evidence.variableDefinition refers to it as observed: it is
what was studied. Only of the population it is known what was intended: disease and setting.
"""

from __future__ import annotations

import uuid
from typing import Any

from kg.export.fhir_codes import concept, hl7
from kg.export.resources import Resources, key_of
from kg.terms import SKOS

__all__ = ["Variables", "identity", "time_point"]

Json = dict[str, Any]
_URI = "urn:ietf:rfc:3986"


def identity(iri: str) -> str:
    """The id of the resource for an IRI: a UUID made from it (RFC 9562, version 5); an id has at most 64 letters."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, iri))


class Variables:
    """Makes the variable definitions of outcomes, and keeps each resource that they refer to by its IRI."""

    def __init__(self, resources: Resources) -> None:
        self._from = resources
        self.found: dict[str, Json] = {}

    def definitions(self, outcome: str, groups: list[str], reference: str | None, study: str) -> list[Json]:
        """The variables of an outcome of one group, or of a comparison of `groups` with `reference`."""
        first = groups[0]
        defined = [self._population(first, study)]
        if self._from.all(first, "population") or self._from.first(first, "withinGroup"):
            defined.append(self._variable(("subpopulation", "subpopulation"), self._from.label(first), None))
        defined += [self._exposure(("exposure", "exposure"), group) for group in groups]
        if reference:
            defined.append(self._exposure(("referenceExposure", "reference exposure"), reference))
        defined.append(self._measured(outcome))
        return defined

    def _variable(self, role: tuple[str, str], description: str, observed: Json | None) -> Json:
        found: Json = {"description": description, "variableRole": hl7("variable-role", role)}
        return found | ({"observed": observed} if observed else {})

    def _reference(self, iri: str, title: str) -> Json:
        return {"reference": f"urn:uuid:{identity(iri)}", "type": self.found[iri]["resourceType"], "display": title}

    def _population(self, group: str, study: str) -> Json:
        """The patients of the group, as observed; disease and setting, as intended."""
        indication = self._from.first(group, "hasIndication") or self._from.first(study, "hasIndication") or ""
        title = self._from.label(indication)
        if indication not in self.found:
            diseases, settings = self._from.all(indication, "hasDisease"), self._from.all(indication, "hasSetting")
            facets = [facet for setting in settings for facet in self._from.all(setting, "hasFacet")]
            traits = [("disease", disease) for disease in diseases] + [("setting", facet) for facet in facets]
            self.found[indication] = {
                "resourceType": "Group",
                "id": identity(indication),
                "identifier": [{"system": _URI, "value": indication}],
                "type": "person",
                "membership": "definitional",
                "name": title,
                "characteristic": [
                    {"code": {"text": kind}, "valueCodeableConcept": concept(self._from, trait), "exclude": False}
                    for kind, trait in traits
                ],
            }
        observed = {"type": "Group", "identifier": {"system": _URI, "value": group}, "display": self._from.label(group)}
        found = self._variable(("population", "population"), f"{title}; {self._from.label(group)}", observed)
        return found | {"intended": self._reference(indication, title)}

    def _exposure(self, role: tuple[str, str], group: str) -> Json:
        """The regimen of a group; a group without one has only its name."""
        regimen = self._from.first(group, "receives")
        if regimen is None:
            return self._variable(role, self._from.label(group), None)
        title = self._from.label(regimen)
        if regimen not in self.found:
            components = self._from.all(regimen, "hasComponent")
            self.found[regimen] = self._evidence_variable(regimen, title) | {
                "characteristic": [self._component(component) for component in components]
            }
        return self._variable(role, f"{self._from.label(group)}: {title}", self._reference(regimen, title))

    def _component(self, component: str) -> Json:
        """An agent of a regimen; a choice is a combination of which any one will do."""
        found: Json = {"description": self._from.label(component)}
        agent, choices = self._from.first(component, "hasAgent"), self._from.all(component, "oneOf")
        if agent:
            return found | {"definitionCodeableConcept": concept(self._from, agent)}
        options = [{"definitionCodeableConcept": concept(self._from, choice)} for choice in choices]
        return found | {"definitionByCombination": {"code": "any-of", "characteristic": options}}

    def _evidence_variable(self, iri: str, title: str) -> Json:
        return {
            "resourceType": "EvidenceVariable",
            "id": identity(iri),
            "url": iri,
            "title": title,
            "status": "active",
        }

    def _measured(self, outcome: str) -> Json:
        """Endpoint and event, with what tells one outcome from another: time point, criteria, assessor, analysis …"""
        endpoint, event = self._from.first(outcome, "hasEndpoint") or "", self._from.first(outcome, "hasEvent")
        title = self._from.label(endpoint)
        if endpoint not in self.found:
            definition = self._from.in_language(endpoint, SKOS + "definition", "en")
            self.found[endpoint] = self._evidence_variable(endpoint, title) | {
                **({"description": definition} if definition else {}),
                "characteristic": [{"definitionCodeableConcept": concept(self._from, endpoint)}],
            }
        observed = self._reference(endpoint, title)
        if event:
            observed = self._event(event, endpoint, title)
        details = [title, key_of(event).replace("_", " ") if event else None, time_point(self._from, outcome)]
        for name in ("inAnalysis", "byCriteria", "byAssessor", "fromOrigin", "hasAdjustment", "counts"):
            details += [self._from.label(detail) for detail in self._from.all(outcome, name)]
        told = ", ".join(detail for detail in details if detail)
        return self._variable(("measuredVariable", "measured variable"), told, observed)

    def _event(self, event: str, endpoint: str, title: str) -> Json:
        """A clinical event (term, grades, relatedness) as what an endpoint of safety counts."""
        told = f"{title}: {key_of(event).replace('_', ' ')}"
        terms = [endpoint, *self._from.all(event, "hasEventTerm")]
        if event not in self.found:
            self.found[event] = self._evidence_variable(event, told) | {
                "characteristic": [{"definitionCodeableConcept": concept(self._from, term)} for term in terms]
            }
        return self._reference(event, told)


def time_point(resources: Resources, outcome: str, language: str = "en") -> str | None:
    """The time point of an outcome in words, "at 12 month" or "12个月时"; None where it has none."""
    amount, unit = resources.first(outcome, "timePoint"), resources.first(outcome, "timePointUnit")
    if not amount or not unit:
        return None
    label = resources.label(unit, language)
    return f"at {amount} {label}" if language == "en" else f"{amount}{label}时"
