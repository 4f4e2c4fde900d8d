"""One study's record → quads: the study, its groups, comparisons, facts, findings and claims."""

from __future__ import annotations

from kg.ids import bearer_key, dimension_keys, foreign_iri, iri
from kg.model.study import GLOSSED, AtPlace, Claim, Finding, Group, Study
from kg.model.values import Bilingual
from kg.rdf.builder import Builder
from kg.rdf.discrepancies import add_discrepancies
from kg.rdf.outcomes import add_dimensions, add_outcomes
from kg.rdf.reports import Reporter
from kg.rdf.settings import add_facet, add_indication, add_regimen, facet_label, regimen_label
from kg.rdf.vocabulary import intervention_iri
from kg.records.load import Curation, Loaded
from kg.records.rules import comparison_groups
from kg.records.yaml_source import Location
from kg.terms import graph, source_graph, study_classes

__all__ = ["add_claim", "add_study", "publication_iri"]

_INVESTIGATIONAL = ("experimental", "single", "cohort")


def add_study(build: Builder, curation: Curation, loaded: Loaded) -> None:
    """Add everything that a study's record says."""
    study: Study = loaded.record
    reporter = Reporter(build, study.study, study.review, study.places, curation.spans)
    with build.into(graph("studies")):
        subject = _study(build, curation, loaded, reporter)
        for key, group in study.groups.items():
            _group(build, curation, loaded, reporter, key, group)
        for key, basis in study.comparisons.items():
            _comparison(build, loaded, key, basis)
        for key, label in study.analyses.items():
            analysis = iri("analysis", study.study, key)
            build.type(analysis, "Analysis")
            build.key(analysis, key)
            build.label(analysis, label.en, label.zh)
            build.link(subject, "hasAnalysis", analysis)
        findings = {key: _finding(build, loaded, reporter, key, finding) for key, finding in study.findings.items()}
    index = add_outcomes(build, curation, loaded, reporter)
    index.findings.update(findings)
    for key, claim in study.claims.items():
        add_claim(build, loaded, reporter, key, claim)
    add_discrepancies(build, loaded, reporter, index)


def _study(build: Builder, curation: Curation, loaded: Loaded, reporter: Reporter) -> str:
    study: Study = loaded.record
    subject = iri("study", study.study)
    build.origin(subject, loaded.source, ("study",))
    build.type(subject, study_classes()[study.design.value].rpartition("/")[2])
    build.key(subject, study.study)
    build.label(subject, study.label.en, study.label.zh)
    build.link(subject, "hasDesign", iri("design", study.design.value))
    build.link(subject, "hasStudyStatus", iri("study-status", study.status))
    build.link(subject, "hasIndication", add_indication(build, curation, study.disease, study.setting))
    build.put(subject, "phaseLabel", study.phase.value if study.phase else None)
    build.put(subject, "sampleSize", study.size.value if study.size else None, "integer")
    build.text(subject, "eligibility", study.eligibility.value if study.eligibility else None)
    build.text(subject, "note", study.note)
    for number in study.registrations:
        build.put(subject, "registryId", number)
        record = foreign_iri("clinicaltrials", number)
        build.type(record, "RegistryRecord")
        build.link(subject, "hasRegistryRecord", record)
    for reference in study.publications:
        build.link(subject, "reportedIn", publication_iri(curation, reference))
    build.link(subject, "partOfStudy", study.part_of and iri("study", study.part_of))
    for other in study.pools:
        build.link(subject, "poolsStudy", iri("study", other))
    _facts(build, loaded, reporter, subject)
    return subject


def publication_iri(curation: Curation, reference: str) -> str:
    """The IRI of the publication behind a reference: the one that another review's list gives, where both cite it."""
    same = (curation.references[reference].get("custom") or {}).get("same-as")
    return iri("publication", same or reference)


