"""A fault of ours: the client learns nothing of the inside, the operator everything but the question."""

from __future__ import annotations

import asyncio
import dataclasses

import httpx
import pytest
from live_server import DATA, QUERIES

from kg.catalog import Catalog
from kg.engine import Engine, Source
from kg.web.app import create_app


def test_a_fault_is_told_to_the_operator_only(caplog: pytest.LogCaptureFixture) -> None:
    query = dataclasses.replace(Catalog.load(QUERIES).get("links"), parameters=None)  # type: ignore[arg-type]
    broken = Catalog({"x": query})

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(Engine(Source.of_files([DATA])), broken), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get("/queries/x?name=secret", headers={"Accept": "text/html"})

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal-error"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Traceback" not in answer.text
    assert "GET /queries/x" in caplog.text
    assert "Traceback" in caplog.text
    assert "TypeError" in caplog.text
    assert "secret" not in caplog.text
