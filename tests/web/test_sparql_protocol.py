"""The SPARQL protocol as a client sees it, over HTTP to the real server."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pyoxigraph
import pytest
import rdflib

SELECT = "SELECT ?drug WHERE { ?drug a <https://w3id.org/oncokg/ontology/AntibodyDrugConjugate> } ORDER BY ?drug"
CONSTRUCT = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }"
GRAPH = "https://w3id.org/oncokg/graph/"


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal, with its members checked."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    content: dict[str, Any] = response.json()
    assert content["status"] == status
    assert content["code"] == code
    assert content["type"].endswith(f"/{code}")
    assert content["title"]
    assert content["detail"]
    return content


def rows(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["results"]["bindings"]
    return found


def test_the_three_ways_to_ask_give_the_same_answer(client: httpx.Client) -> None:
    answers = [
        client.get("/sparql", params={"query": SELECT}),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", content=SELECT, headers={"Content-Type": "application/sparql-query"}),
        client.request("QUERY", "/sparql", content=SELECT, headers={"Content-Type": "application/sparql-query"}),
        client.get("/sparql/", params={"query": SELECT}),
    ]
    drugs = ["one", "three", "two"]
    for answer in answers:
        assert [row["drug"]["value"].rsplit("/", 1)[1] for row in rows(answer)] == drugs


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*;q=0.9, application/*;q=0.1", "text/csv; charset=utf-8"),
        ("text/csv;q=0.1, text/tab-separated-values;q=0.8", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0, text/*", "text/tab-separated-values; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
    ],
)
def test_tables_by_accept(client: httpx.Client, accept: str | None, media_type: str) -> None:
    client.headers.pop("accept")
    answer = client.get("/sparql", params={"query": SELECT}, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert "three" in answer.text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
        ("text/csv, application/rdf+xml;q=0.2, application/n-triples;q=0.1", "application/rdf+xml"),
    ],
)
def test_graphs_by_accept(client: httpx.Client, accept: str, media_type: str) -> None:
    answer = client.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert len(list(pyoxigraph.parse(answer.content, pyoxigraph.RdfFormat.from_media_type(media_type)))) == 7


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv", "html"])
def test_format_overrides_accept(client: httpx.Client, name: str) -> None:
    answer = client.get("/sparql", params={"query": SELECT, "format": name}, headers={"Accept": "image/png"})
    assert answer.status_code == 200
    assert name in answer.headers["content-type"] or name == "tsv"


def test_csv_is_what_the_standard_says(client: httpx.Client) -> None:
    text = "SELECT ?a ?b WHERE { VALUES (?a ?b) { (1 'x, \"y\"'@en) (UNDEF <http://e/>) } }"
    answer = client.get("/sparql", params={"query": text, "format": "csv"})
    assert answer.content == b'a,b\r\n1,"x, ""y"""\r\n,http://e/\r\n'


def test_unacceptable_formats(client: httpx.Client) -> None:
    def refused(query: str, headers: dict[str, str], **more: str) -> str:
        answer = client.get("/sparql", params={"query": query, **more}, headers=headers)
        return str(problem(answer, 406, "not-acceptable")["detail"])

    assert "csv" in refused(SELECT, {"Accept": "image/png"})
    assert "table" in refused(SELECT, {"Accept": "text/turtle"})
    assert "graph" in refused(CONSTRUCT, {"Accept": "text/csv"})
    assert "'docx'" in refused(SELECT, {}, format="docx")


def test_head_and_options(client: httpx.Client) -> None:
    full = client.get("/sparql", params={"query": SELECT})
    head = client.head("/sparql", params={"query": SELECT})
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(full.content))
    options = client.options("/sparql")
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"
    assert options.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in options.headers


def test_a_wrong_query_gets_its_position(client: httpx.Client) -> None:
    content = problem(client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p ?o"}), 400, "query-syntax")
    assert (content["line"], content["column"]) == (2, 17)
    assert "line 2, column 17" in content["detail"]
    undeclared = problem(client.get("/sparql", params={"query": "ASK { ?s ex:p 1 }"}), 400, "query-syntax")
    assert "the prefix ex: is used but not declared" in undeclared["detail"]


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a> <b> <c> }", "# c\nPREFIX a: <b>\nDELETE WHERE { ?s ?p ?o }", "CLEAR ALL"]
)
def test_updates_are_refused_with_the_reason(client: httpx.Client, text: str) -> None:
    before = rows(client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}))
    for answer in (
        client.post("/sparql", data={"update": text}),
        client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-update"}),
        client.post("/sparql", data={"query": text}),
        client.get("/sparql", params={"update": text}),
    ):
        assert "only reads" in problem(answer, 403, "update-refused")["detail"]
    assert rows(client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})) == before


