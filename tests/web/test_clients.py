"""Whose query it is, behind proxies and in spite of forged headers."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from kg.engine import ASKER, OURSELVES, Asker
from kg.web.clients import Clients, TrustedProxies, client_of

TRUSTED = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")]


def seen(peer: str, *headers: str, trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network] = TRUSTED) -> str:
    found: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(client_of(scope))

    scope = {
        "type": "http",
        "client": (peer, 4711),
        "headers": [(b"x-forwarded-for", text.encode("latin-1")) for text in headers],
    }
    asyncio.run(TrustedProxies(app, trusted)(scope, None, None))  # type: ignore[arg-type]
    return found[0]


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),  # forged: it came by no proxy
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),  # the first one was written by the client
        ("10.0.0.1", ["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1, 10.0.0.9, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),  # a client inside
        ("10.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8:1:2:3::4]:4711"], "2001:db8:1:2::/64"),
        ("10.0.0.1", ["203.0.113.9, unknown"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("fd00::1", ["2001:db8:1:2:ffff::1"], "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
    ],
)
def test_the_client_is_behind_the_last_trusted_hop(peer: str, headers: list[str], client: str) -> None:
    assert seen(peer, *headers) == client


def test_nobody_is_trusted_by_default() -> None:
    assert seen("10.0.0.1", "203.0.113.9", trusted=[]) == "10.0.0.1"


def test_one_network_of_ipv6_is_one_client() -> None:
    assert seen("2001:db8::1") == seen("2001:db8::ffff:1") != seen("2001:db8:0:1::1")


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_what_the_client_writes_before_the_proxy_changes_nothing(forged: str) -> None:
    assert seen("10.0.0.1", f"{forged},203.0.113.9") == "203.0.113.9"
    assert seen("192.0.2.1", forged) == "192.0.2.1"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_names(host: str, expected: str) -> None:
    assert client_of({"client": (host, 1)}) == expected


def test_no_address() -> None:
    assert client_of({"client": None}) == client_of({}) == "unknown"


def test_requests_at_the_same_time_are_told_apart() -> None:
    seen: list[tuple[str, Asker]] = []

    async def application(scope: Scope, _: Receive, __: Send) -> None:
        await asyncio.sleep(0)
        seen.append((scope["client"][0], await asyncio.create_task(current())))

    async def current() -> Asker:
        await asyncio.sleep(0)
        return ASKER.get()

    async def nothing() -> Message:
        return {}

    async def nowhere(_: Message) -> None:
        return None

    async def work() -> None:
        hosts = [f"192.0.2.{number}" for number in range(20)]
        calls = (Clients(application)({"type": "http", "client": (host, 1)}, nothing, nowhere) for host in hosts)
        await asyncio.gather(*calls)
        assert seen == [(host, Asker(host)) for host in hosts]
        await Clients(application)({"type": "http", "client": ("192.0.2.99", 1)}, nothing, nowhere)
        assert ASKER.get() == OURSELVES

    asyncio.run(work())
