"""Every rule finds nothing in its good fixtures, and in its bad ones exactly the rows that they state.

A bad fixture states each row beside what causes it: `# finds: value/orr value 640` (entity, property, value).
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.check.rdf_files import read_rdf
from kg.check.rule_queries import ONTOLOGY_RULES, RECORD_RULES, Rule, load_rules, run_rules
from kg.errors import QueryError
from kg.terms import BASE

HERE = Path(__file__).parent / "rules"
ONTOLOGY = {rule.name for rule in load_rules(ONTOLOGY_RULES)}
RULES = {rule.name: rule for folder in (RECORD_RULES, ONTOLOGY_RULES) for rule in load_rules(folder)}
GOOD = sorted(HERE.glob("*/good-*"))
BAD = sorted(HERE.glob("*/bad-*"))

Row = tuple[str, str, str]


def short(name: str) -> str:
    return name.removeprefix(BASE)


def rows(fixture: Path) -> Counter[Row]:
    store = ox.Store()
    store.bulk_extend(read_rdf(fixture))
    found = run_rules(store, [RULES[fixture.parent.name]])
    return Counter((short(each.focus), re.split("[/#]", each.path)[-1], short(each.value)) for each in found)


def stated(fixture: Path) -> Counter[Row]:
    lines = fixture.read_text(encoding="utf-8").splitlines()
    parts = [line.removeprefix("# finds: ").split(" ", 2) for line in lines if line.startswith("# finds: ")]
    return Counter((part[0], part[1], part[2] if len(part) > 2 else "") for part in parts)


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("fixture", GOOD, ids=name)
def test_good_fixture_has_no_row(fixture: Path) -> None:
    assert rows(fixture) == Counter()


@pytest.mark.parametrize("fixture", BAD, ids=name)
def test_bad_fixture_has_the_rows_that_it_states(fixture: Path) -> None:
    expected = stated(fixture)
    assert expected, "a bad fixture states the rows that it causes"
    assert rows(fixture) == expected


def test_every_rule_has_good_and_bad_fixtures() -> None:
    assert {path.parent.name for path in GOOD} == set(RULES)
    assert {path.parent.name for path in BAD} == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_rule_speaks_both_languages(rule: Rule) -> None:
    assert rule.message.strip()
    assert re.search("[\u4e00-\u9fff]", rule.message_zh)
    assert ("{value}" in rule.message) == ("{value}" in rule.message_zh)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_rule_names_only_prefixes_that_it_uses(rule: Rule) -> None:
    declared = re.findall(r"^PREFIX ([\w-]+):", rule.query, flags=re.MULTILINE)
    body = rule.query.partition("SELECT")[2]
    assert [prefix for prefix in declared if not re.search(rf"(?<![\w-]){prefix}:", body)] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT * {}", "needs severity and message"),
        (
            "#+ severity: grave\n#+ message: {en: a, zh: b}\nSELECT * {}",
            "'grave': write one of violation, warning, info",
        ),
        ("#+ severity: warning\n#+ message: {en: a}\nSELECT * {}", "'zh'"),
        ("#+ severity: [\nSELECT * {}", "the header needs"),
    ],
)
def test_wrong_header_says_what_it_needs(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "some-rule.rq").write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match=re.escape(told)) as caught:
        load_rules(tmp_path)
    assert "some-rule.rq" in str(caught.value)


def test_all_rules_are_files_of_queries() -> None:
    assert sorted(RULES) == sorted(path.stem for path in RECORD_RULES.rglob("*.rq"))


@pytest.mark.parametrize("name", sorted(ONTOLOGY))
def test_rule_about_the_ontology_gives_problem_and_solution(name: str) -> None:
    text = (ONTOLOGY_RULES / f"{name}.rq").read_text(encoding="utf-8")
    assert re.findall(r"^#\+ (\w+):", text, flags=re.MULTILINE) == ["severity", "problem", "solution"]
