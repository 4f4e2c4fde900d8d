"""The reading half of the SPARQL 1.1 Graph Store HTTP Protocol, at /graphs."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyoxigraph
import pytest
from live_server import DATA, LiveServer

from kg.engine.answer import TRIPLE_TYPES

VOCABULARY = "https://w3id.org/oncokg/graph/vocabulary"
STUDIES = "https://w3id.org/oncokg/graph/studies"
ALL = pyoxigraph.Store()
ALL.load(path=DATA)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with LiveServer(result_bytes=4000) as server, httpx.Client(base_url=server.url, trust_env=False) as opened:
        yield opened


def expected(graph: str | None) -> set[pyoxigraph.Triple]:
    name = pyoxigraph.NamedNode(graph) if graph else None
    return {quad.triple for quad in ALL.quads_for_pattern(None, None, None, name)}


def parsed(answer: httpx.Response) -> set[pyoxigraph.Triple]:
    kind = pyoxigraph.RdfFormat.from_media_type(answer.headers["content-type"].split(";")[0])
    assert kind is not None
    return {quad.triple for quad in pyoxigraph.parse(answer.content, format=kind)}


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


@pytest.mark.parametrize("name", TRIPLE_TYPES)
def test_one_graph_in_every_format(client: httpx.Client, name: str) -> None:
    by_accept = client.get("/graphs", params={"graph": STUDIES}, headers={"Accept": TRIPLE_TYPES[name]})
    by_format = client.get("/graphs", params={"graph": STUDIES, "format": name}, headers={"Accept": "image/png"})
    assert by_accept.status_code == 200
    assert by_accept.headers["content-type"].split(";")[0] == TRIPLE_TYPES[name]
    assert parsed(by_accept) == parsed(by_format) == expected(STUDIES)
    assert len(expected(STUDIES)) == 5


def test_the_default_graph_is_the_union(client: httpx.Client) -> None:
    answer = client.get("/graphs?default", headers={"Accept": "text/turtle, application/n-triples;q=0.5"})
    assert answer.headers["content-type"].split(";")[0] == "text/turtle"
    assert parsed(answer) == expected(None)
    assert len(expected(None)) == 35


def test_head(client: httpx.Client) -> None:
    full = client.get("/graphs", params={"graph": STUDIES})
    head = client.head("/graphs", params={"graph": STUDIES})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "vary"):
        assert head.headers[name] == full.headers[name]
    assert client.head("/graphs?graph=http://e/none").status_code == 404


def test_a_graph_that_is_not_there(client: httpx.Client) -> None:
    assert "SELECT DISTINCT ?g" in refused(client.get("/graphs?graph=http://e/none"), 404)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?graph=",
        "?graph=studies",
        f"?graph={STUDIES}&default",
        f"?graph={STUDIES}&graph={VOCABULARY}",
        "?graph=http://e/%3E%20%7D%20DROP%20ALL",
        "?graph=http://e/%00",
        "?graph=%FF",
    ],
)
def test_names_that_are_none(client: httpx.Client, query: str) -> None:
    assert refused(client.get(f"/graphs{query}"), 400)


def test_a_graph_that_is_too_long_is_refused_whole(client: httpx.Client) -> None:
    answer = client.get("/graphs?default&format=ntriples")
    assert "/downloads/" in refused(answer, 413)
    assert "</downloads/>" in answer.headers["link"]


def test_only_formats_of_triples(client: httpx.Client) -> None:
    assert "text/turtle" in refused(client.get("/graphs?default", headers={"Accept": "text/csv"}), 406)
    refused(client.get("/graphs?default&format=csv"), 406)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_writing_is_refused_with_the_reason(client: httpx.Client, method: str) -> None:
    headers = {"Content-Type": "text/turtle"}
    answer = client.request(method, "/graphs", params={"graph": STUDIES}, content="<http://e/a> a 1 .", headers=headers)
    assert "immutable release" in refused(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert parsed(client.get("/graphs", params={"graph": STUDIES})) == expected(STUDIES)


def test_options(client: httpx.Client) -> None:
    answer = client.options("/graphs")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert answer.headers["access-control-allow-origin"] == "*"
