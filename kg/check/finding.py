"""What validation finds: one finding for each rule that a thing breaks, in words, with the place in the records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

from kg.rdf import Origin
from kg.terms import BASE, OKG

__all__ = ["SEVERITIES", "Finding", "as_json", "as_text", "as_turtle", "with_origins"]

SEVERITIES = ("violation", "warning", "info")
_SHACL = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}


@dataclass(frozen=True)
class Finding:
    """One thing that breaks one rule: `focus` is its IRI, `path` the property meant, `value` what stands there."""

    severity: str
    rule: str
    focus: str
    path: str
    value: str
    message: str
    message_zh: str = ""
    file: str = ""
    line: int = 0

    def sort_key(self) -> tuple[object, ...]:
        """Violations first, then by place."""
        return (SEVERITIES.index(self.severity), self.file, self.line, self.rule, self.focus, self.path, self.value)


def with_origins(findings: Iterable[Finding], origins: dict[str, Origin]) -> list[Finding]:
    """The findings in order, each with the file and line of the record that its focus comes from."""
    located = []
    for finding in findings:
        origin = _origin(finding.focus, origins) or _origin(finding.value, origins)
        located.append(replace(finding, file=origin.file, line=origin.line) if origin else finding)
    return sorted(set(located), key=Finding.sort_key)


def _origin(subject: str, origins: dict[str, Origin]) -> Origin | None:
    """The origin of a thing, or of the thing that its IRI stands under (a group's study, for instance)."""
    while subject.startswith(BASE):
        if subject in origins:
            return origins[subject]
        subject = subject.rpartition("/")[0]
    return None


def _short(iri: str) -> str:
    return (
        "okg:" + iri.removeprefix(OKG)
        if iri.startswith(OKG)
        else iri.removeprefix(BASE)
        if iri.startswith(BASE)
        else iri
    )


def as_text(findings: list[Finding], skipped: Iterable[str] = ()) -> str:
    """One paragraph a finding, and a last line that counts them."""
    lines = []
    for finding in findings:
        where = f"{finding.file}:{finding.line}" if finding.file else _short(finding.focus)
        detail = [part for part in (_short(finding.path), finding.value and f"value: {_short(finding.value)}") if part]
        lines.append(f"{where}: {finding.severity}: {finding.message}")
        lines.append(f"    {_short(finding.focus)} {'; '.join(detail)} [{finding.rule}]".rstrip())
    lines += [f"skipped: {reason}" for reason in skipped]
    tally = {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES}
    verdict = "does not conform" if tally["violation"] else "conforms"
    lines.append(f"{verdict}: {tally['violation']} violations, {tally['warning']} warnings")
    return "\n".join(lines) + "\n"


def as_json(findings: list[Finding], skipped: Iterable[str] = ()) -> str:
    """{"conforms": …, "findings": […], "skipped": […]}, a finding with the names of its fields."""
    document = {
        "conforms": not any(finding.severity == "violation" for finding in findings),
        "findings": [vars(finding) for finding in findings],
        "skipped": list(skipped),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_turtle(findings: list[Finding]) -> str:
    """A SHACL validation report (SHACL section 3.6) over all findings, those of the rule queries included."""
    report = Graph()
    report.bind("sh", SH)
    report.bind("okg", OKG)
    node = BNode()
    report.add((node, RDF.type, SH.ValidationReport))
    report.add((node, SH.conforms, Literal(not any(finding.severity == "violation" for finding in findings))))
    for finding in findings:
        result = BNode()
        report.add((node, SH.result, result))
        report.add((result, RDF.type, SH.ValidationResult))
        report.add((result, SH.resultSeverity, _SHACL[finding.severity]))
        report.add((result, SH.focusNode, URIRef(finding.focus)))
        report.add(
            (
                result,
                SH.sourceConstraintComponent,
                URIRef(finding.rule if "://" in finding.rule else BASE + "rule/" + finding.rule),
            )
        )
        report.add((result, SH.resultMessage, Literal(finding.message, lang="en")))
        if finding.message_zh:
            report.add((result, SH.resultMessage, Literal(finding.message_zh, lang="zh")))
        if "://" in finding.path:
            report.add((result, SH.resultPath, URIRef(finding.path)))
        if finding.value:
            report.add((result, SH.value, URIRef(finding.value) if "://" in finding.value else Literal(finding.value)))
    return report.serialize(format="turtle")