def _facts(build: Builder, loaded: Loaded, reporter: Reporter, subject: str) -> None:
    study: Study = loaded.record
    for kind in ("design", "phase", "size"):
        fact = getattr(study, kind)
        if fact is not None:
            _fact(build, loaded, reporter, subject, kind, fact.value, fact.at, (kind,))
    for kind in GLOSSED:
        fact = getattr(study, kind)
        if fact is not None:
            _fact(build, loaded, reporter, subject, kind, fact.value, fact.at, (kind,))
    for number in study.registrations:
        _fact(build, loaded, reporter, subject, "registration", number, study.registrations_at, ("registrations",))
    for index, endpoint in enumerate(study.primary_endpoints):
        fact_iri = _fact(
            build,
            loaded,
            reporter,
            subject,
            "primary-endpoint",
            None,
            endpoint.at,
            ("primary_endpoints", index),
            endpoint.endpoint,
        )
        build.link(fact_iri, "hasEndpoint", iri("endpoint", endpoint.endpoint))
        build.put(
            fact_iri, "primaryEndpointMet", None if endpoint.met is None else str(endpoint.met).lower(), "boolean"
        )


def _fact(
    build: Builder,
    loaded: Loaded,
    reporter: Reporter,
    bearer: str,
    kind: str,
    value: str | Bilingual | None,
    at: tuple[AtPlace, ...],
    location: Location,
    detail: str | None = None,
) -> str:
    """Add a fact of a study or group, with a report for each place, which may print another value than the accepted."""
    parts = bearer.removeprefix(iri("")).split("/")[1:]
    repeated = kind == "registration" and isinstance(value, str)
    subject = iri("fact", *parts, kind, *([detail] if detail else [str(value).lower()] if repeated else []))
    build.origin(subject, loaded.source, location)
    build.type(subject, "StudyFact")
    build.link(bearer, "hasFact", subject)
    build.link(subject, "hasFactKind", iri("fact-kind", kind))
    if isinstance(value, Bilingual):
        build.text(subject, "factText", value)
    else:
        build.put(subject, "factText", value)
    for place in at:
        report = reporter.add(subject, place, "-".join(str(part) for part in location))
        if isinstance(value, str):
            with build.into(source_graph(reporter.review_of(place))):
                build.put(report, "readingValue", place.value or value)
    return subject


def _group(build: Builder, curation: Curation, loaded: Loaded, reporter: Reporter, key: str, group: Group) -> None:
    study: Study = loaded.record
    subject = iri("group", study.study, key)
    build.origin(subject, loaded.source, ("groups", key))
    build.type(subject, _group_class(group))
    build.key(subject, key)
    build.link(
        iri("study", study.study),
        "hasInvestigationalGroup" if group.role in _INVESTIGATIONAL and not group.within else "hasGroup",
        subject,
    )
    build.link(subject, "hasRole", iri("role", group.role))
    inherited = study.groups[group.within].regimen if group.within and not group.regimen else group.regimen
    build.link(subject, "receives", add_regimen(build, curation, inherited))
    _group_label(build, curation, subject, group)
    if group.disease or group.setting is not None:
        setting = study.setting if group.setting is None else group.setting
        build.link(subject, "hasIndication", add_indication(build, curation, group.disease or study.disease, setting))
    if group.size:
        build.put(subject, "sampleSize", group.size.value, "integer")
        _fact(build, loaded, reporter, subject, "size", group.size.value, group.size.at, ("groups", key, "size"))
    for name in group.pools:
        build.link(subject, "poolsGroup", iri("group", study.study, name))
    if group.within:
        build.link(subject, "withinGroup", iri("group", study.study, group.within))
    for facet in group.population:
        build.put(subject, "population", facet.facet or facet_label(curation, facet)[0])
        with build.into(graph("vocabulary")):
            add_facet(build, curation, facet)
    for term, name in zip(("crossesFrom", "crossesTo"), group.crosses or (), strict=False):
        build.link(subject, term, iri("group", study.study, name))
    for name in group.over:
        build.link(subject, "overStudy", iri("study", name))
    for agent, given in group.administration.items():
        administration = iri("administration", study.study, key, agent)
        build.origin(administration, loaded.source, ("groups", key, "administration", agent))
        build.type(administration, "Administration")
        build.link(subject, "hasAdministration", administration)
        build.link(administration, "administers", intervention_iri(curation, agent))
        for name, term in (
            ("dose", "doseText"),
            ("schedule", "scheduleText"),
            ("cycles", "cycles"),
            ("fractions", "fractions"),
        ):
            build.put(administration, term, getattr(given, name))
        build.put(
            administration, "randomised", None if given.randomised is None else str(given.randomised).lower(), "boolean"
        )
        for at in given.at:
            build.cite(administration, reporter.place(at, f"{key}-{agent}"))


