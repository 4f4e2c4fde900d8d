"""Changes to a new release while requests are answered: each request ends on the release that it began on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from kg.catalog import Catalog
from kg.engine import Engine
from kg.errors import OncoKGError

__all__ = ["Reloadable", "Stage"]

_LOG = logging.getLogger("oncokg")


@dataclass
class Stage:
    """An engine with the saved queries, the application over them, and how many requests are being answered there."""

    engine: Engine
    catalog: Catalog
    app: ASGIApp
    under_way: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)


class Reloadable:
    """An ASGI application that passes requests to the current stage.

    `opening` makes a stage from what lies on disk now and raises OncoKGError where that is damaged; the engine is
    started here. `told` hears of each reload: the stage that was taken, or None.
    """

    def __init__(self, opening: Callable[[], Stage], told: Callable[[Stage | None], None]) -> None:
        self._opening = opening
        self._told = told
        self._stages: list[Stage] = []
        self._one = asyncio.Lock()

    @property
    def engine(self) -> Engine | None:
        """The engine that new requests are answered by; None before the start."""
        return self._stages[-1].engine if self._stages else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        stage = self._stages[-1]
        stage.under_way += 1
        try:
            await stage.app(scope, receive, send)
        finally:
            stage.under_way -= 1
            if not stage.under_way:
                stage.left.set()

    async def start(self) -> Stage:
        """Open the first stage. Raises OncoKGError."""
        self._stages.append(await self._open())
        return self._stages[-1]

    async def reload(self) -> None:
        """Open what lies on disk now and pass new requests to it; where that cannot be done, keep what there is."""
        async with self._one:
            try:
                stage = await self._open()
            except OncoKGError as error:
                _LOG.error("the new release was not taken, and the old one is served on: %s", error)
                self._told(None)
                return
            except Exception:
                _LOG.exception("the new release was not taken, and the old one is served on")
                self._told(None)
                return
            old = self._stages[-1]
            self._stages.append(stage)
            self._told(stage)
            await self._retire(old)

    async def interrupt(self) -> None:
        """Stop the queries that run now; their callers get 503."""
        for stage in list(self._stages):
            await stage.engine.interrupt()

    async def stop(self) -> None:
        """End every engine."""
        while self._stages:
            await self._stages.pop().engine.stop()

    async def _open(self) -> Stage:
        stage = await asyncio.to_thread(self._opening)
        try:
            await stage.engine.start()
        except BaseException:
            await stage.engine.stop()
            raise
        return stage

    async def _retire(self, stage: Stage) -> None:
        """Wait for the requests that began there, then end the engine; one that has no query left to ask may go on."""
        limits = stage.engine.limits
        stage.left.clear()
        if stage.under_way:
            with suppress(TimeoutError):
                async with asyncio.timeout(limits.body_wait + limits.queue_wait + limits.deadline):
                    await stage.left.wait()
        self._stages.remove(stage)
        await stage.engine.stop()
