"""Both clients send what the plan says; nothing here measures time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import load
from bench.agreement import agreement
from bench.plan import Plan, Request, asking
from bench.servers import Oncokg, memory
from bench.workloads import analytic

LONG = "SELECT ?s WHERE { ?s ?p ?o } # " + "x" * 7000


def test_a_long_query_is_sent_as_a_form() -> None:
    assert asking("/query", "ASK {}").method == "GET"
    request = asking("/query", LONG)
    assert (request.method, request.target) == ("POST", "/query")
    head, _, body = request.raw("127.0.0.1:1").partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head


def test_a_plan_repeats_its_order() -> None:
    first, second = Request("GET", "/a"), Request("GET", "/b")
    plan = Plan([first, second], [1, 1, 0])
    assert [plan.at(number) for number in range(4)] == [second, second, first, second]


def test_our_client_sends_as_many_as_asked(server: Oncokg) -> None:
    plan = Plan([asking("/sparql", "ASK {}"), asking("/sparql", "ASK {")])
    found = load.watch(server.url, plan, 2, 30, most=10)
    assert (found.answers, found.failures, found.client) == (5, 5, "asyncio")


@pytest.mark.skipif(load.WRK is None, reason="wrk is not installed (Debian package wrk)")
def test_wrk_sends_the_requests_of_the_plan(server: Oncokg) -> None:
    good = load.best_client(server.url, Plan([asking("/sparql", LONG), asking("/sparql", "ASK {}")]), 2, 1)
    assert (good.failures, good.client) == (0, "wrk")
    assert good.answers > 0
    bad = load.best_client(server.url, Plan([asking("/sparql", "ASK {")]), 2, 1)
    assert bad.answers == 0
    assert bad.failures > 0


def test_a_storm_counts_answers_by_status(server: Oncokg) -> None:
    plan = Plan([asking("/sparql", "ASK {}"), asking("/sparql", "ASK {")])
    found = load.storm(server.url, plan, 4, 2, 1)
    assert set(found.statuses) == ({200, 0} | {400} if load.WRK else {200, 400})
    assert {sample.status for sample in found.samples} == {200, 400}
    assert found.without_retry_after == 0


def test_answers_are_compared_by_their_rows(server: Oncokg) -> None:
    plan = analytic(1).ours
    assert agreement(server, plan, server, plan, 100).differing == ()
    other = Plan([asking("/sparql", "SELECT ?x { }")] * len(plan.requests))
    assert agreement(server, plan, server, other, 100).compared == len(plan.requests)
    assert agreement(server, plan, server, other, 100).differing


def test_the_memory_of_a_server_counts_its_workers(server: Oncokg) -> None:
    lines = Path(f"/proc/{server.pid}/smaps_rollup").read_text().splitlines()
    alone = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    assert memory(server.pid) > alone / 1024
