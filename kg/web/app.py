"""The application: routes, and what each does with the engine and the saved queries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from kg import __version__
from kg.catalog import Catalog, Directory, Prepared, SavedQuery, prepare
from kg.catalog.parameters import Language
from kg.engine import Answer, Engine, Formats
from kg.web import negotiate, pages, protocol
from kg.web.description import description_query
from kg.web.headers import Headers
from kg.web.negotiate import PAGE, SOLUTIONS, TRIPLES, Offer
from kg.web.problems import HttpProblem, handlers

__all__ = ["create_app"]

T = TypeVar("T")

_VARY = {"Vary": "Accept, Accept-Language"}
_TEXT = Offer("rq", protocol.DIRECT)
_LIST = (Offer("json", "application/json"), PAGE)
_READ = ["GET", "HEAD", "OPTIONS"]


class _Service:
    """The engine and the saved queries behind the routes; one method each."""

    def __init__(self, engine: Engine, catalog: Catalog) -> None:
        self._engine = engine
        self._catalog = catalog
        self._directory = Directory(engine)
        self._limits = engine.limits

    async def home(self, request: Request) -> Response:
        """GET /"""
        language = _language(request, request.query_params.get("lang"))
        page = pages.home_page(self._catalog, self._engine.facts.quads, language)
        return _html(page, language)

    async def health(self, _: Request) -> Response:
        """GET /health: 200 while the process that holds the data lives, else 503."""
        alive, source = self._engine.alive, self._engine.source
        content = {
            "status": "ok" if alive else "starting",
            "version": __version__,
            "release": {"version": source.version, "sha256": source.digest} if source.release else None,
            "triples": self._engine.facts.quads,
            "saved_queries": len(self._catalog),
            "not_enforced_on_this_host": list(self._engine.facts.lacking),
        }
        return _json(content, 200 if alive else 503, {"Cache-Control": "no-store"})

    async def limits(self, _: Request) -> Response:
        """GET /limits: the table of limits."""
        note = "SERVICE is switched off; SERVICE SILENT then yields one empty solution, as the standard says."
        return _json({"limits": [asdict(row) for row in self._limits.rows()], "note": note})

    async def style(self, _: Request) -> Response:
        """GET /static/site.css"""
        return Response(pages.STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    async def sparql(self, request: Request) -> Response:
        """The SPARQL 1.1 Protocol, query part."""
        asked = await protocol.read_protocol_request(request, self._limits)
        language = _language(request, asked.lang)
        solutions, triples = _offers(request, asked.format, SOLUTIONS, TRIPLES)
        page = solutions is not None and solutions.name == PAGE.name
        if asked.query is None:
            if page:
                return _html(pages.endpoint_page(None, None, language, 0), language)
            return await self._describe(request, triples)
        work = self._engine.query(
            asked.query,
            _formats(solutions, triples),
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            max_bytes=self._limits.page_bytes if page else None,
        )
        answer = await _while_connected(request, work)
        if page and answer.form != "triples":
            body = pages.endpoint_page(asked.query, answer.body, language, self._limits.page_rows)
            return _html(body, language)
        return _respond(answer, triples if answer.form == "triples" else solutions)

    async def queries(self, request: Request) -> Response:
        """GET /queries: what is on offer."""
        pairs = protocol.read_pairs(request.scope["query_string"], self._limits)
        offer = _one(request, protocol.single(pairs, "format"), _LIST)
        language = _language(request, protocol.single(pairs, "lang"))
        if offer.name == PAGE.name:
            return _html(pages.catalog_page(self._catalog, language), language)
        note = "" if len(self._catalog) else "No saved queries are offered: plain data files are being served."
        content: dict[str, object] = {"queries": [_summary(query) for query in self._catalog]}
        return _json(content | ({"note": note} if note else {}), 200, _VARY)

    async def query(self, request: Request) -> Response:
        """GET /queries/{name}: run one."""
        query = self._catalog.get(request.path_params["name"])
        pairs = protocol.read_pairs(request.scope["query_string"], self._limits)
        given = {name: protocol.single(pairs, name) or "" for name, _ in pairs}
        override = given.pop("format", None)
        if override == _TEXT.name:
            prepared = await prepare(query, given, self._directory)
            return Response(prepared.text, media_type=_TEXT.media_type, headers=_VARY)
        solutions, triples = _offers(request, override, SOLUTIONS, TRIPLES)
        language = _language(request, given.get("lang"))
        page = solutions is not None and solutions.name == PAGE.name
        if page:
            given.setdefault("lang", language)
        prepared = await prepare(query, given, self._directory)
        most = self._limits.page_bytes if page else None
        work = self._engine.query(prepared.text, _formats(solutions, triples), max_bytes=most)
        answer = await _while_connected(request, work)
        if page and answer.form != "triples":
            choices = await self._choices(prepared, language == "zh")
            body = pages.query_page(
                prepared, answer.body, choices, self._catalog.columns, language, self._limits.page_rows
            )
            return _html(body, language)
        return _respond(answer, triples if answer.form == "triples" else solutions)

    async def _describe(self, request: Request, triples: Offer | None) -> Response:
        if triples is None:
            raise HttpProblem(406, "not-acceptable", f"The service description is a graph. {negotiate.allowed()}")
        try:
            text = description_query(f"{request.base_url}sparql")
        except ValueError as error:
            raise HttpProblem(400, "bad-request", "The Host header makes no valid address. Correct it.") from error
        return _respond(await self._engine.query(text, Formats(None, triples.name)), triples)

    async def _choices(self, prepared: Prepared, chinese: bool) -> pages.Choices:
        found: dict[str, dict[str, str]] = {}
        for name, parameter in prepared.query.parameters.items():
            if parameter.kind is not None:
                names = await self._directory.names(parameter.kind)
                found[name] = {
                    key: labels.get("zh" if chinese else "en") or next(iter(labels.values()))
                    for key, labels in sorted(names.labels.items())
                }
        return found


def create_app(engine: Engine, catalog: Catalog) -> ASGIApp:
    """The application over an engine that runs and the saved queries to offer."""
    service = _Service(engine, catalog)
    routes = [
        _route("/", service.home),
        _route("/health", service.health),
        _route("/limits", service.limits),
        _route("/static/site.css", service.style),
        _route("/sparql", service.sparql, protocol.METHODS),
        _route("/sparql/", service.sparql, protocol.METHODS),
        _route("/queries", service.queries),
        _route("/queries/{name}", service.query),
    ]
    # Outside of Starlette, so that its answer to a fault of ours has the headers too.
    return Headers(Starlette(routes=routes, exception_handlers=handlers), engine.limits)


def _route(
    path: str, endpoint: Callable[[Request], Awaitable[Response]], methods: Sequence[str] = tuple(_READ)
) -> Route:
    allow = ", ".join(methods)

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return _options(allow)
        return await endpoint(request)

    return Route(path, answer, methods=list(methods))


def _options(allow: str) -> Response:
    headers = {
        "Allow": allow,
        "Access-Control-Allow-Methods": allow,
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)


def _offers(
    request: Request, override: str | None, solutions: Sequence[Offer], triples: Sequence[Offer]
) -> tuple[Offer | None, Offer | None]:
    """One offer for each family of queries, at least one of them not None. Raises HttpProblem 406."""
    accept = request.headers.get("accept")
    chosen = negotiate.choose(accept, override, solutions), negotiate.choose(accept, override, triples)
    if chosen == (None, None):
        raise HttpProblem(406, "not-acceptable", f"None of the formats in Accept is offered. {negotiate.allowed()}")
    return chosen


def _one(request: Request, override: str | None, offers: Sequence[Offer]) -> Offer:
    chosen = negotiate.choose(request.headers.get("accept"), override, offers)
    if chosen is None:
        listed = ", ".join(offer.media_type for offer in offers)
        raise HttpProblem(406, "not-acceptable", f"This is offered as {listed} only.")
    return chosen


def _formats(solutions: Offer | None, triples: Offer | None) -> Formats:
    # A page is made from the JSON.
    table = None if solutions is None else "json" if solutions.name == PAGE.name else solutions.name
    return Formats(table, None if triples is None else triples.name)


def _language(request: Request, override: str | None) -> Language:
    return negotiate.choose_language(override, request.headers.get("accept-language"))


def _respond(answer: Answer, offer: Offer | None) -> Response:
    """The answer under the media type that it was asked for by."""
    media_type = offer.media_type if offer else answer.media_type
    return Response(answer.body, media_type=media_type, headers=_VARY)


def _html(page: str, language: Language) -> Response:
    return HTMLResponse(page, headers={**_VARY, "Content-Language": "zh-Hans" if language == "zh" else "en-GB"})


def _json(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return Response(body, status, headers, media_type="application/json")


def _summary(query: SavedQuery) -> dict[str, object]:
    return {
        "name": query.name,
        "subject": query.subject,
        "href": f"/queries/{query.name}",
        "title": query.title.model_dump(),
        "description": query.description.model_dump(),
        "keywords": list(query.keywords),
        "parameters": {
            name: parameter.model_dump(mode="json", exclude_defaults=True)
            for name, parameter in query.parameters.items()
        },
        "pages": query.pages,
    }


async def _while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Do the work, and stop it when the client goes away: nobody is left to read the answer."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise HttpProblem(400, "bad-request", "The client closed the connection before the answer was ready.")
        return task.result()
    finally:
        for pending in (task, gone):
            pending.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await pending


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
