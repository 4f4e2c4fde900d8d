"""The W3C tests of the SPARQL 1.1 Service Description, from their manifest, against the real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib
from live_server import LiveServer
from rdflib.collection import Collection

MANIFEST = Path(__file__).resolve().parents[3] / "shared" / "w3c" / "sparql11-service-description" / "manifest.ttl"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = {"text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml"}

# Domain, range and least number of each property that is used here (SPARQL 1.1 Service Description, section 3).
SCHEMA = {
    SD.endpoint: (SD.Service, None, 1),
    SD.supportedLanguage: (SD.Service, None, 1),
    SD.feature: (SD.Service, None, 0),
    SD.resultFormat: (SD.Service, None, 1),
    SD.defaultDataset: (SD.Service, SD.Dataset, 1),
    SD.defaultGraph: (SD.Dataset, SD.Graph, 1),
    SD.namedGraph: (SD.Dataset, SD.NamedGraph, 1),
    SD.name: (SD.NamedGraph, None, 1),
    SD.graph: (SD.NamedGraph, SD.Graph, 1),
}


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer() as running:
        yield running


def _tests() -> list[str]:
    if not MANIFEST.is_file():
        return []
    graph = rdflib.Graph().parse(MANIFEST)
    return [str(test).rsplit("#", 1)[1] for test in Collection(graph, next(iter(graph.objects(None, MF.entries))))]


TESTS = _tests()
pytestmark = pytest.mark.skipif(not TESTS, reason="the W3C service description tests are not beside this checkout")


def _described(server: LiveServer, media_type: str = "text/turtle") -> rdflib.Graph:
    answer = httpx.get(f"{server.url}/sparql", headers={"Accept": media_type}, timeout=20, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type
    return rdflib.Graph().parse(data=answer.content, format=FORMATS[media_type])


def _returns_rdf(server: LiveServer) -> None:
    sizes = {len(_described(server, media_type)) for media_type in FORMATS}
    assert len(sizes) == 1
    assert min(sizes) > 10
    plain = httpx.get(f"{server.url}/sparql", timeout=20, trust_env=False)
    assert plain.headers["content-type"].split(";")[0] in FORMATS


def _has_endpoint_triple(server: LiveServer) -> None:
    assert (None, SD.endpoint, rdflib.URIRef(f"{server.url}/sparql")) in _described(server)


def _conforms_to_schema(server: LiveServer) -> None:
    found = _described(server)
    used = {predicate for predicate in found.predicates() if str(predicate).startswith(str(SD))}
    assert used <= set(SCHEMA)
    for predicate, (domain, range_, least) in SCHEMA.items():
        pairs = list(found.subject_objects(predicate))
        for subject, value in pairs:
            assert (subject, rdflib.RDF.type, domain) in found, (subject, predicate)
            assert isinstance(value, rdflib.URIRef)
            assert range_ is None or (value, rdflib.RDF.type, range_) in found, (predicate, value)
        assert len(pairs) >= least, predicate
    for named in found.objects(None, SD.namedGraph):
        assert len(list(found.objects(named, SD.name))) == 1
    assert set(found.objects(None, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(found.objects(None, SD.feature)) == {SD.UnionDefaultGraph}


CHECKS = {
    "returns-rdf": _returns_rdf,
    "has-endpoint-triple": _has_endpoint_triple,
    "conforms-to-schema": _conforms_to_schema,
}


def test_every_test_of_the_manifest_is_known() -> None:
    assert set(TESTS) == set(CHECKS)


@pytest.mark.parametrize("name", TESTS)
def test_w3c(server: LiveServer, name: str) -> None:
    CHECKS[name](server)
