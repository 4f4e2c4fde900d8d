"""The pages: both languages, escaped, complete for a reader."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from kg.catalog.table import shown_columns

PAGES = ["/", "/queries", "/sparql", "/queries/drugs-by-target", "/queries/best-rates", "/queries/links"]


class Reader(HTMLParser):
    """Collects what a browser would act on, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag not in {"meta", "link", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(client: httpx.Client, path: str, **headers: str) -> Reader:
    answer = client.get(path, headers={"Accept": "text/html", **headers})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    reader = Reader()
    reader.feed(answer.text)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_well_formed_and_their_links_lead_somewhere(client: httpx.Client, path: str) -> None:
    reader = read(client, path)
    assert "script" not in reader.tags
    for link in reader.links:
        if link.startswith("/"):
            assert client.get(link).status_code == 200, link


@pytest.mark.parametrize("path", PAGES)
def test_pages_speak_both_languages(client: httpx.Client, path: str) -> None:
    english = read(client, path, **{"Accept-Language": "en"})
    chinese = read(client, path, **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    joined = "".join(chinese.text)
    assert re.search(r"[\u4e00-\u9fff]{2}", joined)
    assert "中文" in english.text
    assert not re.search(r"[\u4e00-\u9fff]", "".join(english.text).replace("中文", ""))
    mixed = "/sparql" if path == "/" else path
    assert "English" in read(client, f"{mixed}?lang=zh", **{"Accept-Language": "en"}).text


def test_data_cannot_become_markup(client: httpx.Client) -> None:
    reader = read(client, "/queries/drugs-by-target?target=trop2")
    assert "drug <script>alert(3)</script>" in reader.text
    links = read(client, "/queries/links")
    assert "javascript:alert(1)" in links.text
    assert not [link for link in links.links if link.startswith("javascript")]


def test_a_query_cannot_become_markup(client: httpx.Client) -> None:
    hostile = "SELECT ('</textarea><script>alert(1)</script>' AS ?x) {}"
    reader = read(client, str(httpx.URL("/sparql", params={"query": hostile})))
    assert "script" not in reader.tags
    assert hostile in reader.text


def test_a_long_table_is_cut_and_says_so(client: httpx.Client) -> None:
    reader = read(client, str(httpx.URL("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})))
    assert reader.tags.count("tr") == 6
    assert "The first 5 of 35 rows are shown; the downloads hold all." in reader.text


def test_the_form_completes_targets_in_the_language_of_the_page(client: httpx.Client) -> None:
    assert "epidermal growth factor receptor" in read(client, "/queries/drugs-by-target?lang=en").text
    assert "表皮生长因子受体" in read(client, "/queries/drugs-by-target?lang=zh").text


def test_booleans_and_empty_tables(client: httpx.Client) -> None:
    assert "yes" in read(client, "/sparql?query=ASK{}").text
    assert "没有结果。" in read(client, "/queries/drugs-by-target?target=pd-1&lang=zh").text


def test_the_style_sheet(client: httpx.Client) -> None:
    answer = client.get("/static/site.css")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "table" in answer.text
    assert client.get("/static/..%2fpages.py").status_code == 404


def test_columns_have_headings_in_the_language_of_the_page(client: httpx.Client) -> None:
    english, chinese = (read(client, f"/queries/drugs-by-target?lang={language}") for language in ("en", "zh"))
    assert "drug tested" in english.text
    assert "受试药物" not in english.text
    assert "受试药物" in chinese.text
    assert "drug tested" not in chinese.text


def test_a_page_leaves_out_the_columns_of_the_other_language() -> None:
    columns = ["drugLabel", "drugLabelZh", "value", "noteZh"]
    assert shown_columns(columns, "en") == ["drugLabel", "value", "noteZh"]
    assert shown_columns(columns, "zh") == ["drugLabelZh", "value", "noteZh"]
