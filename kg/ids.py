"""Keys to IRIs. The identity of each thing is decided here and nowhere else (DESIGN section 2, 'Which number it is').

A part of an identity that has its default leaves no trace in the IRI, so that a dimension used later changes no IRI.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from kg.model.study import Component, Facet
from kg.model.values import Dimensions, Event
from kg.ontology import prefixes
from kg.terms import BASE

__all__ = [
    "bearer_key",
    "component_key",
    "dimension_keys",
    "event_key",
    "facet_key",
    "foreign_iri",
    "iri",
    "outcome_path",
    "regimen_key",
    "setting_key",
]

_COMBINATIONS = (("of", "-and-"), ("all_of", "-and-"), ("one_of", "-or-"), ("unclear", "-and-or-"))


def iri(*parts: str) -> str:
    """The IRI of a thing: the base, its kind, its key: iri("drug", "mrg003")."""
    return BASE + "/".join(parts)


def foreign_iri(prefix: str, identifier: str) -> str:
    """The IRI of somebody else's thing: foreign_iri("pubmed", "21272443"); its prefix is one of context.jsonld.

    A DOI is written in lower case, for DOIs do not tell case and IRIs do (DOI Handbook, 2.4).
    """
    local = identifier.lower() if prefix == "doi" else identifier
    return prefixes()[prefix] + quote(local, safe="!$&'()*+,;=:@/-._~")


def facet_key(facet: Facet) -> str:
    """The key of a facet; prior therapy is its status and its agents: failed-pd-1-inhibitor-and-platinum-agent."""
    if facet.facet:
        return facet.facet
    for name, joiner in _COMBINATIONS:
        agents = getattr(facet, name)
        if agents:
            return f"{facet.prior}-" + joiner.join(sorted([agents] if isinstance(agents, str) else agents))
    raise AssertionError("the model lets no facet pass without agents")


def setting_key(facets: Iterable[Facet]) -> str:
    """The key of a setting: its facet set, sorted; two settings with equal facets are one."""
    return "_".join(sorted({facet_key(facet) for facet in facets})) or "unspecified"


def component_key(component: Component) -> str:
    """The key of a regimen component: the agent or the choice, with phase, extent and step where given."""
    agent = component.agent or "-or-".join(sorted(component.one_of))
    step = f"step-{component.step}" if component.step else None
    return ".".join(part for part in (agent, component.phase, component.extent, step) if part)


def regimen_key(components: Iterable[Component]) -> str:
    """The key of a regimen: the set of its components; dose is no part of it."""
    return "_".join(sorted({component_key(component) for component in components}))


def event_key(event: Event) -> str:
    """The key of the events that an outcome counts: any_grade-3-plus_related-to-treatment."""
    grades = event.grades.replace("+", "-plus") if event.grades else None
    parts = (
        event.term or "any",
        grades and f"grade-{grades}",
        event.related_to and f"related-to-{event.related_to}",
        None if event.serious is None else ("serious" if event.serious else "not-serious"),
        event.action and f"leading-to-{event.action}",
        event.onset,
    )
    return "_".join(part for part in parts if part)


def dimension_keys(dimensions: Dimensions) -> list[str]:
    """The path segments of the dimensions that do not have their default, in a fixed order."""
    segments = []
    if dimensions.time:
        segments.append(f"at-{dimensions.time.months}-months")
    for name in ("analysis", "criteria", "assessor", "origin"):
        value = getattr(dimensions, name)
        if value:
            segments.append(f"{name}-{value}")
    if dimensions.adjustment and dimensions.adjustment != "none":
        segments.append(f"adjustment-{dimensions.adjustment}")
    if dimensions.event:
        segments.append(f"event-{event_key(dimensions.event)}")
    if dimensions.counts and dimensions.counts != "patient":
        segments.append(f"counts-{dimensions.counts}")
    return segments


def bearer_key(bearer: str) -> str:
    """A group's key as it stands; a comparison's "a vs b" as a-vs-b."""
    return bearer.replace(" vs ", "-vs-")


def outcome_path(kind: str, study: str, bearer: str, endpoint: str, statistic: str, dimensions: Dimensions) -> str:
    """The path of an outcome or characteristic: study, bearer, endpoint, statistic, used dimensions."""
    return "/".join([kind, study, bearer_key(bearer), endpoint, statistic, *dimension_keys(dimensions)])
