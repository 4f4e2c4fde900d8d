"""Rules across records: queries under queries/checks/ that must return no row (in the manner of ROBOT and Mondo).

A rule is a SELECT of ?entity ?property ?value with a header of comment lines:

    #+ severity: violation
    #+ message: {en: "…", zh: "…"}
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

__all__ = ["Rule", "load_rules", "run_rules"]


@dataclass(frozen=True)
class Rule:
    """A rule: its name (the file's), how grave a break is, what it says in both languages, and its query."""

    name: str
    severity: str
    message: str
    message_zh: str
    query: str


def load_rules(folder: Path = QUERIES / "checks") -> list[Rule]:
    """All rules in order of name. Raises QueryError where a header is missing or wrong."""
    return [_rule(path) for path in sorted(folder.glob("*.rq"))]


def _rule(path: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    header = "\n".join(line.removeprefix("#+").strip() for line in text.splitlines() if line.startswith("#+"))
    try:
        given = yaml.safe_load(header) or {}
        severity, message = given["severity"], given["message"]
        rule = Rule(path.stem, severity, message["en"], message["zh"], text)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise QueryError(f"{display(path)}: the header needs severity and message (en, zh): {error}") from error
    if severity not in SEVERITIES:
        raise QueryError(f"{display(path)}: severity is {severity!r}: write one of {', '.join(SEVERITIES)}")
    return rule


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
