"""Saved queries without a server, and the table for a terminal."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.catalog import Catalog, Directory, SavedQuery, answer, answer_once, format_table, open_query, prepare, run
from kg.catalog.terms import decimal_term, integer_term, iri_term, string_term
from kg.engine import BlockingEngine, Formats, Source
from kg.errors import QueryParameterError, UnknownQueryError

WEB = Path(__file__).resolve().parents[1] / "web"
CATALOG = Catalog.load(WEB / "queries")


@pytest.fixture(scope="module")
def engine() -> Iterator[BlockingEngine]:
    with BlockingEngine(Source.of_files([WEB / "data.trig"])) as started:
        yield started


def rows(engine: BlockingEngine, name: str, **given: str) -> list[str]:
    work = run(CATALOG.get(name), given, engine.engine, Directory(engine.engine), Formats("csv"))
    return engine.run(work).body.decode().split("\r\n")[1:-1]


def test_the_rows(engine: BlockingEngine) -> None:
    drug = "https://w3id.org/oncokg/drug/"
    assert rows(engine, "best-rates", floor="0.01", target="egfr") == [f"{drug}two,0.2,1", f"{drug}one,0.3,2"]
    assert rows(engine, "best-rates", floor="0.25", target="egfr") == [f"{drug}one,0.3,1"]
    assert rows(engine, "drugs-by-target", target="HER3", lang="zh") == [f"{drug}two,药物二"]


def test_values_are_shown_as_given_or_by_default(engine: BlockingEngine) -> None:
    directory = Directory(engine.engine)
    prepared = engine.run(prepare(CATALOG.get("best-rates"), {"floor": "0.250"}, directory))
    assert prepared.values == {"floor": "0.250", "target": "", "order": "up", "least": "1", "word": "drug"}
    assert 'VALUES ?floor { "0.250"^^<http://www.w3.org/2001/XMLSchema#decimal> }' in prepared.text
    assert "VALUES ?target { UNDEF }" in prepared.text


def test_a_kind_with_nothing_in_it(engine: BlockingEngine) -> None:
    with pytest.raises(QueryParameterError, match="hold nothing of the kind planet"):
        engine.run(Directory(engine.engine).term("x", "planet", "mars"))


def test_many_names_are_counted_and_the_nearest_named(tmp_path: Path) -> None:
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    lines = [f'<https://w3id.org/oncokg/drug/mab-{n}> {label} "Mab number {n}"@en .' for n in range(40)]
    path = tmp_path / "drugs.nt"
    path.write_text("\n".join(lines), "utf-8")
    with BlockingEngine(Source.of_files([path])) as engine, pytest.raises(QueryParameterError) as raised:
        engine.run(Directory(engine.engine).term("drug", "drug", "mab-333"))
    assert "Did you mean mab-33" in str(raised.value)
    assert "40 keys of the kind drug are allowed" in str(raised.value)


@given(st.text(max_size=40))
def test_strings_come_back_as_they_were(text: str) -> None:
    try:
        term = string_term(text)
    except ValueError:
        assert any(character == "\0" or 0xD800 <= ord(character) <= 0xDFFF for character in text)
        return
    (solution,) = pyoxigraph.Store().query(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")
    assert solution["x"].value == text


@given(st.text(alphabet='<>"{}|^`\\ \n:/aé#?%2F', max_size=20))
def test_iris_are_iris_or_refused(text: str) -> None:
    try:
        term = iri_term("http://e/" + text)
    except ValueError:
        return
    assert term == f"<http://e/{text}>"
    (solution,) = pyoxigraph.Store().query(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")
    assert solution["x"].value == f"http://e/{text}"


@pytest.mark.parametrize("text", ["1e5", "NaN", "٣", "1,5", "0x1", "1 ", "", "1.", ".5", "1" * 50, "１"])
def test_what_only_looks_like_a_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        decimal_term(text)
    with pytest.raises(ValueError, match="number"):
        integer_term(text)


def test_opening_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(open_query(CATALOG, "links"), SavedQuery)
    plain, headed = tmp_path / "plain.rq", tmp_path / "links.rq"
    plain.write_text("ASK {}", "utf-8")
    headed.write_text((WEB / "queries" / "demo" / "links.rq").read_text("utf-8"), "utf-8")
    assert open_query(CATALOG, str(plain)) == "ASK {}"
    assert isinstance(open_query(CATALOG, str(headed)), SavedQuery)
    monkeypatch.setattr("sys.stdin", io.StringIO("ASK { ?s ?p ?o }"))
    assert open_query(CATALOG, "-") == "ASK { ?s ?p ?o }"
    with pytest.raises(UnknownQueryError, match="Did you mean links"):
        open_query(CATALOG, "link")
    plain.write_bytes(b"\xff")
    with pytest.raises(UnknownQueryError, match="cannot be read"):
        open_query(CATALOG, str(plain))


def test_one_answer_without_a_server() -> None:
    source = Source.of_files([WEB / "data.trig"])
    found = answer_once(source, CATALOG.get("drugs-by-target"), {"target": "trop2"})
    assert len(json.loads(found.body)["results"]["bindings"]) == 1
    with pytest.raises(QueryParameterError, match="no parameters"):
        answer_once(source, "ASK {}", {"target": "trop2"})


@pytest.fixture
def release(tmp_path: Path) -> Path:
    quads = pyoxigraph.serialize(
        pyoxigraph.parse(path=WEB / "data.trig", format=pyoxigraph.RdfFormat.TRIG),
        format=pyoxigraph.RdfFormat.N_QUADS,
    )
    assert quads is not None
    (tmp_path / "oncokg.nq").write_bytes(quads)
    (tmp_path / "manifest.json").write_text(json.dumps({"sha256": hashlib.sha256(quads).hexdigest()}), "utf-8")
    return tmp_path


def test_answers_for_the_command_line(release: Path) -> None:
    query = str(WEB / "queries" / "demo" / "drugs-by-target.rq")
    assert answer(release, query, {"target": "her3"}, "table").splitlines() == [
        "drug      label",
        "--------  --------",
        "drug:two  drug two",
        "(1 row)",
    ]
    assert answer(release, query, {"target": "her3"}, "csv").startswith("drug,label\r\n")
    graph = answer(release, str(WEB / "queries" / "demo" / "everything.rq"), {}, "table")
    assert len(list(pyoxigraph.parse(graph.encode(), pyoxigraph.RdfFormat.TURTLE))) == 35


def results(*rows: dict[str, object]) -> bytes:
    return json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": list(rows)}}).encode()


def test_a_table_is_aligned_for_wide_characters() -> None:
    body = results(
        {"a": {"type": "literal", "value": "药物"}, "b": {"type": "uri", "value": "https://w3id.org/oncokg/drug/one"}},
        {"a": {"type": "literal", "value": "x\x1b[31m\ny"}},
        {"b": {"type": "bnode", "value": "n"}},
    )
    assert format_table(body).splitlines() == [
        "a         b",
        "--------  --------",
        "药物      drug:one",
        "x [31m y",
        "          _:n",
        "(3 rows)",
    ]


def test_booleans_and_empty_tables() -> None:
    assert format_table(b'{"head": {}, "boolean": true}') == "yes\n"
    assert format_table(results()) == "a  b\n-  -\n(0 rows)\n"


def test_a_row_too_wide_for_columns_becomes_a_block() -> None:
    body = results(
        {"a": {"type": "literal", "value": "one two three four five"}},
        {"a": {"type": "literal", "value": "肿瘤治疗证据图谱与综述"}, "b": {"type": "literal", "value": "x"}},
    )
    assert format_table(body, width=20).splitlines() == [
        "--- 1 of 2",
        "a  one two three four",
        "   five",
        "",
        "--- 2 of 2",
        "a  肿瘤治疗证据图谱与综",
        "   述",
        "b  x",
        "",
        "(2 rows)",
    ]


def test_a_table_speaks_one_language() -> None:
    named = {"label": {"type": "literal", "value": "drug"}, "labelZh": {"type": "literal", "value": "药物"}}
    body = json.dumps({"head": {"vars": ["label", "labelZh"]}, "results": {"bindings": [named]}}).encode()
    assert format_table(body).split() == ["label", "-----", "drug", "(1", "row)"]
    assert format_table(body, "zh").split() == ["labelZh", "-------", "药物", "(1", "row)"]
