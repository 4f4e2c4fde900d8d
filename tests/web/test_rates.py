"""The token bucket, on a clock that the tests move."""

from __future__ import annotations

import httpx
import pytest
from live_server import LiveServer

from kg.engine import RateLimitedError
from kg.web import rates
from kg.web.rates import Accounts, Rates


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def refused(account: Rates, client: str) -> int:
    """Seconds to wait; 0 where the client is let in."""
    try:
        account.admit(client)
    except RateLimitedError as error:
        return error.retry_after
    return 0


def test_who_has_used_its_seconds_waits_until_some_have_come_back() -> None:
    clock = Clock()
    account = Rates(60, clock)
    account.spend("a", 59)
    assert refused(account, "a") == 0
    account.spend("a", 11)  # what a query costs is known only when it has ended
    assert refused(account, "a") == 10
    assert refused(account, "b") == 0
    clock.now = 9
    assert refused(account, "a") == 1
    clock.now = 10.5
    assert refused(account, "a") == 0


def test_a_bucket_does_not_overflow() -> None:
    clock = Clock()
    account = Rates(6, clock)
    clock.now = 3600
    account.spend("a", 7)
    assert refused(account, "a") == 10


def test_buckets_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST_CLIENTS", 3)
    clock = Clock()
    account = Rates(1, clock)
    for name in "abcd":
        account.spend(name, 2)
    assert [refused(account, name) > 0 for name in "abcd"] == [False, True, True, True]
    clock.now = 120  # all are full again by now
    account.spend("e", 2)
    assert [refused(account, name) > 0 for name in "bcde"] == [False, False, False, True]
    assert len(account._levels) == 1


def test_the_server_itself_is_not_limited() -> None:
    clock = Clock()
    account = Accounts(Rates(1, clock), lambda reason: None)
    account.spent("", 100)
    account.admit("")
    account.spent("a", 100)
    with pytest.raises(RateLimitedError, match="1 seconds of query time a minute"):
        account.admit("a")


def test_over_http() -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o . ?p ?q ?r }"
    with LiveServer(deadline=1, operation={"rate_limit": "0.5"}) as server:
        with httpx.Client(base_url=server.url, timeout=20, trust_env=False) as client:
            assert client.get("/sparql", params={"query": heavy}).status_code == 504
            again = client.get("/sparql", params={"query": "ASK {}"})
            assert again.status_code == 429
            assert again.json()["code"] == "rate-limited"
            assert 30 < int(again.headers["Retry-After"]) < 600
            assert client.get("/health").status_code == client.get("/limits").status_code == 200
        other = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(base_url=server.url, transport=other, timeout=20) as honest:
            assert honest.get("/sparql", params={"query": "ASK {}"}).status_code == 200
