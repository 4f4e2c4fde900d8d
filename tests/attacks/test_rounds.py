"""A thousand requests drawn from the corpus, from several clients at once: others are served, and nothing is left."""

from __future__ import annotations

import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hostile import Attack, check, corpus, send
from live_server import LiveServer
from victim import Held, Victim

ROUNDS = 1000
CROWD = 6
# What a request may be answered with besides, when six attackers share the workers and 0.3 s are all they get.
CROWDED: frozenset[int | str] = frozenset({408, 413, 422, 429, 503, 504})
# Threads of the HTTP server and a connection that is being closed.
SPARE_DESCRIPTORS = 4
SPARE_MEMORY = 64 * 1024 * 1024


def source(client: int) -> str:
    """The address of an attacker; 127.0.0.2 is the honest client."""
    return f"127.0.0.{10 + client % CROWD}"


def settled(victim: Victim, wanted: Held) -> Held:
    """What the server holds once connections that are being closed are closed."""
    end = time.monotonic() + 10
    while (held := victim.held()).descriptors > wanted.descriptors and time.monotonic() < end:
        time.sleep(0.1)
    return held


def test_a_thousand_requests_leave_nothing_behind() -> None:
    attacks = corpus()
    draw = random.Random(20260717)
    with (
        LiveServer(deadline=0.3, header_wait=0.3, body_wait=0.3, send_wait=0.5, grace=1) as server,
        ThreadPoolExecutor(CROWD) as crowd,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        listener.setblocking(False)
        victim, there = Victim(server), f"http://127.0.0.1:{listener.getsockname()[1]}/"

        def attack(each: Attack, client: int = 1) -> None:
            check(each, send(victim.address, each, there, source(client)), CROWDED)

        list(crowd.map(attack, attacks))  # once each, so that memory that is kept for good is not counted
        victim.honest()
        before = victim.held()
        drawn = [draw.choice(attacks) for _ in range(ROUNDS)]
        for start in range(0, ROUNDS, 50):
            running = [crowd.submit(attack, each, number) for number, each in enumerate(drawn[start : start + 50])]
            victim.saved()
            for future in running:
                future.result()
        victim.honest()
        after = settled(victim, before)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert after.processes <= 1 + 4
    assert after.descriptors <= before.descriptors + SPARE_DESCRIPTORS
    assert after.memory <= before.memory + SPARE_MEMORY


def test_as_many_hostile_queries_as_workers_do_not_keep_pages_waiting() -> None:
    cross = next(attack for attack in corpus() if attack.name == "work/cross-product")
    with LiveServer(deadline=3, workers=2, grace=0.2) as server, ThreadPoolExecutor(CROWD) as crowd:
        victim = Victim(server)
        hostile = [crowd.submit(send, victim.address, cross, "", source(client)) for client in range(CROWD)]
        time.sleep(0.5)
        for _ in range(5):
            victim.saved()
        assert not any(future.done() for future in hostile)
    assert {future.result().status for future in hostile} <= {503, 504}


def test_a_flood_of_pages_from_one_client_does_not_fill_the_queue() -> None:
    with LiveServer(workers=2, queue=4, grace=0.2) as server, ThreadPoolExecutor(16) as crowd:
        victim = Victim(server)
        path = "/drug/one.html"
        page = Attack("page", {"path": path}, frozenset({200, 429}), (), bare=False, leave=False)
        flood = [crowd.submit(send, victim.address, page, "", source(0)) for _ in range(200)]
        while not all(future.done() for future in flood):
            victim.saved()
        statuses = [future.result().status for future in flood]
    assert set(statuses) == {200, 429}
