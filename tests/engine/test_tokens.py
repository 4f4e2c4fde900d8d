from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.engine.tokens import declared_prefixes, has_dataset_clause, is_update, tokens, undeclared_prefixes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT DATA { <a> <b> <c> }", True),
        ("insert data {}", True),
        ("# SELECT\nBASE <http://e/>\nPREFIX a: <b>\nPREFIX : <c> DELETE WHERE { ?s ?p ?o }", True),
        ("WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", True),
        ("SELECT * { ?insert ?p 'INSERT DATA {}' } # DELETE", False),
        ("PREFIX insert: <http://e/> SELECT * { insert:DELETE ?p <DROP> }", False),
        ("", False),
        ("PREFIX", False),
        ("PREFIX a:", False),
    ],
)
def test_updates_are_told_by_their_first_word(text: str, expected: bool) -> None:
    assert is_update(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM <g> {}", True),
        ("SELECT*from<g>{}", True),
        ("ASK FROM NAMED <g> {}", True),
        ('SELECT ?from { ?from <FROM> \'FROM <g>\' ; from:FROM """FROM " \\" FROM""" }', False),
        ("# FROM <g>\nASK {}", False),
    ],
)
def test_dataset_clauses(text: str, expected: bool) -> None:
    assert has_dataset_clause(text) is expected


def test_prefixes() -> None:
    text = "PREFIX a: <http://a/> prefix : <http://e/> ASK { a:x :y b:z ; c: 'd:e' , <f:g> . _:h ?i ?j }"
    assert declared_prefixes(text) == {"a": "http://a/", "": "http://e/"}
    assert undeclared_prefixes(text) == ["b:", "c:"]


def test_less_than_is_not_an_iri() -> None:
    assert [token.text for token in tokens("?a < ?b&&?c>1")] == ["?a", "<", "?b", "&", "&", "?c", ">", "1"]


@given(st.text(alphabet="'\"\\<>#{}?:@_aF \n", max_size=60))
def test_tokens_cover_the_text_in_order(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert token.start >= end
        assert text[token.start : token.end] == token.text != ""
        gap = text[end : token.start]
        assert all(not line.strip() or "#" in line for line in gap.splitlines())
        end = token.end


@pytest.mark.parametrize("piece", ["'", '"', '"""\\', "'''a\"\"\"", "<", "#\n<", "?", "a:", "\\", "@a-", "1e"])
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    # 1 MB of any of these would take hours if a pattern were quadratic.
    assert sum(len(token.text) for token in tokens(piece * 200_000)) > 0
