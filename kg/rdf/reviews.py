"""One review's record → quads: bibliography, reference list, and its statements outside studies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.ids import foreign_iri, iri
from kg.model.review import Review
from kg.rdf.builder import Builder
from kg.rdf.discrepancies import add_discrepancies
from kg.rdf.outcomes import OutcomeIndex, add_dimensions
from kg.rdf.reports import Reporter
from kg.rdf.settings import add_indication, add_regimen
from kg.rdf.studies import add_claim, publication_iri
from kg.rdf.vocabulary import intervention_iri
from kg.records.load import Curation, Loaded
from kg.terms import graph, source_graph

__all__ = ["add_review", "add_target_assertions"]


def add_review(build: Builder, curation: Curation, loaded: Loaded) -> None:
    """Add a review: its bibliographic record, its references, and what it says outside studies."""
    review: Review = loaded.record
    reporter = Reporter(build, review.review, review.review, review.places, curation.spans)
    with build.into(source_graph(review.review)):
        subject = iri("review", review.review)
        build.origin(subject, loaded.source, ("review",))
        build.type(subject, "Review")
        build.key(subject, review.review)
        build.label(subject, review.label.en, review.label.zh)
        build.text(subject, "title", review.title)
        build.put(subject, "journal", review.journal)
        build.put(subject, "year", str(review.year), "integer")
        build.put(subject, "doi", review.doi)
        if review.doi:
            build.exact_match(subject, foreign_iri("doi", review.doi))
        build.put(subject, "language", review.language)
        build.put(subject, "sourceDigest", review.source.sha256)
        for key, item in curation.references.items():
            if key.startswith(f"{review.review}/"):
                _reference(build, curation, review.review, key, item)
        _statements(build, curation, loaded, reporter)
    for key, claim in review.claims.items():
        add_claim(build, loaded, reporter, key, claim)
    add_discrepancies(build, loaded, reporter, OutcomeIndex())


def _reference(build: Builder, curation: Curation, review: str, key: str, item: Mapping[str, Any]) -> None:
    number = key.rpartition("/")[2]
    subject, publication = iri("reference", key), publication_iri(curation, key)
    build.type(subject, "Reference")
    build.key(subject, key)
    build.link(subject, "inReview", iri("review", review))
    build.put(subject, "referenceNumber", number, "integer")
    build.link(subject, "citesPublication", publication)
    if publication != iri("publication", key):
        return  # described where the other review cites it
    build.type(publication, "Publication")
    build.key(publication, key)
    title = str(item.get("title", ""))
    if title:
        build.put(publication, "title", title)
    for name, term in (("DOI", "doi"), ("PMID", "pmid"), ("container-title", "journal")):
        build.put(publication, term, str(item[name]) if item.get(name) else None)
    for name, prefix in (("DOI", "doi"), ("PMID", "pubmed")):
        if item.get(name):  # a DOI that is printed wrongly stands in the item's note, and in a discrepancy
            build.exact_match(publication, foreign_iri(prefix, str(item[name])))
    year = (item.get("issued") or {}).get("date-parts", [[None]])[0][0]
    build.put(publication, "year", str(year) if year else None, "integer")
    for author in item.get("author", ()):
        name = author.get("literal") or " ".join(part for part in (author.get("family"), author.get("given")) if part)
        build.put(publication, "authorName", name)


def _statements(build: Builder, curation: Curation, loaded: Loaded, reporter: Reporter) -> None:
    review: Review = loaded.record
    owner = review.review
    for section, kind, name in (
        ("approvals", "approval", "Approval"),
        ("recommendations", "recommendation", "Recommendation"),
        ("definitions", "definition", "Definition"),
        ("background", "background", "BackgroundFigure"),
    ):
        for key, record in getattr(review, section).items():
            subject = iri(kind, owner, key)
            build.origin(subject, loaded.source, (section, key))
            build.type(subject, name)
            build.key(subject, f"{owner}/{key}")
            _statement(build, curation, subject, record)
            for at in record.at:
                reporter.add(subject, at, key, record.value if section == "background" else None)
            if section == "background":
                value = f"{iri('report', owner, record.at[0].place)}/{subject.removeprefix(iri(''))}"
                build.link(subject, "acceptedValue", value.replace("/report/", "/value/", 1))


def _statement(build: Builder, curation: Curation, subject: str, record: Any) -> None:
    """Add what the kinds of statement share: each part where the record has it."""
    given = record.model_dump(exclude_unset=False)
    for name in ("gloss", "subject"):
        if given.get(name):
            text = getattr(record, name)
            build.label(subject, text.en, text.zh)
    if given.get("criteria") and not isinstance(given["criteria"], str):
        build.text(subject, "definitionText", record.criteria)
        build.link(subject, "isAbout", iri(record.term))
    if given.get("setting") is not None:
        build.link(subject, "appliesToIndication", add_indication(build, curation, record.disease, record.setting))
    if given.get("regimen"):
        build.link(subject, "concernsRegimen", add_regimen(build, curation, record.regimen))
    if given.get("according_to"):
        _authority(build, curation, subject, given["according_to"])
    if given.get("disease") and given.get("setting") is None:
        build.link(subject, "isAbout", iri("disease", given["disease"]))
    for name in ("agency", "body"):
        if given.get(name):
            build.link(subject, "issuedBy", iri("organisation", given[name]))
    build.put(subject, "year", str(given["year"]) if given.get("year") else None, "integer")
    build.put(subject, "edition", given.get("edition"))
    if given.get("direction"):
        build.link(subject, "hasDirection", iri("direction", given["direction"]))
    if given.get("strength"):
        build.link(subject, "hasStrength", iri("recommendation-strength", given["strength"]))
    if given.get("status"):
        build.link(subject, "hasApprovalStatus", iri("approval-status", given["status"]))
    for study in given.get("based_on") or ():
        build.link(subject, "basedOnStudy", iri("study", study))
    if given.get("measure"):
        characteristic = given["measure"] in curation.known.by_kind.get("characteristic", frozenset())
        build.link(subject, "hasEndpoint", iri("characteristic" if characteristic else "endpoint", given["measure"]))
        build.link(subject, "hasStatistic", iri("statistic", given["statistic"]))
        build.link(subject, "hasUnit", given["unit"] and iri("unit", given["unit"]))
        add_dimensions(build, subject, "", record)


def add_target_assertions(build: Builder, curation: Curation) -> None:
    """Add one assertion for each (agent, action, target): stated where a review says so, else general knowledge."""
    asserted: dict[tuple[str, str, str], list[tuple[Loaded, str, Any]]] = {}
    for (section, key), loaded in curation.vocabulary.items():
        if section in ("drugs", "drug_classes"):
            for target, action in loaded.record.targets.items():
                asserted[key, action, target] = []
    for loaded in curation.reviews.values():
        for key, record in loaded.record.target_assertions.items():
            asserted.setdefault((record.agent, record.action, record.target), []).append((loaded, key, record))
    for (agent, action, target), stated in sorted(asserted.items()):
        subject = iri("target-assertion", agent, action, target)
        with build.into(graph("vocabulary")):
            build.type(subject, "TargetAssertion")
            build.link(subject, "concernsAgent", intervention_iri(curation, agent))
            build.link(subject, "assertsAction", iri("target-action", action))
            build.link(subject, "assertsTarget", iri("target", target))
            build.link(
                subject, "hasKnowledgeBasis", iri("knowledge-basis", "stated" if stated else "general-knowledge")
            )
        for loaded, key, record in stated:
            review = loaded.record
            reporter = Reporter(build, review.review, review.review, review.places, curation.spans)
            build.origin(subject, loaded.source, ("target_assertions", key))
            for at in record.at:
                reporter.add(subject, at, key)


def _authority(build: Builder, curation: Curation, subject: str, key: str) -> None:
    """Say whose definition it is: an organisation's, or that of the publication behind a reference."""
    if key in curation.references:
        build.cite(subject, publication_iri(curation, key))
    else:
        build.link(subject, "issuedBy", iri("organisation", key))
