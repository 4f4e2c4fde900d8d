"""Stops the work for a request when its client goes away: nobody is left to read the answer."""

from __future__ import annotations

import asyncio
from types import TracebackType

from starlette.requests import Request

from kg.web.problems import HttpProblem

__all__ = ["Connected"]

_PATIENCE = 0.05


class Connected:
    """Cancels the block `async with Connected(request)` when the client has closed the connection.

    Raises HttpProblem then, for the log: nobody gets it. To look costs more than most answers, so for the first 50 ms
    nobody looks.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._task: asyncio.Task[None] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._gone = False

    async def __aenter__(self) -> None:
        self._task = asyncio.current_task()
        self._before = self._task.cancelling() if self._task else 0
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self._look)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self._gone and self._task is not None:
            # As asyncio.timeout does it: another one may have cancelled the task as well.
            others = self._task.uncancel() > self._before
            if kind is asyncio.CancelledError and not others:
                detail = "The client closed the connection before the answer was ready."
                raise HttpProblem(400, "bad-request", detail) from error

    def _look(self) -> None:
        self._watcher = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        if self._task is not None:
            self._task.cancel()
