"""`oncokg serve --endpoint` over real stores: the saved queries answer as our own engine does, or with an error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg.catalog import Catalog
from kg.engine import BlockingEngine, Limits, Source
from kg.publish import publish
from tests.stores.conftest import connection_to, store_at
from tests.stores.servers import Server, Virtuoso
from tests.stores.test_saved_queries import rows

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "web"))
from live_server import LiveServer

pytestmark = pytest.mark.stores

CATALOG = Catalog.load()


@pytest.fixture(scope="module")
def ours(release: Path) -> Iterator[BlockingEngine]:
    with BlockingEngine(Source.of_release(release), Limits(deadline=60)) as engine:
        yield engine


@pytest.fixture(scope="module")
def front(server: Server, release: Path) -> Iterator[httpx.Client]:
    """Our server over the store."""
    with connection_to(server) as connection:
        publish(release, store_at(server, "graph-store", connection))
    with (
        LiveServer((), None, endpoint={"url": server.url + server.query_path}, deadline=30) as live,
        httpx.Client(base_url=live.url, timeout=60, trust_env=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def open_front(server: Server, front: httpx.Client) -> Iterator[httpx.Client]:
    """The same, where strangers' queries are sent on."""
    endpoint = {"url": server.url + server.query_path, "ad_hoc": True}
    with (
        LiveServer((), None, endpoint=endpoint, deadline=30) as live,
        httpx.Client(base_url=live.url, timeout=60, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize("name", sorted(CATALOG.queries))
def test_saved_queries(name: str, ours: BlockingEngine, front: httpx.Client) -> None:
    answer = front.get(f"/queries/{name}", headers={"Accept": "application/sparql-results+json"})
    text = front.get(f"/queries/{name}", params={"format": "rq"}).text
    assert answer.status_code == 200, answer.text
    assert rows(answer.content) == rows(ours.query(text).body)


THINGS = ("ontology/", "ontology/Study", "ontology/receives", "study/example-1", "drug/mrg003", "graph/ontology")


@pytest.mark.parametrize("thing", THINGS)
def test_pages_and_documents_of_things(thing: str, front: httpx.Client) -> None:
    for media_type in ("text/html", "text/turtle", "application/ld+json", "application/rdf+xml"):
        found = front.get(f"/{thing}", headers={"Accept": media_type}, follow_redirects=True)
        assert found.status_code == 200, (media_type, found.text)
        assert found.headers["Content-Type"].startswith(media_type)
        assert thing.rstrip("/").split("/")[-1] in found.text


def test_pages_of_queries_and_what_is_missing(front: httpx.Client) -> None:
    page = front.get("/queries/coverage", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<table" in page.text
    assert front.get("/study/no-such-study").status_code == 404
    assert front.get("/health").json()["release"] is None


def test_strangers_are_refused(front: httpx.Client) -> None:
    answer = front.post("/sparql", data={"query": "ASK {}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "ad-hoc-refused")
    health = front.get("/health").json()
    assert "network of a query" in health["not_enforced_on_this_host"]
    assert front.get("/ready").status_code == 200


def test_strangers_where_they_are_allowed(open_front: httpx.Client, server: Server) -> None:
    asked = open_front.post("/sparql", data={"query": "ASK { ?s ?p ?o }", "format": "json"})
    assert asked.json() == {"head": {}, "boolean": True}
    graph = "https://w3id.org/oncokg/graph/ontology"
    for media_type in ("text/turtle", "application/n-triples", "application/ld+json"):
        held = open_front.get("/graphs", params={"graph": graph}, headers={"Accept": media_type})
        assert held.status_code == 200, held.text
        assert held.headers["Content-Type"].startswith(media_type)
    wrong = open_front.post("/sparql", data={"query": "SELECT * {"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "query-failed")
    if isinstance(server, Virtuoso):
        all_of_it = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
        for query in (all_of_it, "SELECT ?s ?o WHERE { ?s ?p ?o . ?a ?b ?c }"):
            cut = open_front.post("/sparql", data={"query": query})
            assert (cut.status_code, cut.json()["code"]) == (502, "store-failed")
            assert "stops after 10,000 rows" in cut.json()["detail"]


def test_a_store_that_ends_and_comes_back(server: Server, front: httpx.Client) -> None:
    if isinstance(server, Virtuoso):
        pytest.skip("its restart takes long; one store is enough to show this")
    server.stop()
    gone = front.get("/queries/coverage", headers={"Accept": "text/csv"})
    assert (gone.status_code, gone.json()["code"]) == (503, "engine-unavailable")
    assert int(gone.headers["Retry-After"]) > 0
    assert front.get("/ready").status_code == 503
    server.start()
    assert front.get("/ready").status_code == 200
    assert front.get("/queries/coverage", headers={"Accept": "text/csv"}).status_code == 200
