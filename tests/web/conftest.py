from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from live_server import LiveServer


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    with LiveServer(deadline=2, result_bytes=200_000, page_bytes=100_000, page_rows=5) as running:
        yield running


@pytest.fixture
def client(server: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20, trust_env=False) as opened:
        yield opened
