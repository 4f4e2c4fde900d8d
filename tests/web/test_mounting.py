"""A server that stands under a path of a larger site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from live_server import LiveServer

PREFIX = "/kg/v1"


@pytest.fixture(scope="module")
def mounted(release: Path) -> Iterator[httpx.Client]:
    with (
        LiveServer(
            (), None, release=release, public_url="https://example.org", operation={"root_path": PREFIX}
        ) as live,
        httpx.Client(base_url=live.url, timeout=20, trust_env=False) as client,
    ):
        yield client


def hrefs(page: str) -> list[str]:
    return [target for target in re.findall(r'(?:href|src|action)="([^"]*)"', page) if target.startswith("/")]


@pytest.mark.parametrize("path", ["/", "/queries?lang=zh", "/sparql?query=ASK%7B%7D", "/limits", "/downloads/"])
def test_every_link_of_a_page_stays_below_the_path(mounted: httpx.Client, path: str) -> None:
    page = mounted.get(f"{PREFIX}{path}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert all(target.startswith(f"{PREFIX}/") for target in hrefs(page.text))
    assert f"{PREFIX}/static/site.css" in hrefs(page.text)
    for target in dict.fromkeys(hrefs(page.text)):
        answer = mounted.get(target.replace("&amp;", "&"), headers={"Accept": "text/html, */*"}, follow_redirects=True)
        assert answer.status_code == 200, target


def test_the_path_itself_is_the_home_page(mounted: httpx.Client) -> None:
    assert mounted.get(PREFIX, headers={"Accept": "text/html"}).status_code == 200


def test_a_proxy_may_have_taken_the_path_off_already(mounted: httpx.Client) -> None:
    page = mounted.get("/queries", headers={"Accept": "text/html"})
    assert f"{PREFIX}/static/site.css" in hrefs(page.text)


def test_things_redirects_and_links(mounted: httpx.Client) -> None:
    ask = {"query": "SELECT ?drug { ?drug a <https://w3id.org/oncokg/ontology/Drug> } ORDER BY ?drug LIMIT 1"}
    rows = mounted.get(f"{PREFIX}/sparql", params={**ask, "format": "csv"}).text.split()
    path = rows[1].removeprefix("https://w3id.org/oncokg")
    found = mounted.get(PREFIX + path, headers={"Accept": "text/turtle"})
    assert found.status_code == 303
    assert found.headers["Location"].startswith(f"{PREFIX}{path}.ttl")
    assert all(target.startswith(PREFIX) for target in re.findall(r"<(/[^>]*)>", found.headers["Link"]))
    document = mounted.get(found.headers["Location"])
    assert document.status_code == 200
    assert f'<https://example.org{PREFIX}{path}.ttl>; rel="canonical"' in document.headers["Link"]
    missing = mounted.get(f"{PREFIX}{path}x").json()
    assert all(each["href"].startswith(PREFIX) for each in missing.get("suggestions", []))


def test_json_and_the_description_name_addresses_below_the_path(mounted: httpx.Client) -> None:
    listed = mounted.get(f"{PREFIX}/queries", headers={"Accept-Encoding": "identity"})
    assert int(listed.headers["Content-Length"]) == len(listed.content)
    assert {urljoin("/", query["href"]).split("queries")[0] for query in listed.json()["queries"]} == {f"{PREFIX}/"}
    described = mounted.get(f"{PREFIX}/sparql", headers={"Accept": "text/turtle"}).text
    assert f"<https://example.org{PREFIX}/sparql>" in described


def test_what_merely_begins_alike_is_not_below(mounted: httpx.Client) -> None:
    assert mounted.get(f"{PREFIX}-other/queries").status_code == 404


def test_answers_are_not_touched(mounted: httpx.Client) -> None:
    text = ' href="/x" and "href": "/y"'
    query = f"SELECT ('{text}' AS ?t) {{}}"
    answer = mounted.get(f"{PREFIX}/sparql", params={"query": query, "format": "json"}).json()
    assert answer["results"]["bindings"][0]["t"]["value"] == text
    page = mounted.get(f"{PREFIX}/sparql", params={"query": query}, headers={"Accept": "text/html"}).text
    assert "href=&quot;/x&quot;" in page
