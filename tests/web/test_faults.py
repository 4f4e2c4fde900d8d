"""A fault of ours: the client learns nothing of the inside, the operator everything but the question."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from kg.catalog import Catalog
from kg.engine import Engine, Source
from kg.web.app import create_app

DATA = Path(__file__).resolve().parent / "data.trig"


def test_a_fault_is_told_to_the_operator_only(caplog: pytest.LogCaptureFixture) -> None:
    broken = Catalog({"x": "not a query"})  # type: ignore[dict-item]

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
    assert "AttributeError" in caplog.text
    assert "secret" not in caplog.text
