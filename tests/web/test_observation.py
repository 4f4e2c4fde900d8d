"""The access log and the metrics of a real server."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from live_server import LiveServer, children, free_port, running, start

from kg.engine import Answer
from kg.web.access_log import AccessLog
from kg.web.exchange import Exchange
from kg.web.operation import Level

SECRET = "Zhang San, born 1950"


class Observed:
    """A server with log and metrics, behind a trusted proxy on 127.0.0.1."""

    def __init__(self, level: Level = "on") -> None:
        port = free_port()
        self.metrics_url = f"http://127.0.0.1:{port}/metrics"
        operation = {"access_log": level, "metrics": f"127.0.0.1:{port}", "proxies": ["127.0.0.1"]}
        self.server = LiveServer(deadline=1, workers=1, operation=operation)

    def line(self) -> dict[str, Any]:
        """The next line of the log."""
        assert self.server.process.stdout is not None
        found: dict[str, Any] = json.loads(self.server.process.stdout.readline())
        return found

    def asked(self, path: str, **more: Any) -> dict[str, Any]:
        """What the log says of a request."""
        httpx.get(self.server.url + path, trust_env=False, timeout=20, **more)
        return self.line()

    def metric(self, name: str, **labels: str) -> float:
        """The value of a metric now, 0 where it was not counted yet."""
        shown = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
        text = httpx.get(self.metrics_url, trust_env=False).text
        found = re.search(rf"^{re.escape(name + (f'{{{shown}}}' if shown else ''))} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0


@pytest.fixture(scope="module")
def observed() -> Iterator[Observed]:
    running = Observed()
    with running.server:
        yield running


def test_a_line_says_what_happened_but_not_what_was_asked(observed: Observed) -> None:
    query = f'SELECT * {{ VALUES ?x {{ "{SECRET}" "b" }} }}'
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    for media_type in ("json", "csv", "tsv", "xml"):
        line = observed.asked("/sparql", params={"query": query, "format": media_type}, headers=headers)
        assert line["rows"] == 2, media_type
    assert line | {"time": "", "ms": 0, "bytes": 0} == {
        "time": "",
        "client": "203.0.113.9",
        "method": "GET",
        "route": "/sparql",
        "query": line["query"],
        "status": 200,
        "ms": 0,
        "rows": 2,
        "bytes": 0,
        "cached": False,
    }
    assert re.fullmatch(r"sha256:[0-9a-f]{16}", line["query"])
    assert SECRET not in json.dumps(line)
    assert line["ms"] > 0
    assert line["bytes"] > 200
    datetime.fromisoformat(line["time"])


def test_saved_queries_go_by_their_name_and_things_by_their_route(observed: Observed) -> None:
    listed = httpx.get(observed.server.url + "/queries", trust_env=False).json()["queries"]
    assert observed.line()["route"] == "/queries"
    name = listed[0]["name"]
    line = observed.asked(f"/queries/{name}", params={"no-such-parameter": SECRET})
    assert (line["route"], line["query"], line["status"]) == ("/queries/{name}", name, 400)
    assert SECRET not in json.dumps(line)
    assert observed.asked("/drug/nothing")["route"] == "/{path:path}"
    assert observed.asked("/" + "x" * 9000) | {"time": "", "ms": 0, "bytes": 0, "client": ""} == {
        "time": "", "client": "", "method": "GET", "route": "", "query": "", "status": 414, "ms": 0, "rows": None,
        "bytes": 0, "cached": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/queries/best-rates?floor=0.123&format=csv", "/queries/{name}"),
        (f"/sparql?query=SELECT%20('{SECRET}'%20AS%20%3Fx)%20%7B%7D&format=csv", "/sparql"),
    ],
)
def test_answers_at_hand_are_marked_and_told_as_any(observed: Observed, path: str, route: str) -> None:
    before = observed.metric("oncokg_cache_hits_total", route=route)
    first = httpx.get(observed.server.url + path, trust_env=False)
    made = observed.line()
    assert made["rows"] == len(first.text.splitlines()) - 1
    # By the whole request, by what it asks for, by the tag.
    for headers in ({}, {"Accept": "text/csv"}, {"If-None-Match": first.headers["etag"]}):
        hit = observed.asked(path, headers=headers)
        assert (hit["route"], hit["query"], hit["cached"]) == (route, made["query"], True)
        assert hit["rows"] == made["rows"]
        assert SECRET not in json.dumps(hit)
    assert observed.metric("oncokg_cache_hits_total", route=route) == before + 3


def test_metrics_count_requests_workers_and_why_they_were_ended(observed: Observed) -> None:
    before = observed.metric("oncokg_requests_total", route="/sparql", method="GET", status="200")
    observed.asked("/sparql", params={"query": "ASK {}"})
    assert observed.metric("oncokg_requests_total", route="/sparql", method="GET", status="200") == before + 1
    assert observed.metric("oncokg_workers", state="idle") == 1
    assert observed.metric("oncokg_workers", state="busy") == 0
    assert observed.metric("oncokg_queue_length") == 0
    assert observed.metric("oncokg_statements") == 35
    assert observed.metric("oncokg_response_bytes_total", route="/sparql") > 0
    cross = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(12)) + " }"
    nested = "ASK { FILTER(" + "!" * 50_000 + "1) }"
    assert observed.asked("/sparql", params={"query": cross})["status"] == 504
    direct = {"Content-Type": "application/sparql-query"}
    httpx.post(observed.server.url + "/sparql", content=nested, headers=direct, trust_env=False)
    assert observed.line()["status"] == 422
    assert observed.metric("oncokg_workers_ended_total", reason="deadline") == 1
    assert observed.metric("oncokg_workers_ended_total", reason="nesting") == 1
    assert observed.metric("oncokg_request_seconds_count", route="/sparql") >= 3
    assert observed.metric("process_open_fds") > 0


def test_metrics_are_not_on_the_public_address_and_methods_made_up_do_not_grow_them(observed: Observed) -> None:
    assert observed.asked("/metrics")["status"] == 404
    httpx.request("MADE-UP", observed.server.url + "/sparql", trust_env=False)
    assert observed.line()["method"] == "MADE-UP"
    assert "MADE-UP" not in httpx.get(observed.metrics_url, trust_env=False).text


def test_ready_starts_what_is_missing() -> None:
    with LiveServer() as server, httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client:
        assert client.get("/ready").json() == {"status": "ready"}
        nursery = children(server.process.pid)[0]
        os.kill(nursery, signal.SIGKILL)
        while running([nursery]):
            time.sleep(0.01)
        statuses = [client.get("/ready").status_code for _ in range(20)]
        assert set(statuses) <= {200, 503}
        assert statuses[-1] == 200


async def _logged(log: AccessLog, exchange: Exchange) -> None:
    log(exchange)
    log.flush()


def test_text_and_parameters_are_written_for_debugging_only() -> None:
    written: dict[str, dict[str, Any]] = {}
    for level in ("on", "debug"):
        stream = io.StringIO()
        exchange = Exchange("GET", "192.0.2.1", "/sparql", text=SECRET, parameters={"disease": SECRET})
        asyncio.run(_logged(AccessLog(stream, level, lambda: 1_767_225_600.0), exchange))
        assert stream.getvalue().count("\n") == 1
        written[level] = json.loads(stream.getvalue())
    assert written["on"]["time"] == "2026-01-01T00:00:00.000+00:00"
    assert SECRET not in json.dumps(written["on"])
    assert written["debug"] == written["on"] | {"text": SECRET, "parameters": {"disease": SECRET}}


def test_a_log_that_nobody_reads_does_not_stop_the_server() -> None:
    with LiveServer(operation={"access_log": "on"}) as server:
        assert server.process.stdout is not None
        server.process.stdout.close()
        server.process.stdout = None
        for _ in range(3):
            assert httpx.get(f"{server.url}/health", trust_env=False).status_code == 200


def test_a_metrics_port_in_use() -> None:
    with LiveServer() as server:
        taken = f"127.0.0.1:{server.url.rsplit(':', 1)[1]}"
        process = start(operation={"metrics": taken})
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert errors.startswith(f"ServerError: The metrics cannot be served on {taken}")


@pytest.mark.parametrize(
    ("form", "name", "body", "rows"),
    [
        ("solutions", "json", b'{"head":{"vars":["x"]},"results":{"bindings":[]}}', 0),
        ("solutions", "csv", b'x\r\n"a\nb"\r\n', 1),
        ("solutions", "tsv", b"?x\n", 0),
        ("triples", "ntriples", b"<a> <b> <c> .\n<a> <b> <d> .\n", 2),
        ("triples", "turtle", b"<a> <b> <c> , <d> .\n", None),
        ("boolean", "json", b'{"head":{},"boolean":true}', None),
    ],
)
def test_rows_of_an_answer(form: Any, name: str, body: bytes, rows: int | None) -> None:
    assert Answer(form, name, "", body).rows == rows
