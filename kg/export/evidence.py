"""The evidence table: one row for each report of an outcome or characteristic.

It is read from the graph by SPARQL, so that it shows what the graph holds, and not what the records hold beside it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kg.export import solutions
from kg.export.formats import ReleaseGraph
from kg.terms import BASE

__all__ = ["COLUMNS", "evidence_rows", "to_csv", "write_parquet", "write_tables"]

COLUMNS = (
    "report", "outcome", "review", "locator", "references", "study", "study_label", "registry_ids", "design", "phase",
    "disease", "setting", "arm", "role", "regimen", "population", "endpoint", "statistic", "event", "timepoint_months",
    "value", "value_status", "unit", "ci_lower", "ci_upper", "p_value", "numerator", "denominator", "accepted_value",
    "printed", "discrepancies", "value_high", "value_qualifier", "significance", "counted", "analysis", "criteria",
    "adjustment",
)  # fmt: skip

Row = dict[str, str]

# One row a report. What may stand more than once (references, facets, discrepancies …) is asked for on its own below.
_REPORTS = """
SELECT * WHERE {
  ?report okg:reports ?outcome ; okg:printedValue ?value ; okg:printedAt ?place ; okg:printed ?printed .
  ?place okg:inSource/okg:key ?review ; okg:locator ?locator .
  ?bearer okg:hasOutcome|okg:hasCharacteristic ?outcome .
  ?outcome okg:hasEndpoint ?endpoint ; okg:hasStatistic ?statistic .
  ?value okg:hasValueStatus ?status .
  OPTIONAL { ?outcome okg:hasUnit ?unit }
  OPTIONAL { ?outcome okg:hasEvent/okg:key ?event }
  OPTIONAL { ?outcome okg:timePointMonths ?months }
  OPTIONAL { ?outcome okg:counts ?counted }
  OPTIONAL { ?outcome okg:inAnalysis/okg:key ?analysis }
  OPTIONAL { ?outcome okg:byCriteria ?criteria }
  OPTIONAL { ?outcome okg:hasAdjustment ?adjustment }
  OPTIONAL { ?outcome okg:acceptedValue ?accepted . ?accepted okg:hasValueStatus ?accepted_status
             OPTIONAL { ?accepted okg:printedText ?accepted_text }
             OPTIONAL { ?accepted okg:valueHigh ?accepted_high } }
  OPTIONAL { ?value okg:printedText ?text }
  OPTIONAL { ?value okg:valueHigh ?high }
  OPTIONAL { ?value okg:ciText ?ci }
  OPTIONAL { ?value okg:pText ?p }
  OPTIONAL { ?value okg:significance ?significance }
  OPTIONAL { ?value okg:numerator ?numerator }
  OPTIONAL { ?value okg:denominator ?denominator }
  OPTIONAL { ?value okg:hasQualifier ?qualifier }
}
"""
_STUDIES = """
SELECT * WHERE {
  ?study okg:key ?key ; rdfs:label ?label ; okg:hasDesign ?design ; okg:hasIndication ?indication .
  FILTER(lang(?label) = "en")
  OPTIONAL { ?study okg:phaseLabel ?phase }
}
"""
_GROUPS = """
SELECT * WHERE {
  ?study okg:hasGroup|okg:hasInvestigationalGroup ?bearer . ?bearer okg:key ?arm ; okg:hasRole ?role .
  OPTIONAL { ?bearer okg:receives ?regimen }
  OPTIONAL { ?bearer okg:hasIndication ?indication }
}
"""
_COMPARISONS = """
SELECT * WHERE {
  ?study okg:hasComparison ?bearer . ?bearer okg:key ?arm ; okg:testGroup ?test .
  OPTIONAL { ?bearer okg:referenceGroup ?reference }
}
"""
_INDICATIONS = """
SELECT * WHERE { ?indication okg:hasDisease/okg:key ?disease ; okg:hasSetting ?setting }
"""
# Name → query of ?of (the thing) and ?value, of which there may be several.
_LISTS = {
    "references": """SELECT ?of ?value WHERE {
        ?of okg:reportedIn ?publication . ?reference okg:citesPublication ?publication ; okg:key ?value }""",
    "registry": "SELECT ?of ?value WHERE { ?of okg:registryId ?value }",
    "facets": "SELECT ?of ?value WHERE { ?of okg:hasFacet/okg:key ?value }",
    "components": "SELECT ?of ?value WHERE { ?of okg:hasComponent ?component BIND(STR(?component) AS ?value) }",
    "agents": "SELECT ?of ?value WHERE { ?of (okg:hasAgent|okg:oneOf)/okg:key ?value }",
    "details": """SELECT ?of ?value WHERE {
        { ?of okg:inPhase/okg:key ?value } UNION { ?of okg:extent ?value . ?of a okg:RegimenComponent }
        UNION { ?of okg:step ?step BIND(CONCAT("step ", STR(?step)) AS ?value) } }""",
    "population": "SELECT ?of ?value WHERE { ?of okg:population ?value }",
    "cited": "SELECT ?of ?value WHERE { ?of okg:printedAt/okg:citesReference/okg:key ?value }",
    "discrepancies": "SELECT ?of ?value WHERE { ?case okg:isAbout ?of ; okg:key ?value ; a okg:Discrepancy }",
}


def evidence_rows(graph: ReleaseGraph) -> list[Row]:
    """The rows of the table, sorted by report; every column is text, empty where the graph says nothing."""
    bearers = _bearers(graph)
    lists = {name: solutions.lists(graph, query) for name, query in _LISTS.items()}
    rows = [_row(report, bearers[report["bearer"]], lists) for report in solutions.rows(graph, _REPORTS)]
    return sorted(rows, key=lambda row: row["report"])


def _bearers(graph: ReleaseGraph) -> dict[str, Row]:
    """Groups and comparisons by IRI, each with its study, its disease and setting, and what it receives."""
    studies = {row["study"]: row for row in solutions.rows(graph, _STUDIES)}
    groups = {row["bearer"]: row for row in solutions.rows(graph, _GROUPS)}
    comparisons = {row["bearer"]: _compared(row, groups) for row in solutions.rows(graph, _COMPARISONS)}
    indications = {row["indication"]: row for row in solutions.rows(graph, _INDICATIONS)}
    found = {}
    for bearer, row in (groups | comparisons).items():
        study = studies[row["study"]]
        found[bearer] = {**study, **row, **indications[row.get("indication", study["indication"])]}
    return found


def _compared(row: Row, groups: Mapping[str, Row]) -> Row:
    """A comparison with the regimens of its groups; within a subgroup it speaks of that subgroup's patients."""
    test, reference = groups[row["test"]], groups.get(row.get("reference", ""))
    row = {**row, "regimen": test.get("regimen", ""), "against": (reference or {}).get("regimen", "")}
    indication = test.get("indication")
    if indication and (reference is None or reference.get("indication") == indication):
        row["indication"] = indication
    return row