def count(client: httpx.Client, query: str, **graphs: Any) -> int:
    answer = rows(client.get("/sparql", params={"query": query, **graphs}))
    return int(answer[0]["n"]["value"])


def test_datasets(client: httpx.Client) -> None:
    everything = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    vocabulary, studies = f"{GRAPH}vocabulary", f"{GRAPH}studies"
    assert count(client, everything) == 35
    assert count(client, named) == 35
    assert count(client, everything, **{"default-graph-uri": studies}) == 5
    assert count(client, everything, **{"default-graph-uri": [studies, vocabulary]}) == 35
    assert count(client, everything, **{"named-graph-uri": studies}) == 0
    assert count(client, named, **{"named-graph-uri": studies}) == 5
    assert count(client, named, **{"default-graph-uri": studies}) == 0
    assert count(client, f"SELECT (COUNT(*) AS ?n) FROM <{studies}> {{ ?s ?p ?o }}") == 5
    from_vocabulary = f"SELECT (COUNT(*) AS ?n) FROM <{vocabulary}> {{ ?s ?p ?o }}"
    assert count(client, from_vocabulary, **{"default-graph-uri": studies}) == 5
    wrong = client.get("/sparql", params={"query": everything, "default-graph-uri": "not an iri"})
    assert "not an absolute IRI" in problem(wrong, 400, "query-failed")["detail"]


def test_malformed_requests(client: httpx.Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    problem(client.get("/sparql?query=ASK{}&query=ASK{}"), 400, "bad-request")
    problem(client.post("/sparql", content="query=ASK%20%7B%7D"), 415, "unsupported-media-type")
    problem(client.post("/sparql", content="x", headers={"Content-Type": "text/plain"}), 415, "unsupported-media-type")
    direct = {"Content-Type": "application/sparql-query; charset=UTF-16"}
    problem(client.post("/sparql", content="ASK {}".encode("utf-16"), headers=direct), 415, "unsupported-media-type")
    direct = {"Content-Type": "application/sparql-query"}
    problem(client.post("/sparql", content=b"ASK { ?s ?p '\xff' }", headers=direct), 400, "bad-request")
    problem(client.post("/sparql", content=b"query=ASK%20%7B%FF", headers=form), 400, "bad-request")
    problem(client.post("/sparql", content="limit=1", headers=form), 400, "bad-request")
    problem(client.post("/sparql?query=ASK{}", content="ASK {}", headers=direct), 400, "bad-request")
    problem(client.get("/sparql?" + "a=1&" * 100), 400, "bad-request")
    problem(client.get("/sparql", params={"query": "ASK {}" + " " * 9000}), 414, "uri-too-long")
    problem(client.post("/sparql", content="ASK {}" + " " * 70_000, headers=direct), 413, "body-too-large")
    refused = client.put("/sparql", content="ASK {}", headers=direct)
    assert problem(refused, 405, "method-not-allowed")["detail"].startswith("PUT is not allowed on /sparql")
    assert "GET" in refused.headers["allow"]


def test_percent_signs_are_decoded_once(client: httpx.Client) -> None:
    text = "SELECT ('100%25' AS ?x) {}"
    assert rows(client.get("/sparql", params={"query": text}))[0]["x"]["value"] == "100%25"
    assert rows(client.post("/sparql", data={"query": text}))[0]["x"]["value"] == "100%25"


def test_service_description(client: httpx.Client) -> None:
    answer = client.get("/sparql", headers={"Accept": "application/rdf+xml"})
    graph = rdflib.Graph().parse(data=answer.content, format="xml")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
    assert graph.value(service, sd.endpoint) == rdflib.URIRef(str(client.base_url.join("/sparql")))
    assert (service, sd.feature, sd.UnionDefaultGraph) in graph


def test_every_response_has_the_security_headers(client: httpx.Client) -> None:
    for path in ("/", "/queries", "/sparql", "/health", "/limits", "/nothing", "/sparql?query=x", "/" + "x" * 9000):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["access-control-allow-origin"] == "*", path


def test_health_and_limits(client: httpx.Client) -> None:
    health = client.get("/health").json()
    assert health["status"] == "ok"
    assert health["triples"] == 35
    assert health["saved_queries"] == 4
    table = {row["name"]: row for row in client.get("/limits").json()["limits"]}
    assert table["deadline"]["value"] == 2
    assert table["deadline"]["default"] == 10
    assert json.dumps(table["workers"]["help"])
