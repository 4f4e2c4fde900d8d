"""format= and endings stand above Accept; else the most specific range and the highest q-value decide."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from live_server import LiveServer

from kg.engine.answer import SOLUTION_TYPES, TRIPLE_TYPES

SELECT = "SELECT ?s { ?s ?p ?o } LIMIT 1"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with LiveServer() as server, httpx.Client(base_url=server.url, trust_env=False) as opened:
        yield opened


def kind(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.headers["content-type"].split(";")[0]


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "text/*;q=0.9, application/*;q=0.1", "text/csv"),
        (SELECT, "application/sparql-results+xml;q=0.8, text/csv;q=0.7, */*;q=0.1", "application/sparql-results+xml"),
        (SELECT, "*/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        (SELECT, "application/json", "application/json"),
        (SELECT, "text/turtle, text/csv;q=0.1", "text/csv"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "application/*", "application/n-triples"),
        (CONSTRUCT, "text/csv, application/ld+json;q=0.1", "application/ld+json"),
        (CONSTRUCT, "application/n-quads;q=0.5, application/trig", "application/trig"),
        (CONSTRUCT, "text/html, application/rdf+xml;q=0.9, */*;q=0.1", "application/rdf+xml"),
    ],
)
def test_accept(client: httpx.Client, query: str, accept: str, expected: str) -> None:
    assert kind(client.get("/sparql", params={"query": query}, headers={"Accept": accept})) == expected


@pytest.mark.parametrize(("query", "types"), [(SELECT, SOLUTION_TYPES), (CONSTRUCT, TRIPLE_TYPES)])
def test_format_stands_above_accept(client: httpx.Client, query: str, types: dict[str, str]) -> None:
    for name, media_type in types.items():
        for given in (name, media_type):
            answer = client.post("/sparql", data={"query": query, "format": given}, headers={"Accept": "image/png"})
            assert kind(answer) == media_type


@pytest.mark.parametrize("name", [*SOLUTION_TYPES, "html"])
def test_an_ending_stands_above_accept(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/queries/drugs-by-target.{name}?target=her3", headers={"Accept": "image/png"})
    assert kind(answer) == SOLUTION_TYPES.get(name, "text/html")
    assert "药物" in answer.text or "drug" in answer.text


def test_other_endings_are_part_of_the_name(client: httpx.Client) -> None:
    assert client.get("/queries/drugs-by-target.rq").headers["content-type"].startswith("application/sparql-query")
    assert client.get("/queries/drugs-by-target.docx").status_code == 404
    assert client.get("/queries/.csv").status_code == 404
    assert client.get("/queries/drugs-by-target.ttl").status_code == 406


def test_cross_origin_requests_from_anywhere_without_credentials(client: httpx.Client) -> None:
    origin = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    for path in ("/sparql", "/graphs", "/queries", "/limits"):
        preflight = client.options(path, headers=origin)
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == "*"
        assert "GET" in preflight.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in preflight.headers
    assert "POST" in client.options("/sparql", headers=origin).headers["access-control-allow-methods"]
    for path in ("/sparql?query=ASK%7B%7D", "/sparql?query=x", "/nowhere"):
        assert client.get(path, headers=origin).headers["access-control-allow-origin"] == "*"


def test_a_coded_request_body_is_refused(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    answer = client.post("/sparql", content=b"\x1f\x8b", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
