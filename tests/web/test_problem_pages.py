"""The address in `type` of every problem leads to what the code means."""

from __future__ import annotations

import re

import httpx
import pytest
from test_pages import read
from test_sparql_protocol import problem

from kg.web.problem_page import MEANINGS
from kg.web.problems import CODES

HAN = re.compile(r"[\u4e00-\u9fff]{2}")


def test_every_code_has_a_meaning_in_both_languages() -> None:
    assert set(MEANINGS) == set(CODES)
    for meaning in MEANINGS.values():
        assert HAN.search(meaning.title_zh)
        assert HAN.search(meaning.zh)
        assert not HAN.search(meaning.en)


@pytest.mark.parametrize("code", CODES)
def test_the_type_of_a_problem_resolves(things: httpx.Client, code: str) -> None:
    content = things.get(f"/problem/{code}").json()
    assert content["type"] == f"https://w3id.org/oncokg/problem/{code}"
    assert content["title"]["en"] == CODES[code]
    assert content["status"] == MEANINGS[code].status
    assert MEANINGS[code].en in read(things, f"/problem/{code}?lang=en").text
    assert MEANINGS[code].zh in read(things, f"/problem/{code}?lang=zh").text


def test_the_list(things: httpx.Client) -> None:
    assert [entry["code"] for entry in things.get("/problem").json()["problems"]] == list(CODES)
    assert f"/problem/{next(iter(CODES))}?lang=en" in read(things, "/problem?lang=en").links
    problem(things.get("/problem/nosuch"), 404, "not-found")


def test_a_status_is_that_of_the_refusal(things: httpx.Client) -> None:
    for path, accept in (("/nosuch", "*/*"), ("/sparql?query=x", "*/*"), ("/queries/x", "*/*"), ("/drug/plain", "a/b")):
        refused = things.get(path, headers={"Accept": accept}).json()
        known = things.get(refused["type"].removeprefix("https://w3id.org/oncokg")).json()
        assert known["status"] == refused["status"]
        assert known["title"]["en"] == refused["title"]
