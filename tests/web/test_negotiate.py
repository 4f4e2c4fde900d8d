from __future__ import annotations

import pytest

from kg.web.markup import Markup, join, tag
from kg.web.negotiate import SOLUTIONS, TRIPLES, best, choose, choose_language
from kg.web.problems import CODES, HttpProblem
from kg.web.texts import TEXTS


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv; charset=utf-8; q=0.5, application/xml;q=0.6", "application/xml"),
        ("text/csv;q=1.5", None),
        ("text/csv;q=x, */*;q=0.1", "application/sparql-results+json"),
        ("*/*;q=0", None),
        ("text/*, text/csv;q=0", "text/tab-separated-values"),
        (",,;q=1,", None),
        ("image/*", None),
        ("a/b," * 100 + "text/csv", None),
    ],
)
def test_accept(accept: str | None, expected: str | None) -> None:
    offer = best(accept, SOLUTIONS)
    assert (offer.media_type if offer else None) == expected


def test_overrides() -> None:
    assert choose("text/csv", "json", SOLUTIONS) == SOLUTIONS[0]
    assert choose(None, "ttl", TRIPLES) == TRIPLES[0]
    assert choose(None, "ttl", SOLUTIONS) is None
    assert choose(None, "text/csv", SOLUTIONS) == best("text/csv", SOLUTIONS)
    with pytest.raises(HttpProblem, match="csv"):
        choose(None, "pdf", SOLUTIONS)


@pytest.mark.parametrize(
    ("override", "header", "expected"),
    [
        (None, None, "en"),
        (None, "zh", "zh"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en-GB,en;q=0.9,zh;q=0.8", "en"),
        (None, "de, zh-Hant;q=0.2", "zh"),
        (None, "zh;q=0", "en"),
        (None, "en, zh", "en"),
        (None, "zh, en", "zh"),
        ("en", "zh", "en"),
        ("zh", "en", "zh"),
        ("xx", "zh", "zh"),
    ],
)
def test_languages(override: str | None, header: str | None, expected: str) -> None:
    assert choose_language(override, header) == expected


def test_markup_escapes_whatever_is_not_markup() -> None:
    assert tag("p", "<&>", tag("b", '"')) == "<p>&lt;&amp;&gt;<b>&quot;</b></p>"
    assert tag("input", value='"><script>', checked=True, disabled=False, list=None) == (
        '<input value="&quot;&gt;&lt;script&gt;" checked>'
    )
    assert join(["<", Markup("<i>")]) == "&lt;<i>"


def test_every_text_is_there_in_both_languages() -> None:
    for key, (english, chinese) in TEXTS.items():
        assert english != chinese, key
        assert chinese, key
    assert all(title[0].isupper() or title.startswith("SERVICE") for title in CODES.values())
