"""Queries that would end, block or misuse a server: each gets a complete answer, and the next one works."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from live_server import LiveServer, children, running
from test_sparql_protocol import problem, rows

PARENTHESES = "ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }"
NOTS = "ASK { FILTER(" + "!" * 30_000 + "1) }"
GROUPS = "ASK " + "{" * 15_000 + "}" * 15_000
CROSS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(12)) + " }"
CONCAT = (
    "SELECT (STRLEN(?v26) AS ?n) { BIND('0123456789' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(26))
    + " }"
)
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def honest(client: httpx.Client) -> None:
    assert (
        rows(client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}))[0]["n"]["value"] == "35"
    )


@pytest.mark.parametrize("text", [PARENTHESES, GROUPS], ids=["parentheses", "groups"])
def test_deep_nesting_ends_only_its_worker(client: httpx.Client, text: str) -> None:
    answer = client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-query"})
    refused = problem(answer, 422, "query-too-complex")
    assert "nests too deeply" in refused["detail"]
    honest(client)


def test_a_slow_query_is_stopped(client: httpx.Client) -> None:
    refused = problem(client.post("/sparql", data={"query": CROSS}), 504, "query-timeout")
    assert "2 seconds" in refused["detail"]
    honest(client)


def test_a_memory_bomb_is_contained(client: httpx.Client) -> None:
    answer = client.post("/sparql", data={"query": CONCAT})
    assert answer.status_code in {422, 504}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    honest(client)


def test_a_huge_answer_is_refused_whole(client: httpx.Client) -> None:
    refused = problem(client.post("/sparql", data={"query": LONG}), 413, "result-too-large")
    assert "200,000 bytes" in refused["detail"]
    page = client.post("/sparql", data={"query": LONG}, headers={"Accept": "text/html"})
    assert "100,000 bytes" in problem(page, 413, "result-too-large")["detail"]
    honest(client)


def services(port: int) -> list[str]:
    there = f"http://127.0.0.1:{port}/"
    return [
        f"SELECT * {{ SERVICE <{there}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{there}> {{ ?s ?p ?o }} }}",
        f"ASK {{ FILTER EXISTS {{ SERVICE <{there}> {{ ?s ?p ?o }} }} }}",
        f"PREFIX ex: <{there}> SELECT * {{ SERVICEex:q{{ ?s ?p ?o }} }}",
        f"SELECT * {{ VALUES ?u {{ <{there}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
        f"SELECT * {{ {{ SELECT * {{ sErViCe<{there}>{{ ?s ?p ?o }} }} }} }}",
        f"CONSTRUCT WHERE {{ ?s ?p ?o }} # SERVICE <{there}>",
        f"SELECT * FROM <{there}> {{ ?s ?p ?o }}",
        f"LOAD <{there}>",
        f"SELECT * {{ GRAPH <{there}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ \\u0053ERVICE <{there}> {{ ?s ?p ?o }} }}",
        f"DESCRIBE <{there}>",
    ]


def test_no_query_reaches_a_listener(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        statuses = [client.post("/sparql", data={"query": text}).status_code for text in services(port)]
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert statuses[0] == 403
    assert set(statuses) <= {200, 400, 403}
    text = services(port)[0]
    assert "SERVICE" in problem(client.post("/sparql", data={"query": text}), 403, "federation-refused")["detail"]


def test_a_client_that_goes_away_stops_its_query() -> None:
    with (
        LiveServer(deadline=60, workers=1, queue_wait=30) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        with pytest.raises(httpx.ReadTimeout):
            client.post("/sparql", data={"query": CROSS}, timeout=0.5)
        # With one worker and a deadline of a minute, this answers soon only if the first query was stopped.
        client.timeout = httpx.Timeout(20)
        honest(client)


def test_too_many_at_once_are_told_to_come_back() -> None:
    with LiveServer(deadline=2, workers=1, queue=1, queue_wait=1) as server, ThreadPoolExecutor(6) as crowd:
        # Six different queries, for one that is asked six times is evaluated once.
        texts = [f"{CROSS} #{number}" for number in range(6)]
        asked = [crowd.submit(httpx.post, f"{server.url}/sparql", data={"query": text}, timeout=20) for text in texts]
        answers = [future.result() for future in asked]
        statuses = sorted(answer.status_code for answer in answers)
        assert set(statuses) == {429, 503, 504}
        for status, code in ((503, "engine-unavailable"), (429, "share-used")):
            busy = next(answer for answer in answers if answer.status_code == status)
            assert int(problem(busy, status, code) and busy.headers["retry-after"]) >= 1
        with httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client:
            honest(client)


def test_a_body_that_never_ends() -> None:
    with LiveServer(body_wait=1) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=15) as connection:
            head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            connection.sendall(f"{head}Content-Length: 50\r\n\r\nASK".encode())
            assert connection.recv(20).startswith(b"HTTP/1.1 408")


def test_nothing_is_left_behind_by_many_hostile_queries() -> None:
    with (
        LiveServer(deadline=0.3, workers=2) as server,
        httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client,
    ):
        honest(client)

        def descriptors() -> int:
            return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))

        before = descriptors()
        for text in [NOTS, CROSS, "ASK { SERVICE <http://127.0.0.1:1/> {} }", "nonsense"] * 10:
            assert client.post("/sparql", data={"query": text}).status_code >= 400
            honest(client)
        assert descriptors() <= before + 2
        assert len(running(children(server.process.pid))) <= 3


def test_a_parameter_bomb_does_not_block_others(client: httpx.Client) -> None:
    done = threading.Event()

    def bother() -> None:
        while not done.is_set():
            client.get("/queries/drugs-by-target", params={"target": "e" * 399})

    with ThreadPoolExecutor(4) as crowd:
        futures = [crowd.submit(bother) for _ in range(4)]
        try:
            for _ in range(5):
                honest(client)
                time.sleep(0.01)
        finally:
            done.set()
        for future in futures:
            assert future.result() is None
