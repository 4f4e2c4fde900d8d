"""Answers requests from what is known already: the client's own copy, a finished body, an evaluation in flight."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.catalog import Catalog
from kg.engine import Asker, Engine
from kg.web.bodies import Bodies, Body
from kg.web.responses import VARY, while_connected
from kg.web.sharing import Sharing
from kg.web.tags import edition_of, entity_tag, matches

__all__ = ["Answers"]

Work = Callable[[], Coroutine[Any, Any, Response]]

_READS = frozenset({"GET", "HEAD"})


class Answers:
    """Gives each answer its tag, and does the work for it at most once while it is kept."""

    def __init__(self, engine: Engine, catalog: Catalog, bodies: Bodies) -> None:
        self._engine = engine
        self._edition = edition_of(engine.source, catalog, engine.limits)
        self._bodies = bodies
        self._sharing = Sharing[Body]()
        # What is served without a release may change whenever the server is started anew.
        lasting = engine.source.release is not None
        self._control = f"public, max-age={engine.limits.cache_wait:.0f}" if lasting else "public, no-cache"

    async def respond(self, request: Request, asked: Sequence[str], work: Work, asker: Asker) -> Response:
        """The answer to what is asked: words that name it, whole, besides the data. `work` makes it.

        For `caching`, `request.state.cache` then says how it came about ("hit", "shared" with an evaluation in flight,
        or "miss"), and `request.state.ad_hoc` whether it answers an ad-hoc query.
        """
        if not self._edition:
            return await while_connected(request, work())
        request.state.ad_hoc = asker.ad_hoc
        tag = entity_tag(self._edition, asked)
        headers = {"ETag": tag, "Cache-Control": self._control} if request.method in _READS else {}
        request.state.cache = "hit"
        if headers and matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers={**headers, **VARY})
        body = self._bodies.get(tag)
        if body is None:
            body = await while_connected(request, self._share(request, tag, work, asker))
        return body.response(headers)

    async def _share(self, request: Request, tag: str, work: Work, asker: Asker) -> Body:
        async def make() -> Body:
            response = await work()
            body = Body(tuple(response.raw_headers), bytes(response.body), asker.ad_hoc)
            self._bodies.keep(tag, body)
            return body

        # Nobody waits for the turn of a client that uses more than its share.
        key = tag if self._sharing.runs(tag) or self._engine.admission.fits(asker) else (tag, asker.client)
        request.state.cache = "shared" if self._sharing.runs(key) else "miss"
        return await self._sharing.once(key, make)
