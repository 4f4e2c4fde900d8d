"""A refusal for want of room is not given at once; any other is."""

from __future__ import annotations

import asyncio
import inspect

import pytest
from starlette.requests import Request

from kg.engine import EngineUnavailableError, Limits, RateLimitedError, ShareUsedError
from kg.errors import OncoKGError, UnknownQueryError
from kg.web.problems import handlers

REQUEST = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})


@pytest.mark.parametrize(
    ("error", "status", "pauses"),
    [
        (EngineUnavailableError("The queue is full.", 2), 503, True),
        (ShareUsedError("Your share is used.", 2), 429, True),
        (RateLimitedError("Your time is used up.", 7), 429, True),
        (UnknownQueryError("There is none."), 404, False),
    ],
)
def test_pause(monkeypatch: pytest.MonkeyPatch, error: OncoKGError, status: int, pauses: bool) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)

    async def run() -> None:
        kind = EngineUnavailableError if isinstance(error, EngineUnavailableError) else OncoKGError
        answering = handlers(Limits(refusal_wait=3))[kind](REQUEST, error)
        assert inspect.isawaitable(answering)
        response = await answering
        assert response.status_code == status
        assert ("retry-after" in response.headers) is pauses

    asyncio.run(run())
    assert slept == ([3] if pauses else [])
