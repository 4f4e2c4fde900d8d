"""What the server says of itself and of the release: /, /.well-known/void, /sparql without a query."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import rdflib
from live_server import PUBLIC, start
from rdflib import RDF, VOID
from test_sparql_protocol import problem
from test_things import BROWSER, PARSERS, TYPES, graph

BASE = "https://w3id.org/oncokg/"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")  # rdflib's own stands at version 2
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
DATASET = rdflib.URIRef(f"{BASE}dataset")
SERVICE = rdflib.URIRef(f"{PUBLIC}/sparql#service")
ENDPOINT = rdflib.URIRef(f"{PUBLIC}/sparql")
DUMPS = {"oncokg.nq.gz", "oncokg.trig.gz", "oncokg.ttl.gz", "oncokg.rdf.gz"}


@pytest.mark.parametrize("path", ["/", "/.well-known/void"])
@pytest.mark.parametrize("ending", PARSERS)
def test_the_catalogue_in_every_format(released: httpx.Client, path: str, ending: str) -> None:
    answer = released.get(path, headers={"Accept": TYPES[ending]})
    assert answer.headers["content-type"].split(";")[0] == TYPES[ending]
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    found = graph(answer, ending)
    release = found.value(DATASET, DCAT.hasCurrentVersion)
    assert (DATASET, RDF.type, VOID.Dataset) in found
    assert (rdflib.URIRef(f"{BASE}catalog"), DCAT.dataset, DATASET) in found
    assert len(list(found.objects(release, DCAT.distribution))) >= len(DUMPS)
    assert (SERVICE, DCAT.endpointURL, ENDPOINT) in found
    assert (SERVICE, DCAT.servesDataset, DATASET) in found
    assert (DATASET, VOID.sparqlEndpoint, ENDPOINT) in found
    partitions = list(found.objects(DATASET, VOID.classPartition))
    assert bool(partitions) == (path != "/")


def test_every_distribution_can_be_fetched(released: httpx.Client, release: Path) -> None:
    found = graph(released.get("/", headers={"Accept": "text/turtle"}))
    listed = {entry["name"] for entry in json.loads((release / "manifest.json").read_text("utf-8"))["downloads"]}
    urls = {str(url) for url in found.objects(None, DCAT.downloadURL)}
    assert urls == {f"{PUBLIC}/downloads/{name}" for name in listed}
    assert {str(url) for url in found.objects(DATASET, VOID.dataDump)} == {
        f"{PUBLIC}/downloads/{name}" for name in DUMPS
    }
    for url in urls:
        assert released.head(url.removeprefix(PUBLIC)).status_code == 200
    own = graph(released.get("/distribution/oncokg.ttl.gz.ttl"))
    assert (None, DCAT.downloadURL, rdflib.URIRef(f"{PUBLIC}/downloads/oncokg.ttl.gz")) in own
    assert f"{PUBLIC}/downloads/oncokg.ttl.gz" in released.get("/distribution/oncokg.ttl.gz.html").text


def test_a_browser_gets_pages(released: httpx.Client) -> None:
    home = released.get("/", headers={"Accept": BROWSER})
    assert home.headers["content-type"].startswith("text/html")
    assert '</>; rel="alternate"; type="text/turtle"' in home.headers["link"]
    assert released.get("/").headers["content-type"].startswith("text/html")
    assert 'href="/downloads/?lang=en"' in home.text
    void = released.get("/.well-known/void", headers={"Accept": BROWSER})
    assert (void.status_code, void.headers["location"]) == (303, "/dataset.html?lang=en")
    problem(released.get("/.well-known/void", headers={"Accept": "image/png"}), 406, "not-acceptable")


def test_the_service_description_names_graphs_and_their_sizes(released: httpx.Client, release: Path) -> None:
    found = graph(released.get("/sparql", headers={"Accept": "text/turtle"}))
    sizes = {
        str(found.value(named, SD.name)): int(found.value(found.value(named, SD.graph), VOID.triples))  # type: ignore[arg-type]
        for named in found.objects(None, SD.namedGraph)
    }
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    counted = {f"{BASE}graph/metadata", f"{BASE}.well-known/sparql-examples"}
    assert {name: size for name, size in sizes.items() if name not in counted} == manifest["graphs"]
    for name in counted:
        asked = released.get(
            "/sparql", params={"query": f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"}
        )
        assert sizes[name] == int(asked.json()["results"]["bindings"][0]["n"]["value"])
    assert set(found.objects(SERVICE, SD.feature)) == {SD.UnionDefaultGraph}
    assert (SERVICE, RDF.type, DCAT.DataService) in found
    assert (SERVICE, DCAT.servesDataset, DATASET) in found


def test_plain_files_are_described_by_what_is_known(things: httpx.Client) -> None:
    own = str(things.base_url).rstrip("/")
    endpoint = rdflib.URIRef(f"{own}/sparql")
    for path in ("/", "/.well-known/void"):
        found = graph(things.get(path, headers={"Accept": "text/turtle"}))
        dataset = found.value(None, RDF.type, VOID.Dataset)
        assert found.value(dataset, VOID.sparqlEndpoint) == endpoint
        assert (None, DCAT.endpointURL, endpoint) in found
        assert DATASET not in set(found.all_nodes())
    names = set(graph(things.get("/sparql", headers={"Accept": "text/turtle"})).objects(None, SD.name))
    assert rdflib.URIRef(f"{BASE}graph/vocabulary") in names
    assert things.get("/.well-known/void", headers={"Accept": BROWSER}).headers["location"] == "/?lang=en"
    assert "/dataset.html" not in things.get("/").text


def test_the_host_header_is_the_address_without_a_public_one(things: httpx.Client) -> None:
    answer = things.get("/sparql", headers={"Accept": "text/turtle", "Host": "kg.example.net"})
    assert (rdflib.URIRef("http://kg.example.net/sparql#service"), SD.endpoint, None) in graph(answer)
    for path in ("/", "/sparql", "/drug/plain.ttl"):
        answer = things.get(path, headers={"Accept": "text/turtle", "Host": 'a"><b'})
        assert answer.status_code in {200, 400}
        assert '"><b' not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "url",
    [
        "kg.example.org",
        "ftp://kg.example.org/",
        "https://a/b",
        "https://a/?q",
        "https://u@a/",
        "https://a b/",
        "https://",
    ],
)
def test_a_public_url_that_is_none(url: str) -> None:
    process = start(public_url=url)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"ServerError: --public-url {url}: give the address" in errors
