"""The W3C tests of the SPARQL 1.1 Protocol, from their manifest, against the real server.

Update requests are run as they stand, but 403 with the reason is what must come back: the endpoint only reads. (Those
whose media type says neither query nor update get 415, as the tests ask.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from live_server import LiveServer
from rdflib.collection import Collection

W3C = Path(__file__).resolve().parents[3] / "shared" / "w3c" / "sparql11-protocol"
MANIFEST = W3C / "manifest.ttl"

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"},
}


@dataclass(frozen=True)
class Step:
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: frozenset[str]
    format: str | None
    boolean: bool | None

    @property
    def updates(self) -> bool:
        """Is this an update, or would it be one if its media type said so?"""
        sent = self.path + self.body.decode("latin-1") + str(dict(self.headers))
        return "update" in sent or "using-" in sent

    @property
    def refused(self) -> int:
        """What an update is refused with."""
        headers = {name.lower(): value for name, value in self.headers}
        known = ("application/sparql-update", "application/x-www-form-urlencoded")
        return 403 if self.method == "GET" or headers.get("content-type", "").startswith(known) else 415


def _steps(graph: rdflib.Graph, test: rdflib.term.Node) -> list[Step]:
    requests = graph.value(graph.value(test, MF.action), HT.requests)
    assert requests is not None
    return [_step(graph, request) for request in Collection(graph, requests)]


def _step(graph: rdflib.Graph, request: Any) -> Step:
    text = graph.value(request, HT.body)
    charset = str(graph.value(text, CNT.characterEncoding) or "utf-8")
    listed = graph.value(request, HT.headers)
    headers = Collection(graph, listed) if listed else []
    response = graph.value(request, HT.resp)
    boolean = graph.value(response, MF.expectedBoolean)
    kind = graph.value(response, MF.expectedFormat)
    return Step(
        method=str(graph.value(request, HT.methodName)),
        path=str(graph.value(request, HT.absolutePath)),
        headers=tuple((str(graph.value(h, HT.fieldName)), str(graph.value(h, HT.fieldValue))) for h in headers),
        body=str(graph.value(text, CNT.chars) or "").encode(charset),
        statuses=frozenset(
            str(status).rsplit("StatusCode", 1)[1] for status in graph.objects(response, MF.expectedStatus)
        ),
        format=str(kind) if kind else None,
        boolean=bool(boolean.toPython()) if isinstance(boolean, rdflib.Literal) else None,
    )


def _tests() -> dict[str, list[Step]]:
    if not MANIFEST.is_file():
        return {}
    graph = rdflib.Graph().parse(MANIFEST)
    entries = next(iter(graph.objects(None, MF.entries)))
    return {str(test).rsplit("#", 1)[1]: _steps(graph, test) for test in Collection(graph, entries)}


TESTS = _tests()
pytestmark = pytest.mark.skipif(not TESTS, reason="the W3C protocol tests are not beside this checkout")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    quads = tmp_path_factory.mktemp("w3c") / "data.nq"
    lines = [
        line.rstrip().removesuffix(".") + f" <{DATA.format(number)}> .\n"
        for number in (1, 2, 3)
        for line in (W3C / f"data{number}.nt").read_text("utf-8").splitlines()
        if line.strip()
    ]
    quads.write_text("".join(lines), "utf-8")
    with LiveServer([quads], None) as running:
        yield running


def test_the_manifest_was_read() -> None:
    assert len(TESTS) == 34
    queries = [name for name, steps in TESTS.items() if not any(step.updates for step in steps)]
    assert len(queries) == 21  # with one whose update nothing but its text shows
    assert [name for name in TESTS if "query" in name and name not in queries] == []


@pytest.mark.parametrize("name", TESTS)
def test_w3c(server: LiveServer, name: str) -> None:
    with httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client:
        client.headers.clear()
        for step in TESTS[name]:
            response = client.request(step.method, step.path, headers=list(step.headers), content=step.body)
            if step.updates:
                assert response.status_code == step.refused, response.text
                assert response.headers["content-type"] == "application/problem+json"
                assert step.refused == 415 or "immutable release" in response.json()["detail"]
                return
            _check(step, response)


def _check(step: Step, response: httpx.Response) -> None:
    assert any(f"{response.status_code}"[0] == status[0] for status in step.statuses), response.text
    if step.format is not None:
        assert response.headers["content-type"].split(";")[0] in FORMATS[step.format]
    if step.boolean is not None:
        assert response.json()["boolean"] is step.boolean
