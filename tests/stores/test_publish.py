"""A release is loaded into real stores: whole, the same however often it is run, gone on with where it broke off."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.errors import PublishError
from kg.manifest import METADATA, QUADS
from kg.publish import MARKERS, Credentials, GraphStore, Published, Store, endpoints, publish
from kg.publish.connection import Connection
from kg.publish.graphs import GraphFile, write_graph
from kg.terms import BASE, DCTERMS, OWL, RDF, graph
from tests.stores.conftest import connection_to, store_at
from tests.stores.servers import Oxigraph, Server, Virtuoso

pytestmark = pytest.mark.stores

IDENTIFIER = DCTERMS + "identifier"
LISTS = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?class <{OWL}intersectionOf>/<{RDF}rest>*/<{RDF}first> ?member }}"


def graphs(release: Path) -> Counter[str]:
    """Every named graph of a release and how many triples it holds."""
    parsed = (ox.parse(path=str(release / name), format=ox.RdfFormat.N_QUADS) for name in (QUADS, METADATA))
    return Counter(quad.graph_name.value for quads in parsed for quad in quads)


def extra(store: Store, name: str, folder: Path) -> None:
    """Put a graph of one triple, that no release holds."""
    triple = ox.Triple(ox.NamedNode(BASE + "a"), ox.NamedNode(BASE + "b"), ox.Literal("c"))
    store.replace(write_graph(name, [triple], folder / "extra.nt"))


@pytest.fixture(scope="module")
def counts(release: Path) -> Counter[str]:
    return graphs(release)


def found(store: Store, wanted: Counter[str]) -> dict[str, int]:
    return {name: store.count(name) for name in wanted}


def test_every_graph_is_there_and_marked_and_stays_so(
    store: Store, release: Path, counts: Counter[str], connection: Connection
) -> None:
    store.drop(MARKERS)
    lines: list[str] = []
    done = publish(release, store, tell=lines.append)
    assert done == Published(loaded=len(counts), kept=0, dropped=0, triples=counts.total())
    assert [line.partition(" ")[0] for line in lines] == [f"[{n}/{len(counts)}]" for n in range(1, len(counts) + 1)]
    assert {graph("metadata"), BASE + ".well-known/sparql-examples"} < set(counts)
    assert found(store, counts) == counts
    markers = store.objects(MARKERS, IDENTIFIER)
    assert set(markers) == set(counts)

    again = publish(release, store)
    assert (again.loaded, again.kept, again.dropped) == (0, len(counts), 0)
    assert found(store, counts) == counts
    assert store.objects(MARKERS, IDENTIFIER) == markers

    ontology = LISTS.replace("WHERE", f"FROM <{graph('ontology')}> WHERE")
    (ours,) = ox.Store.read_only(str(release / "store")).query(ontology)
    (theirs,) = connection.select(store.endpoints.query, ontology, "counting members of lists")
    assert int(theirs["n"]) == int(ours["n"].value) > 10, "blank nodes stay linked"


def test_what_others_did_is_put_right_or_left_alone(
    store: Store, release: Path, counts: Counter[str], tmp_path: Path
) -> None:
    """A graph of ours that was changed, one of an earlier release, and one that is not ours."""
    publish(release, store)
    gone, other = graph("source/gone-2020"), BASE + "not-ours"
    for name in (graph("studies"), gone, other):
        extra(store, name, tmp_path)
    hashes = store.objects(MARKERS, IDENTIFIER) | {gone: "sha256:0"}
    triples = [ox.Triple(ox.NamedNode(name), ox.NamedNode(IDENTIFIER), ox.Literal(hashes[name])) for name in hashes]
    store.replace(write_graph(MARKERS, triples, tmp_path / "markers.nt"))

    done = publish(release, store)
    assert (done.loaded, done.dropped) == (1, 1)
    assert found(store, counts) == counts
    assert (store.count(gone), store.count(other)) == (0, 1)
    assert set(store.objects(MARKERS, IDENTIFIER)) == set(counts)
    store.drop(other)


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    with connection_to(server) as opened:
        yield opened


@pytest.mark.parametrize("protocol", ["graph-store", "update"])
def test_a_store_that_ends_in_the_middle_is_gone_on_with(
    protocol: str, oxigraph: Oxigraph, release: Path, counts: Counter[str], tmp_path: Path
) -> None:
    server = Oxigraph(tmp_path / "server")
    lines: list[str] = []

    def stop_after_the_third(line: str) -> None:
        lines.append(line)
        if line.startswith("[3/"):
            server.stop()

    with server, Connection() as connection:
        store = store_at(server, protocol, connection)
        with pytest.raises(PublishError, match="no connection to http"):
            publish(release, store, tell=stop_after_the_third)
        server.start()
        assert len(store.objects(MARKERS, IDENTIFIER)) == 3
        again = publish(release, store)
        assert (again.kept, again.loaded) == (3, len(counts) - 3)
        assert found(store, counts) == counts


class BreaksOff(GraphStore):
    """Loads the first half of one graph, then fails."""

    def replace(self, part: GraphFile) -> None:
        if part.name != graph("studies"):
            return super().replace(part)
        content = part.path.read_bytes()
        part.path.write_bytes(content[: content.index(b"\n", len(content) // 2) + 1])
        super().replace(dataclasses.replace(part, size=part.path.stat().st_size))
        raise PublishError("broken off")


def test_a_graph_that_is_half_there_has_no_marker(
    oxigraph: Oxigraph, release: Path, counts: Counter[str], tmp_path: Path
) -> None:
    with Connection() as connection:
        store = store_at(oxigraph, "graph-store", connection)
        publish(release, store)
        extra(store, graph("studies"), tmp_path)
        with pytest.raises(PublishError, match="broken off"):
            publish(release, BreaksOff(store.endpoints, connection))
        assert 1 < store.count(graph("studies")) < counts[graph("studies")]
        assert set(store.objects(MARKERS, IDENTIFIER)) == set(counts) - {graph("studies")}
        assert publish(release, store).loaded == 1
        assert found(store, counts) == counts


def test_virtuoso_says_who_may_write(virtuoso: Virtuoso) -> None:
    where = endpoints(virtuoso.url + "/sparql-graph-crud-auth")
    for auth, credentials, message in (
        ("basic", None, "it asks for a user: set ONCOKG_PUBLISH_USER and ONCOKG_PUBLISH_PASSWORD"),
        ("basic", Credentials("dba", "dba"), "it wants --auth digest"),
        ("digest", Credentials("dba", "wrong"), "user or password are wrong"),
    ):
        with Connection(auth, credentials) as connection, pytest.raises(PublishError, match=message):
            GraphStore(where, connection).drop(BASE + "nothing")


def test_a_cut_answer_is_no_answer(virtuoso: Virtuoso) -> None:
    """Virtuoso answers 200 with the first 10 000 rows; a header tells."""
    query = "SELECT ?a ?c WHERE { ?a ?b ?x . ?c ?d ?y }"
    with connection_to(virtuoso) as connection:
        raw = httpx.get(virtuoso.url + "/sparql", params={"query": query}, timeout=60, trust_env=False)
        assert (raw.status_code, raw.headers["X-SPARQL-MaxRows"]) == (200, "10000")
        with pytest.raises(PublishError, match="cut its answer after 10000 rows"):
            connection.select(virtuoso.url + "/sparql", query, "reading")


def test_the_command(virtuoso: Virtuoso, release: Path, tmp_path: Path) -> None:
    secret = tmp_path / "credentials"
    secret.write_text("dba:dba\n")
    secret.chmod(0o600)
    to = f"{virtuoso.url}/sparql-graph-crud-auth"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ONCOKG_")}
    run = [sys.executable, "-W", "error", "-m", "kg.cli", "publish", "--to", to, "--release", str(release)]
    with connection_to(virtuoso) as connection:
        store_at(virtuoso, "graph-store", connection).drop(MARKERS)
    refused = subprocess.run(run, capture_output=True, text=True, env=environment, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "answers 401: it asks for a user" in refused.stderr
    run += ["--auth", "digest", "--credentials", str(secret)]
    allowed = subprocess.run(run, capture_output=True, text=True, env=environment, check=False)
    assert allowed.returncode == 0, allowed.stderr
    assert allowed.stdout.startswith(f"{to}: ")
    assert allowed.stderr.startswith("[1/")
