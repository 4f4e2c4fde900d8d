from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live_server import HERE, PUBLIC, LiveServer


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    with LiveServer(deadline=2, result_bytes=200_000, page_bytes=100_000, page_rows=5) as running:
        yield running


@pytest.fixture
def client(server: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20, trust_env=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def things() -> Iterator[httpx.Client]:
    """A server with the made-up things of things.trig."""
    with (
        LiveServer([HERE / "things.trig"], None) as running,
        httpx.Client(base_url=running.url, timeout=20, trust_env=False) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def released(release: Path) -> Iterator[httpx.Client]:
    """A server with that release, reached under a public address."""
    with (
        LiveServer((), None, release=release, public_url=PUBLIC) as running,
        httpx.Client(base_url=running.url, timeout=20, trust_env=False) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def short_pages() -> Iterator[httpx.Client]:
    """The same things, five statements a page."""
    with (
        LiveServer([HERE / "things.trig"], None, entity_statements=5) as running,
        httpx.Client(base_url=running.url, timeout=20, trust_env=False) as opened,
    ):
        yield opened
