"""What goes wrong with a store is one message that says what, where and what to do."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import PublishError
from kg.publish import Credentials, GraphStore, UpdateStore, endpoints
from kg.publish.connection import Connection
from kg.publish.graphs import GraphFile, write_graph

NAME = "https://w3id.org/oncokg/graph/studies"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


class Faulty(ThreadingHTTPServer):
    """Answers every request in one way: with a status, headers and a body, or not at all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status, self.answer, self.kind = 200, b"", "text/plain"
        self.headers: dict[str, str] = {}
        self.closes = self.waits = False
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.ended = threading.Event()


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Faulty

    def answer(self) -> None:
        if self.server.waits:
            self.server.ended.wait(30)
        if self.server.closes or self.server.waits:
            self.close_connection = True
            return
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(self.server.status)
        for name, value in {"Content-Type": self.server.kind, **self.server.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with Faulty() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.ended.set()
        server.shutdown()


@pytest.fixture
def part(tmp_path: Path) -> GraphFile:
    triple = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))
    return write_graph(NAME, [triple], tmp_path / "part.nt")


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (301, "the store is at http://elsewhere.example/: give that address"),
        (400, r"it refused \(what it says, shortened\)"),
        (401, "it asks for a user: set ONCOKG_PUBLISH_USER and ONCOKG_PUBLISH_PASSWORD, or give --credentials FILE"),
        (403, "this user may not do that"),
        (404, "nothing is there: check the address"),
        (405, "does not take that method: check the address, or try --update"),
        (413, "refuses so large a body: .* publish with --update"),
        (415, "does not take that format"),
        (500, r"the store failed \(what it says, shortened\)"),
        (501, "does not take that method"),
        (503, "the store failed"),
    ],
)
@pytest.mark.parametrize("kind", [GraphStore, UpdateStore])
def test_statuses(
    kind: type[GraphStore | UpdateStore], status: int, advice: str, faulty: Faulty, part: GraphFile
) -> None:
    faulty.status, faulty.answer = status, b"what it\n  says, shortened"
    faulty.headers = {"Location": "http://elsewhere.example/"} if status == 301 else {}
    with Connection() as connection:
        store = kind(endpoints(faulty.url + "/store"), connection)
        message = rf"^loading {NAME}: {faulty.url}/store\S* answers {status}: .*{advice}"
        with pytest.raises(PublishError, match=message):
            store.replace(part)


def test_what_a_store_says_is_cut(faulty: Faulty, part: GraphFile) -> None:
    faulty.status, faulty.answer = 500, b"x" * 100_000
    with Connection() as connection, pytest.raises(PublishError) as raised:
        GraphStore(endpoints(faulty.url + "/store"), connection).replace(part)
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize(
    ("auth", "challenge", "advice"),
    [
        ("basic", 'Digest realm="SPARQL", nonce="1", qop="auth"', "it wants --auth digest"),
        ("digest", 'Basic realm="store"', "it wants --auth basic"),
        ("basic", 'Basic realm="store"', "user or password are wrong"),
    ],
)
def test_what_a_401_asks_for(auth: str, challenge: str, advice: str, faulty: Faulty, part: GraphFile) -> None:
    faulty.status, faulty.headers = 401, {"WWW-Authenticate": challenge}
    with (
        Connection(auth, Credentials("anna", "secret")) as connection,
        pytest.raises(PublishError, match=advice) as raised,
    ):
        GraphStore(endpoints(faulty.url + "/store"), connection).replace(part)
    assert "secret" not in str(raised.value)


def test_dropping_what_is_not_there_is_no_fault(faulty: Faulty) -> None:
    faulty.status = 404
    with Connection() as connection:
        GraphStore(endpoints(faulty.url + "/store"), connection).drop(NAME)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"<html>hello</html>", "text/html"),
        (b"{}", "application/json"),
        (b"[1]", "application/json"),
        (b"", "text/plain"),
    ],
)
def test_no_sparql_store(answer: bytes, kind: str, faulty: Faulty) -> None:
    faulty.answer, faulty.kind = answer, kind
    with (
        Connection() as connection,
        pytest.raises(PublishError, match=f"does not answer SPARQL queries .it sent {kind}"),
    ):
        GraphStore(endpoints(faulty.url), connection).count(NAME)


def test_an_answer_that_is_no_count(faulty: Faulty) -> None:
    faulty.answer = json.dumps({"results": {"bindings": []}}).encode()
    with Connection() as connection, pytest.raises(PublishError, match="gave no count"):
        GraphStore(endpoints(faulty.url), connection).count(NAME)


def test_an_answer_that_was_cut(faulty: Faulty) -> None:
    faulty.answer = json.dumps({"results": {"bindings": [{"s": {"value": "a"}, "o": {"value": "b"}}]}}).encode()
    for headers in ({"X-SPARQL-MaxRows": "1"}, {"X-SQL-State": "S1TAT"}):
        faulty.headers = headers
        with Connection() as connection, pytest.raises(PublishError, match="cut its answer after 1 rows"):
            GraphStore(endpoints(faulty.url), connection).objects(NAME, "urn:b")


def test_nothing_listens(part: GraphFile) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/store"
        with (
            Connection() as connection,
            pytest.raises(PublishError, match=f"no connection to {url}.*is the store running"),
        ):
            GraphStore(endpoints(url), connection).replace(part)


def test_no_tls(faulty: Faulty, part: GraphFile) -> None:
    url = faulty.url.replace("http:", "https:") + "/store"
    with (
        Connection() as connection,
        pytest.raises(PublishError, match=f"no trusted TLS connection to {url} .*SSL_CERT_FILE"),
    ):
        GraphStore(endpoints(url), connection).replace(part)


def test_no_answer_in_time(faulty: Faulty, part: GraphFile) -> None:
    faulty.waits = True
    with (
        Connection(timeout=0.2) as connection,
        pytest.raises(PublishError, match=r"no answer in time from .* --timeout"),
    ):
        GraphStore(endpoints(faulty.url), connection).replace(part)


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_time_that_is_none(timeout: float) -> None:
    with pytest.raises(PublishError, match="seconds above 0"):
        Connection(timeout=timeout)


def test_a_connection_that_breaks(faulty: Faulty, part: GraphFile) -> None:
    faulty.closes = True
    with Connection() as connection, pytest.raises(PublishError, match=r"the connection to .* broke .* to go on"):
        GraphStore(endpoints(faulty.url), connection).replace(part)


def test_the_command_ends_with_2(faulty: Faulty) -> None:
    for to in (f"{faulty.url}/store", "nowhere"):
        run = subprocess.run(
            [sys.executable, "-m", "kg.cli", "publish", "--to", to, "--release", "/nonexistent"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 2
        assert run.stderr.startswith("oncokg: ")
        assert run.stderr.count("\n") == 1