def _group_class(group: Group) -> str:
    if group.over:
        return "StudySet"
    if group.pools:
        return "PooledGroup"
    if group.within:
        return "Subgroup"
    if group.crosses:
        return "CrossoverGroup"
    return "ExternalControl" if group.role == "external-control" else "Arm"


def _group_label(build: Builder, curation: Curation, subject: str, group: Group) -> None:
    if group.label:
        build.label(subject, group.label.en, group.label.zh)
        return
    named = [facet_label(curation, facet) for facet in group.population]
    if named:
        build.label(subject, "; ".join(en for en, _ in named), "；".join(zh for _, zh in named))
    elif group.regimen:
        build.label(subject, *regimen_label(curation, group.regimen))


def _comparison(build: Builder, loaded: Loaded, key: str, basis: str) -> None:
    study: Study = loaded.record
    test, reference = comparison_groups(key) or ("", "")
    subject = iri("comparison", study.study, bearer_key(key))
    build.origin(subject, loaded.source, ("comparisons", key))
    build.type(subject, "Comparison")
    build.key(subject, bearer_key(key))
    build.link(iri("study", study.study), "hasComparison", subject)
    build.link(subject, "testGroup", iri("group", study.study, test))
    build.link(subject, "referenceGroup", iri("group", study.study, reference))
    build.link(subject, "hasBasis", iri("comparison-basis", basis))


def _finding(build: Builder, loaded: Loaded, reporter: Reporter, key: str, finding: Finding) -> str:
    study: Study = loaded.record
    bearer = iri("group", study.study, finding.group) if finding.group else iri("study", study.study)
    dimensions = dimension_keys(finding)
    path = [
        study.study,
        *([finding.group] if finding.group else []),
        finding.factor,
        finding.endpoint,
        finding.kind,
        *dimensions,
    ]
    subject = iri("finding", *path)
    build.origin(subject, loaded.source, ("findings", key))
    build.type(subject, "PrognosticFinding")
    build.link(bearer, "hasFinding", subject)
    build.link(subject, "hasFactor", iri("factor", finding.factor))
    build.link(subject, "hasEndpoint", iri("endpoint", finding.endpoint))
    build.link(subject, "hasFindingKind", iri("finding-kind", finding.kind))
    build.link(subject, "hasDirection", iri("direction", finding.direction))
    if finding.effect:
        build.link(subject, "hasStatistic", iri("statistic", finding.effect.statistic))
    add_dimensions(build, subject, study.study, finding)
    reports = [reporter.add(subject, at, key, finding.effect) for at in finding.at]
    if finding.effect and reports:
        build.link(subject, "acceptedValue", reports[0].replace("/report/", "/value/", 1))
    return subject


def add_claim(build: Builder, loaded: Loaded, reporter: Reporter, key: str, claim: Claim) -> None:
    """Add a claim of a study or review to the graph of its source."""
    subject = iri("claim", reporter.owner, key)
    build.origin(subject, loaded.source, ("claims", key))
    with build.into(source_graph(reporter.review)):
        build.type(subject, "Claim")
        build.key(subject, f"{reporter.owner}/{key}")
        build.label(subject, claim.gloss.en, claim.gloss.zh)
        build.link(subject, "hasClaimType", iri("claim-type", claim.type))
        build.link(subject, "hasDirection", iri("direction", claim.direction))
        if isinstance(loaded.record, Study):
            build.link(subject, "isAbout", iri("study", reporter.owner))
        for thing in claim.about:
            build.link(subject, "isAbout", iri(thing))
    for at in claim.at:
        reporter.add(subject, at, key)
