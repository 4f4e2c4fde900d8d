"""Answers requests from what is known already: the client's own copy, a finished body, an evaluation in flight."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.catalog import Catalog
from kg.engine import Asker, Engine
from kg.web.bodies import Bodies, Body
from kg.web.connection import Connected
from kg.web.deployment import Deployment
from kg.web.exchange import Exchange, exchange_of
from kg.web.responses import VARY
from kg.web.sharing import Sharing
from kg.web.tags import edition_of, entity_tag, matches

__all__ = ["Answers"]

Work = Callable[[], Coroutine[Any, Any, Response]]

_BYTES = 8
_READS = frozenset({"GET", "HEAD"})


class Answers:
    """Gives each answer its tag, and does the work for it at most once while it is kept."""

    def __init__(
        self,
        engine: Engine,
        catalog: Catalog,
        deployment: Deployment,
        bodies: Bodies,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._edition = edition_of(engine.source, catalog, engine.limits, deployment)
        self._start = os.urandom(_BYTES).hex()
        self._clock = clock
        self._bodies = bodies
        self._sharing = Sharing[Body]()
        # What is served without a release may change whenever the server is started anew.
        lasting = engine.source.release is not None
        self._control = f"public, max-age={engine.limits.cache_wait:.0f}" if lasting else "public, no-cache"

    @property
    def edition(self) -> str:
        """The edition that is served. The data of a remote store may change: they get another one now and then."""
        return self._edition or f"{self._start} {self._clock() // self._engine.limits.cache_wait:.0f}"

    async def respond(self, request: Request, asked: Sequence[str], work: Work, asker: Asker) -> Response:
        """The answer to what is asked: words that name it, whole, besides the data. `work` makes it."""
        exchange = exchange_of(request)
        tag = entity_tag(self.edition, asked)
        headers = {"ETag": tag, "Cache-Control": self._control} if request.method in _READS else {}
        exchange.cache = "hit"
        if headers and matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers={**headers, **VARY})
        body = self._bodies.get(tag)
        if body is None:
            async with Connected(request):
                body = await self._share(exchange, tag, work, asker)
        exchange.rows = body.rows
        return body.response(headers)

    async def _share(self, exchange: Exchange, tag: str, work: Work, asker: Asker) -> Body:
        async def make() -> Body:
            response = await work()
            body = Body(tuple(response.raw_headers), bytes(response.body), exchange.rows, asker.ad_hoc)
            self._bodies.keep(tag, body)
            return body

        # Nobody waits for the turn of a client that uses more than its share.
        key = tag if self._sharing.runs(tag) or self._engine.admission.fits(asker) else (tag, asker.client)
        exchange.cache = "shared" if self._sharing.runs(key) else "miss"
        return await self._sharing.once(key, make)
