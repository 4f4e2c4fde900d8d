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
def test_pause(error: OncoKGError, status: int, pauses: bool) -> None:
    async def run() -> None:
        kind = EngineUnavailableError if isinstance(error, EngineUnavailableError) else OncoKGError
        answering = handlers(Limits(refusal_wait=0.05))[kind](REQUEST, error)
        assert inspect.isawaitable(answering)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        response = await answering
        assert (loop.time() - begun >= 0.05) is pauses
        assert response.status_code == status
        assert ("retry-after" in response.headers) is pauses

    asyncio.run(run())
