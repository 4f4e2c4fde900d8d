"""Validate: SHACL shapes, rule queries and the reasoner, over curated records or any RDF file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.check.finding import Finding, as_json, as_text, as_turtle, with_origins
from kg.check.rdf_files import read_rdf
from kg.check.rule_queries import ONTOLOGY_RULES, load_rules, run_rules
from kg.check.shacl import check_shapes, shapes_graph, to_rdflib
from kg.ontology import ontology_quads
from kg.rdf import Origin
from kg.reason import check_consistency
from kg.terms import BASE, DCTERMS, OKG, STATEMENT_KINDS, graph

__all__ = [
    "Finding",
    "as_json",
    "as_text",
    "as_turtle",
    "reason_findings",
    "reasoner_input",
    "validate_files",
    "validate_quads",
]

# Annotations of a term that name an entry of the vocabulary, or a review that its definition is taken from.
_NAMES_DATA = (ox.NamedNode(OKG + "vocabularyClass"), ox.NamedNode(DCTERMS + "source"))


def validate_quads(quads: Iterable[ox.Quad], origins: Mapping[str, Origin]) -> list[Finding]:
    """The findings of shapes and rule queries on asserted quads, in order, each with its place in the records."""
    told: list[ox.Quad] = []
    axioms: list[ox.Quad] = []
    for quad in quads:
        (axioms if _only_an_axiom_names(quad) else told).append(quad)
    store = ox.Store()
    store.bulk_extend(told)
    data = to_rdflib({quad.triple for quad in told})
    findings = [*check_shapes(data, shapes_graph()), *run_rules(store, load_rules())]
    store.bulk_extend(axioms)
    findings += run_rules(store, load_rules(ONTOLOGY_RULES))
    return with_origins(findings, dict(origins))


def _only_an_axiom_names(quad: ox.Quad) -> bool:
    """Whether the quad is of the ontology but tells of no term: an axiom's parts, or an individual that it names.

    Such an individual (a target in EGFRTargetedADC, say) is described by the vocabulary, which need not be at hand when
    outside data are validated.
    """
    if quad.graph_name != ox.NamedNode(graph("ontology")):
        return False
    subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
    term = subject.startswith(OKG) or subject == BASE  # the base itself is the project, who made the ontology
    return not term or isinstance(quad.object, ox.BlankNode) or quad.predicate in _NAMES_DATA


def validate_files(paths: Iterable[Path]) -> tuple[list[Finding], set[ox.Quad]]:
    """The findings on RDF files, and what was validated: the files with the ontology and its closed lists.

    Raises RdfSyntaxError with file and line.
    """
    quads = {quad for path in paths for quad in read_rdf(path)}
    given = {quad.triple for quad in quads}
    quads |= {quad for quad in ontology_quads() if quad.triple not in given}
    return validate_quads(quads, {}), quads


def reasoner_input(quads: Iterable[ox.Quad]) -> bytes:
    """What HermiT is given of the quads, as N-Triples."""
    kept = {quad.triple for quad in quads if not _stays_out(quad)}
    return ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES) or b""


def reason_findings(quads: Iterable[ox.Quad]) -> tuple[list[Finding], list[str]]:
    """What HermiT finds wrong, and why it was skipped where it was.

    It sees ontology, vocabulary, regimens, groups and settings; statements, reports and mappings carry no class axioms
    and stay out (DESIGN section 4).
    """
    report = check_consistency(reasoner_input(quads))
    if report.skipped:
        return [], [f"reasoner: {report.skipped}"]
    findings = []
    if not report.consistent:
        en = f"ontology and data contradict each other: {report.explanation}".rstrip(": ")
        findings.append(_reasoned(BASE + "ontology/", en, "本体与数据相互矛盾"))
    en, zh = "the class can have no member: its axioms contradict each other", "该类不可能有成员：其公理相互矛盾"
    findings.extend(_reasoned(name, en, zh) for name in report.unsatisfiable)
    return findings, []


def _reasoned(focus: str, en: str, zh: str) -> Finding:
    return Finding("violation", "reasoner/HermiT", focus, "", "", en, zh)


def _stays_out(quad: ox.Quad) -> bool:
    """Whether a quad tells of a statement, of what a source prints, or of the identifiers of others."""
    name = str(getattr(quad.graph_name, "value", ""))
    if name.startswith(graph("source")) or name == graph("mappings"):
        return True
    ends = [getattr(term, "value", "") for term in (quad.subject, quad.object)]
    return any(str(end).startswith(STATEMENT_KINDS) for end in ends)
