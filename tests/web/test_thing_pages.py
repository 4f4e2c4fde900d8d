"""The page of a thing: both languages, grouped, linked, escaped."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from test_pages import read

from kg.paths import ONTOLOGY
from kg.terms import OKG
from kg.web.entity_query import NAMES, PARTS, TEXTS
from kg.web.foreign_labels import FOREIGN

BASE = "https://w3id.org/oncokg/"
PATHS = [
    f"/{path}.html" for path in ("drug/plain", "ontology/TwoTargets", "graph/vocabulary", "ontology", "target/one")
]
HAN = re.compile(r"[\u4e00-\u9fff]{2}")


def text(client: httpx.Client, path: str) -> str:
    """What a reader sees, the pieces parted by one space."""
    return " ".join(" ".join(read(client, path).text).split())


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_well_formed_and_their_links_lead_somewhere(things: httpx.Client, path: str) -> None:
    reader = read(things, path)
    assert "script" not in reader.tags
    for link in reader.links:
        if link.startswith("/"):
            assert things.get(link, follow_redirects=True).status_code == 200, link


@pytest.mark.parametrize("path", PATHS)
def test_pages_speak_both_languages(things: httpx.Client, path: str) -> None:
    english = text(things, f"{path}?lang=en").replace("中文", "").replace("阿司匹林", "")
    chinese = text(things, f"{path}?lang=zh")
    assert not HAN.search(english)
    assert HAN.search(chinese)
    answer = things.get(path, headers={"Accept-Language": "zh-CN"})
    assert answer.headers["content-language"] == "zh-Hans"


def test_a_page_in_english(things: httpx.Client) -> None:
    page = text(things, "/drug/plain.html?lang=en")
    assert "plain <b>drug</b>" in page
    assert "普通药物" not in page
    assert "has target target one" in page
    assert "okg:approved yes" in page
    assert "Type: " in page
    assert "In other vocabularies exact match http://example.org/drug/1" in page
    assert "good (77.4%) the review Table 1 row 2 plain is good" in page
    assert "the doses differ" in page


def test_a_page_in_chinese(things: httpx.Client) -> None:
    page = text(things, "/drug/plain.html?lang=zh")
    assert "普通药物" in page
    assert "靶点为 靶点一" in page
    assert "精确对应" in page
    assert "剂量不一致" in page


def test_what_points_to_a_thing_is_grouped(things: httpx.Client) -> None:
    page = text(things, "/claim/good.html?lang=en")
    assert "What points to it ← okg:reports good (77.4%)" in page


def test_a_property_says_how_often_it_is_used(things: httpx.Client) -> None:
    reader = read(things, "/ontology/hasTarget.html?lang=en")
    assert "← is the property of statements: 5" in " ".join(" ".join(reader.text).split())
    (query,) = [link for link in reader.links if link.startswith("/sparql?query=")]
    assert "drug/fifth" in things.get(query).text


def test_inferred_statements_are_marked(things: httpx.Client) -> None:
    assert "← type plain <b>drug</b> inferred" in text(things, "/ontology/TwoTargets.html?lang=en")


def test_a_definition_with_usage_and_example(things: httpx.Client) -> None:
    page = text(things, "/ontology/Drug.html?lang=en")
    assert "What is given." in page
    assert "usage: Not for foods." in page
    assert "example: aspirin" in page
    assert "← is part of the definition of two targets" in page
    assert "用法说明：不用于食品。" in text(things, "/ontology/Drug.html?lang=zh")


def test_a_class_expression_is_a_phrase(things: httpx.Client) -> None:
    phrase = "is the same as drug and has target : target one and has target some ( drug or two targets )"
    assert phrase in text(things, "/ontology/TwoTargets.html?lang=en")
    assert "药物 且 靶点为 ： 靶点一" in text(things, "/ontology/TwoTargets.html?lang=zh")


def test_only_the_web_is_linked(things: httpx.Client) -> None:
    reader = read(things, "/drug/plain.html")
    assert "javascript:alert(1)" in "".join(reader.text)
    assert not [link for link in reader.links if link.startswith("javascript")]
    assert "http://example.org/drug/1" in reader.links
    assert "/target/one.html?lang=en" in reader.links


def test_alternates_stand_in_the_head(things: httpx.Client) -> None:
    head = things.get("/drug/plain.html").text.split("</head>")[0]
    for ending in (".ttl", ".jsonld", ".nt", ".rdf"):
        assert f'href="/drug/plain{ending}"' in head
    assert 'hreflang="zh-Hans"' in head


def test_the_properties_that_name_things_are_in_the_ontology() -> None:
    defined = {
        triple.subject.value
        for path in ONTOLOGY.glob("*.ttl")
        for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        if isinstance(triple.subject, ox.NamedNode)
    }
    for name in (*NAMES, *PARTS, *TEXTS):
        if name.startswith("okg:"):
            assert OKG + name.removeprefix("okg:") in defined, name


def test_every_foreign_property_of_a_release_has_a_name(release: Path) -> None:
    used = {
        quad.predicate.value
        for name in ("oncokg.nq", "metadata.nq")
        for quad in ox.parse(path=str(release / name), format=ox.RdfFormat.N_QUADS)
    }
    assert not {predicate for predicate in used if not predicate.startswith(BASE)} - set(FOREIGN)
    for names in FOREIGN.values():
        assert HAN.search(names[1]) or names[1] == "值" or len(names[1]) == 1, names
