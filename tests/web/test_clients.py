"""Under which name the queries of a request are counted."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from kg.engine import ASKER, OURSELVES, Asker
from kg.web.clients import Clients, client_of


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
