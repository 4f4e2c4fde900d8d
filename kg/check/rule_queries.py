"""Rules across records: queries under queries/checks/ that must return no row (in the manner of ROBOT and Mondo).

A rule is a SELECT of ?entity ?property ?value with a header of comment lines:

    #+ severity: violation
    #+ message: {en: "…", zh: "…"}

A rule about the ontology (queries/checks/ontology/) gives, instead of a message, the problem and its solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import yaml

from kg.check.finding import SEVERITIES, Finding
from kg.errors import QueryError
from kg.paths import QUERIES, display

__all__ = ["ONTOLOGY_RULES", "RECORD_RULES", "Rule", "load_rules", "run_rules"]

RECORD_RULES = QUERIES / "checks"
"""The rules about what records say, which see no part of an axiom."""
ONTOLOGY_RULES = RECORD_RULES / "ontology"
"""The rules about the ontology and its use, which see all of it."""


@dataclass(frozen=True)
class Rule:
    """A rule: its name (the file's), how grave a break is, what it says in both languages, and its query."""

    name: str
    severity: str
    message: str
    message_zh: str
    query: str


def load_rules(folder: Path = RECORD_RULES) -> list[Rule]:
    """All rules of the folder in order of name. Raises QueryError where a header is missing or wrong."""
    return [_rule(path) for path in sorted(folder.glob("*.rq"))]


def _rule(path: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    header = "\n".join(line.removeprefix("#+").strip() for line in text.splitlines() if line.startswith("#+"))
    try:
        given = yaml.safe_load(header) or {}
        severity, message, message_zh = given["severity"], _message(given, "en"), _message(given, "zh")
        rule = Rule(path.stem, severity, message, message_zh, text)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise QueryError(
            f"{display(path)}: the header needs severity and message, or problem and solution (en, zh): {error}"
        ) from error
    if severity not in SEVERITIES:
        raise QueryError(f"{display(path)}: severity is {severity!r}: write one of {', '.join(SEVERITIES)}")
    return rule


def _message(header: dict[str, dict[str, str]], language: str) -> str:
    if "problem" not in header:
        return header["message"][language]
    return ("；" if language == "zh" else "; ").join((header["problem"][language], header["solution"][language]))


def run_rules(store: ox.Store, rules: Iterable[Rule]) -> Iterator[Finding]:
    """One finding for each row of each rule; in a message, {value} and {entity} stand for what the row gives."""
    for rule in rules:
        for row in cast(ox.QuerySolutions, store.query(rule.query, use_default_graph_as_union=True)):
            entity, value = _text(row["entity"]), _text(row["value"])
            yield Finding(
                rule.severity,
                rule.name,
                entity,
                _text(row["property"]),
                value,
                rule.message.replace("{value}", value),
                rule.message_zh.replace("{value}", value),
            )


def _text(term: object) -> str:
    return str(getattr(term, "value", "") or "")
