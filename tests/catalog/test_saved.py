"""Reading saved queries: the shipped ones, and every way in which one can be wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest

from kg.catalog import Catalog, SavedQuery
from kg.catalog.blocks import find_blocks, has_modifiers, replace_blocks
from kg.errors import QueryParameterError, RecordError, UnknownQueryError
from kg.paths import QUERIES

FIXTURES = Path(__file__).resolve().parents[1] / "web" / "queries"

HEADER = """#+ name: q
#+ title: {en: Title, zh: 标题}
#+ description: {en: Description, zh: 说明}
"""
TARGET = "#+ parameters:\n#+   target: {type: iri, kind: target, default: egfr, label: {en: target, zh: 靶点}}\n"
BLOCK = "VALUES ?target { <https://w3id.org/oncokg/target/egfr> }"
BODY = f"SELECT * WHERE {{ {BLOCK} ?s ?p ?target }}"


def write(folder: Path, text: str, name: str = "q") -> Path:
    subject = folder / "subject"
    subject.mkdir(exist_ok=True)
    path = subject / f"{name}.rq"
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> str:
    with pytest.raises(RecordError) as raised:
        SavedQuery.read(write(folder, text))
    assert all(problem.file.endswith("q.rq") for problem in raised.value.problems)
    return str(raised.value)


@pytest.mark.parametrize("folder", [FIXTURES, QUERIES], ids=["fixtures", "shipped"])
def test_every_query_parses_as_it_stands_and_bound(folder: Path) -> None:
    store = pyoxigraph.Store()
    for query in Catalog.load(folder):
        store.query(query.text)
        terms = dict.fromkeys(query.parameters, "UNDEF")
        bound = query.bind(terms, limit=1 if query.pages else None, offset=2 if query.pages else None)
        store.query(bound)
        assert bound.count("UNDEF") >= len(terms), query.name


def test_reading(tmp_path: Path) -> None:
    query = SavedQuery.read(write(tmp_path, HEADER + TARGET + BODY))
    assert (query.name, query.subject, query.title.zh) == ("q", "subject", "标题")
    assert query.parameters["target"].kind == "target"
    assert query.pages
    assert not query.speaks


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("SELECT * {}", 1, "no header"),
        (HEADER.replace("name: q", "name: other") + "ASK {}", 1, "must be the file name, q"),
        (HEADER.replace(", zh: 标题", "") + "ASK {}", 2, "title.zh"),
        (HEADER.replace("en: Description, ", "") + "ASK {}", 3, "description.en"),
        (HEADER + "#+ titel: x\nASK {}", 4, "titel"),
        (HEADER + "#+ keywords: [a\nASK {}", 4, "not YAML"),
        (HEADER + TARGET + "ASK {}", 5, "has no block"),
        (HEADER + "SELECT ?now (rand ( ) AS ?x) {}", 1, "calls RAND, but the same release must give the same rows"),
        (HEADER + TARGET + BODY.replace("egfr", "her2"), 5, "default is egfr in the header"),
        (
            HEADER + TARGET + f"SELECT * {{ ?s ?p ?target {BLOCK} }}",
            5,
            "must head",
        ),
        (
            HEADER + TARGET + f"SELECT * {{ ?s ?p ?target }} {BLOCK}",
            5,
            "must head",
        ),
        (HEADER + TARGET.replace("kind: target, ", "") + BODY, 5, "names a kind"),
        (HEADER + TARGET.replace("default: egfr", "any: true") + BODY, 5, "UNDEF in the header"),
        (HEADER + TARGET.replace("default: egfr, ", "") + BODY, 5, "either a default or"),
        (HEADER + TARGET.replace("target:", "limit:").replace("kind: limit", "kind: target") + BODY, 5, "reserved"),
        (HEADER + TARGET.replace("iri, kind: target", "iris") + BODY, 5, "iri"),
        (HEADER + 'ASK { VALUES ?lang { "zh" } }', 1, "?lang"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    found = problems(tmp_path, text)
    assert message in found
    assert f"q.rq:{line}: " in found


NUMBER = '#+ parameters:\n#+   p: {type: decimal, default: "0.05", maximum: "1", label: {en: P, zh: P值}}\n'


@pytest.mark.parametrize("held", ["0.05", "0.050", '"0.05"^^<http://www.w3.org/2001/XMLSchema#decimal>', "+0.05"])
def test_numbers_are_compared_as_numbers(tmp_path: Path, held: str) -> None:
    text = HEADER + NUMBER + f"ASK {{ VALUES ?p {{ {held} }} FILTER(?p < 1) }}"
    assert SavedQuery.read(write(tmp_path, text)).parameters["p"].default == "0.05"


@pytest.mark.parametrize("held", ["0.5", "UNDEF", '"x"'])
def test_a_different_number_is_refused(tmp_path: Path, held: str) -> None:
    assert "default is 0.05" in problems(tmp_path, HEADER + NUMBER + f"ASK {{ VALUES ?p {{ {held} }} }}")


def test_a_default_out_of_range_is_refused(tmp_path: Path) -> None:
    text = HEADER + NUMBER.replace("0.05", "1.5") + "ASK { VALUES ?p { 1.5 } }"
    assert "default is 1.5" in problems(tmp_path, text)


def test_a_catalog_reports_all_files_at_once(tmp_path: Path) -> None:
    write(tmp_path, HEADER + BODY.replace("VALUES", "#"))
    write(tmp_path, "ASK {}", "a")
    write(tmp_path, "ASK {}", "b")
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "rule.rq").write_text("ASK {}", "utf-8")
    with pytest.raises(RecordError) as raised:
        Catalog.load(tmp_path)
    assert [Path(problem.file).name for problem in raised.value.problems] == ["a.rq", "b.rq"]


def test_names_are_unique_over_subjects(tmp_path: Path) -> None:
    write(tmp_path, HEADER + "ASK {}")
    (tmp_path / "tcejbus").mkdir()
    (tmp_path / "tcejbus" / "q.rq").write_text(HEADER + "ASK {}", "utf-8")
    with pytest.raises(RecordError, match="also a query of the subject subject"):
        Catalog.load(tmp_path)


def test_unknown_names() -> None:
    catalog = Catalog.load(FIXTURES)
    with pytest.raises(UnknownQueryError, match="Did you mean drugs-by-target"):
        catalog.get("drug-by-targets")
    with pytest.raises(UnknownQueryError, match="There are: best-rates"):
        catalog.get("zzz")
    with pytest.raises(UnknownQueryError, match="plain data files"):
        Catalog.empty().get("zzz")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", True),
        ("VALUES (?a ?b) { (1 2) } BIND(IF(?a = (1), '{', ')') AS ?c) VALUES ?d { 1 2 } # ?s ?p ?o\n", True),
        ("?s ?p ?o .", False),
        ("?s ?p ?o VALUES ?a { 1 }", False),
        ("OPTIONAL { ?s ?p ?o }", False),
        ("?s ?p ?o BIND(1 AS ?a)", False),
    ],
)
def test_what_may_stand_before_a_block(before: str, expected: bool) -> None:
    assert [block.at_head for block in find_blocks(f"ASK {{ {before} VALUES ?x {{ 7 }} }}") if block.value == "7"] == [
        expected
    ]


def test_blocks_are_found_where_they_stand_and_nowhere_else() -> None:
    text = """# VALUES ?x { 1 }
    PREFIX t: <http://t/>
    SELECT * { VALUES ?x { t:a } VALUES ?y{UNDEF} { SELECT * { VALUES ?x { <http://t/a> } ?s ?p 'VALUES ?x { 2 }' } }
      VALUES (?x ?z) { (1 2) } VALUES ?x { 1 2 } OPTIONAL { ?a ?b ?x VALUES ?x { -1.5 } } }"""
    found = [(block.variable, block.value, block.at_head) for block in find_blocks(text)]
    assert found == [("x", "http://t/a", True), ("y", None, True), ("x", "http://t/a", True), ("x", "-1.5", False)]
    bound = replace_blocks(text, find_blocks(text), {"x": "<http://t/b>"})
    assert len(re.findall(r"VALUES \?x \{ <http://t/b> \}", bound)) == 3
    assert "# VALUES ?x { 1 }" in bound
    assert "'VALUES ?x { 2 }'" in bound


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s ?p ?o }", False),
        ("SELECT * { ?s ?p ?o } ORDER BY ?limit # LIMIT 5", False),
        ("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 5 } }", False),
        ("SELECT * { ?s ?p ?o } LIMIT 5", True),
        ("SELECT * { ?s ?p ?o } offset 5", True),
        ("SELECT * { ?s ?p ?o } VALUES ?s { <a> }", True),
        ("SELECT * { ?s ?p ?o } VALUES (?s ?p) { (<a> <b>) }", True),
        ("SELECT * { VALUES ?s { <a> } }", False),
    ],
)
def test_modifiers_at_the_end(text: str, expected: bool) -> None:
    assert has_modifiers(text) is expected


def test_a_page_of_a_query_with_its_own_limit(tmp_path: Path) -> None:
    query = SavedQuery.read(write(tmp_path, HEADER + "SELECT * { ?s ?p ?o } LIMIT 5"))
    with pytest.raises(QueryParameterError, match="its own limit"):
        query.bind({}, limit=1)
    assert query.bind({}) == query.text


def test_a_page_after_a_comment_at_the_end(tmp_path: Path) -> None:
    query = SavedQuery.read(write(tmp_path, HEADER + "SELECT * { ?s ?p ?o } # the end"))
    assert query.bind({}, limit=2, offset=1).splitlines()[-2:] == ["LIMIT 2", "OFFSET 1"]
