"""Facets, settings, indications, regimens and their components: what studies share, built from how records name it."""

from __future__ import annotations

from collections.abc import Iterable

from kg.ids import component_key, facet_key, iri, regimen_key, setting_key
from kg.model.study import Component, Facet
from kg.rdf.builder import Builder
from kg.rdf.vocabulary import intervention_iri
from kg.records import Curation
from kg.terms import FACET_CLASSES, closed_labels, graph

__all__ = ["add_facet", "add_indication", "add_regimen", "facet_label", "names", "regimen_label"]

# Prior therapy in words, by status; {} stands for the agents.
_PRIOR = {
    "failed": ("after failure of {}", "{}治疗失败后"),
    "progressed": ("progressed on or after {}", "{}治疗后进展"),
    "refractory": ("refractory to {}", "{}难治"),
    "resistant": ("resistant to {}", "{}耐药"),
    "pretreated": ("pretreated with {}", "既往接受过{}"),
    "intolerant": ("intolerant of {}", "不能耐受{}"),
    "naive": ("never treated with {}", "未曾接受{}"),
    "benefited": ("with benefit from {}", "从{}中获益"),
    "controlled": ("with disease controlled by {}", "{}治疗后疾病得到控制"),
    "completed": ("having completed {}", "已完成{}"),
}
_JOINERS = {
    "of": ("", "", "all-of"),
    "all_of": (" and ", "和", "all-of"),
    "one_of": (" or ", "或", "one-of"),
    "unclear": (" and/or ", "和/或", "unclear"),
}
# The order in which the facets of a setting are named.
_ORDER = list(FACET_CLASSES)


def names(curation: Curation, key: str) -> tuple[str, str]:
    """The English and Chinese name of an intervention."""
    for section in ("drugs", "drug_classes", "procedures", "comparators", "strategies"):
        loaded = curation.vocabulary.get((section, key))
        if loaded:
            return loaded.record.en, loaded.record.zh
    raise KeyError(key)


def _facet_order(curation: Curation, facet: Facet) -> tuple[int, str]:
    kind = "prior-therapy" if facet.prior else curation.vocabulary["facets", facet.facet or ""].record.kind
    return _ORDER.index(kind), facet_key(facet)


def _agents(facet: Facet) -> tuple[str, tuple[str, ...]]:
    for name in _JOINERS:
        given = getattr(facet, name)
        if given:
            return name, ((given,) if isinstance(given, str) else tuple(sorted(given)))
    return "of", ()


def facet_label(curation: Curation, facet: Facet) -> tuple[str, str]:
    """The name of a facet in English and Chinese."""
    if facet.facet:
        entry = curation.vocabulary["facets", facet.facet].record
        return entry.en, entry.zh
    form, agents = _agents(facet)
    en, zh = _JOINERS[form][:2]
    named = [names(curation, agent) for agent in agents]
    pattern_en, pattern_zh = _PRIOR[facet.prior or ""]
    return pattern_en.format(en.join(name for name, _ in named)), pattern_zh.format(zh.join(name for _, name in named))


def add_indication(build: Builder, curation: Curation, disease: str, facets: Iterable[Facet]) -> str:
    """Add the setting (with its facets) and the indication of a disease in it; return the indication's IRI."""
    ordered = sorted(facets, key=lambda facet: _facet_order(curation, facet))
    key = setting_key(ordered)
    setting, indication = iri("setting", key), iri("indication", disease, key)
    with build.into(graph("vocabulary")):
        labels = [facet_label(curation, facet) for facet in ordered]
        en = "; ".join(name for name, _ in labels) or "setting not stated"
        zh = "；".join(name for _, name in labels) or "未说明治疗情境"
        build.type(setting, "Setting")
        build.key(setting, key)
        build.label(setting, en, zh)
        for facet in ordered:
            build.link(setting, "hasFacet", add_facet(build, curation, facet))
        entry = curation.vocabulary["diseases", disease].record
        build.type(indication, "Indication")
        build.key(indication, f"{disease}/{key}")
        build.label(indication, f"{entry.en}: {en}", f"{entry.zh}：{zh}")
        build.link(indication, "hasDisease", iri("disease", disease))
        build.link(indication, "hasSetting", setting)
    return indication


def add_facet(build: Builder, curation: Curation, facet: Facet) -> str:
    """Describe a facet that names prior therapy (the others are in the vocabulary); return its IRI."""
    subject = iri("facet", facet_key(facet))
    if facet.prior:
        form, agents = _agents(facet)
        build.type(subject, "PriorTherapy")
        build.key(subject, facet_key(facet))
        build.label(subject, *facet_label(curation, facet))
        build.link(subject, "hasPriorTherapyStatus", iri("prior-therapy-status", facet.prior))
        build.link(subject, "hasCombination", iri("prior-therapy-combination", _JOINERS[form][2]))
        for agent in agents:
            build.link(subject, "priorAgent", intervention_iri(curation, agent))
    return subject


def add_regimen(build: Builder, curation: Curation, components: tuple[Component, ...]) -> str | None:
    """Add a regimen with its components; return its IRI, or None where no component is given."""
    if not components:
        return None
    subject = iri("regimen", regimen_key(components))
    ordered = sorted(components, key=component_key)
    with build.into(graph("vocabulary")):
        build.type(subject, "Regimen")
        build.key(subject, regimen_key(components))
        build.label(subject, *regimen_label(curation, components))
        for component in ordered:
            build.link(subject, "hasComponent", _component(build, curation, component))
    return subject


def regimen_label(curation: Curation, components: Iterable[Component]) -> tuple[str, str]:
    """The name of a regimen in English and Chinese: those of its components."""
    labels = [_component_label(curation, component) for component in sorted(components, key=component_key)]
    return " + ".join(en for en, _ in labels), " + ".join(zh for _, zh in labels)


def _component(build: Builder, curation: Curation, component: Component) -> str:
    subject = iri("component", component_key(component))
    build.type(subject, "RegimenComponent")
    build.key(subject, component_key(component))
    build.label(subject, *_component_label(curation, component))
    if component.agent:
        build.link(subject, "hasAgent", intervention_iri(curation, component.agent))
    for agent in component.one_of:
        build.link(subject, "oneOf", intervention_iri(curation, agent))
    if component.phase:
        build.link(subject, "inPhase", iri("regimen-phase", component.phase))
    build.put(subject, "extent", component.extent)
    build.put(subject, "step", str(component.step) if component.step else None, "integer")
    return subject


def _component_label(curation: Curation, component: Component) -> tuple[str, str]:
    agents = (component.agent,) if component.agent else tuple(sorted(component.one_of))
    named = [names(curation, agent) for agent in agents]
    en, zh = " / ".join(name for name, _ in named), " / ".join(name for _, name in named)
    step = f"step {component.step}" if component.step else None
    details_en = [detail for detail in (component.phase, component.extent, step) if detail]
    details_zh = [closed_labels()[iri("regimen-phase", component.phase), "zh"]] if component.phase else []
    details_zh += [component.extent] if component.extent else []
    details_zh += [f"第{component.step}步"] if component.step else []
    if details_en:
        en, zh = f"{en} ({', '.join(details_en).replace('-', ' ')})", f"{zh}（{'，'.join(details_zh)}）"
    return en, zh
