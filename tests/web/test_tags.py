"""Entity tags: of the edition and of what is asked, and when a client has the answer already."""

from __future__ import annotations

import dataclasses

import pytest
from live_server import DATA, QUERIES

from kg.catalog import Catalog
from kg.engine import Limits, Source
from kg.web.deployment import Deployment
from kg.web.tags import edition_of, entity_tag, matches, repeatable

SOURCE = Source.of_files([DATA])
CATALOG = Catalog.load(QUERIES)


def test_everything_that_an_answer_depends_on_makes_another_edition() -> None:
    editions = {
        edition_of(SOURCE, CATALOG, Limits(), Deployment()),
        edition_of(dataclasses.replace(SOURCE, digest="0"), CATALOG, Limits(), Deployment()),
        edition_of(SOURCE, Catalog.empty(), Limits(), Deployment()),
        edition_of(SOURCE, Catalog(CATALOG.queries), Limits(), Deployment()),
        edition_of(SOURCE, CATALOG, Limits(page_rows=1), Deployment()),
        edition_of(SOURCE, CATALOG, Limits(), Deployment(root_path="/kg")),
        edition_of(SOURCE, CATALOG, Limits(), Deployment("https://kg.example.org")),
    }
    assert len(editions) == 7
    assert edition_of(Source.of_files([DATA]), Catalog.load(QUERIES), Limits(), Deployment()) in editions


def test_data_that_may_change_have_no_edition() -> None:
    assert edition_of(dataclasses.replace(SOURCE, digest=""), CATALOG, Limits(), Deployment()) == ""


def test_words_do_not_run_together() -> None:
    assert entity_tag("e", ["a", "b"]) != entity_tag("e", ["ab"]) != entity_tag("e", ["a", "", "b"])
    assert entity_tag("e", ["a"]) != entity_tag("f", ["a"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, False),
        ("", False),
        ('W/"t"', True),
        ('"t"', True),
        ('"a", W/"b" , W/"t"', True),
        ('"a,t"', False),
        ("t", False),
        ("*", False),
        ('W/"t-br"', False),
    ],
)
def test_if_none_match(given: str | None, expected: bool) -> None:
    assert matches(given, 'W/"t"') is expected


@pytest.mark.parametrize(
    "text", ["SELECT (now() AS ?x) {}", "ASK { FILTER(RAND#\n() > 0) }", "SELECT (\\u004EOW() AS ?x) {}", "# UUID"]
)
def test_what_may_differ_each_time(text: str) -> None:
    assert not repeatable(text)


def test_what_is_the_same_each_time() -> None:
    assert repeatable("SELECT ?brand ?known { ?brand <http://e/uuids> ?known }")