def _key(iri: str | None) -> str:
    return (iri or "").rpartition("/")[2]


def _row(report: Mapping[str, str], bearer: Mapping[str, str], lists: Mapping[str, Mapping[str, list[str]]]) -> Row:
    study = bearer["study"]
    references = [key for key in lists["references"].get(study, ()) if key.startswith(report["review"] + "/")]
    cited = [key for key in lists["cited"].get(report["report"], ()) if key in references]
    about = {*lists["discrepancies"].get(report["report"], ()), *lists["discrepancies"].get(report["outcome"], ())}
    text = report.get("text", "")
    high = text.rpartition("-")[2] if "high" in report else ""
    lower, _, upper = report.get("ci", "").partition(" to ")
    accepted = _key(report.get("accepted_status"))
    return {
        "report": report["report"].removeprefix(BASE),
        "outcome": report["outcome"].removeprefix(BASE),
        "review": report["review"],
        "locator": report["locator"],
        "references": " ".join(sorted((key.rpartition("/")[2] for key in cited or references), key=int)),
        "study": bearer["key"],
        "study_label": bearer["label"],
        "registry_ids": " ".join(lists["registry"].get(study, ())),
        "design": _key(bearer["design"]),
        "phase": bearer.get("phase", ""),
        "disease": bearer["disease"],
        "setting": " + ".join(lists["facets"].get(bearer["setting"], ())),
        "arm": bearer["arm"].replace("-vs-", " vs ") if "role" not in bearer else bearer["arm"],
        "role": _key(bearer.get("role")) or "comparison",
        "regimen": _either_side(_regimen(bearer.get(side, ""), lists) for side in ("regimen", "against")),
        "population": _either_side(
            " + ".join(lists["population"].get(group, ()))
            for group in (bearer.get("test", report["bearer"]), bearer.get("reference", ""))
        ),
        "endpoint": _key(report["endpoint"]),
        "statistic": _key(report["statistic"]),
        "event": report.get("event", "").replace("_", " "),
        "timepoint_months": report.get("months", ""),
        "value": text.removesuffix(f"-{high}") if high else text,
        "value_status": _key(report["status"]),
        "unit": _key(report.get("unit")),
        "ci_lower": lower if lower != "open" else "",
        "ci_upper": upper if upper != "open" else "",
        "p_value": report.get("p", ""),
        "numerator": report.get("numerator", ""),
        "denominator": report.get("denominator", ""),
        "accepted_value": _low(report, "accepted") or (accepted if accepted != "reported" else ""),
        "printed": report["printed"],
        "discrepancies": " ".join(sorted(about)),
        "value_high": high,
        "value_qualifier": _key(report.get("qualifier")),
        "significance": report.get("significance", ""),
        "counted": _key(report.get("counted")),
        "analysis": report.get("analysis", ""),
        "criteria": _key(report.get("criteria")),
        "adjustment": _key(report.get("adjustment")),
    }


def _low(report: Mapping[str, str], name: str) -> str:
    """The figure as printed; of a range its lower end."""
    text = report.get(f"{name}_text", "")
    return text.rpartition("-")[0] if f"{name}_high" in report else text


def _either_side(sides: Iterable[str]) -> str:
    """What both groups of a comparison have in common, else "test vs reference"; of a group its own."""
    return " vs ".join(dict.fromkeys(side for side in sides if side))


def _regimen(regimen: str, lists: Mapping[str, Mapping[str, list[str]]]) -> str:
    """The components joined by " + ", choices by " / ", phase and extent in brackets."""
    parts = []
    for component in lists["components"].get(regimen, ()):
        agent = " / ".join(lists["agents"].get(component, ()))
        details = ", ".join(lists["details"].get(component, ()))
        parts.append(f"{agent} ({details})" if details else agent)
    return " + ".join(parts)


def to_csv(rows: Iterable[Row]) -> str:
    """The table as CSV (RFC 4180, but lines end in a line feed)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_parquet(rows: list[Row], path: Path) -> None:
    """The table as Parquet, every column text."""
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS})
    pq.write_table(table, path)


def write_tables(graph: ReleaseGraph, folder: Path) -> None:
    """The table in both formats."""
    rows = evidence_rows(graph)
    (folder / "evidence.csv").write_text(to_csv(rows), encoding="utf-8")
    write_parquet(rows, folder / "evidence.parquet")
