"""The routes of the saved queries: the list, and each query with its parameters, page by page, in every format."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kg.catalog import Catalog, Directory, Prepared, SavedQuery, prepare
from kg.catalog.parameters import Language
from kg.engine import Answer, Asker, Engine
from kg.web import negotiate, pages, protocol
from kg.web.answers import Answers
from kg.web.clients import client_of
from kg.web.deployment import Deployment
from kg.web.exchange import Exchange, exchange_of
from kg.web.negotiate import PAGE, Offer
from kg.web.openapi import openapi_document
from kg.web.responses import VARY, html, json_response, language_of, of_answer, one_offer
from kg.web.wanted import TEXT, Wanted, wanted

__all__ = ["SavedQueries"]

_LIST = (Offer("json", "application/json"), PAGE)
_OPENAPI = (Offer("json", "application/json"), Offer("json", "application/vnd.oai.openapi+json"))

Pairs = Sequence[tuple[str, str]]


class SavedQueries:
    """The routes under /queries."""

    def __init__(
        self, engine: Engine, catalog: Catalog, directory: Directory, deployment: Deployment, answers: Answers
    ) -> None:
        self._engine = engine
        self._deployment = deployment
        self._catalog = catalog
        self._directory = directory
        self._answers = answers

    async def list(self, request: Request) -> Response:
        """GET /queries: what is on offer."""
        pairs = protocol.read_pairs(request.scope["query_string"], self._engine.limits)
        offer = one_offer(request, protocol.single(pairs, "format"), _LIST)
        language = language_of(request, protocol.single(pairs, "lang"))

        async def work() -> Response:
            if offer.name == PAGE.name:
                return html(pages.catalog_page(self._catalog, language), language)
            note = "" if len(self._catalog) else "No saved queries are offered: plain data files are being served."
            content: dict[str, object] = {"queries": [_summary(query) for query in self._catalog]}
            return json_response(content | ({"note": note} if note else {}), 200, VARY)

        asked = ["queries", offer.name, language if offer.name == PAGE.name else ""]
        return await self._answers.respond(request, asked, work, Asker(client_of(request.scope)))

    async def query(self, request: Request) -> Response:
        """GET /queries/{name}: run one; an ending such as .csv stands for format=csv."""
        name, ending = negotiate.split_ending(request.path_params["name"])
        query = self._catalog.get(name)
        pairs = protocol.read_pairs(request.scope["query_string"], self._engine.limits)
        given = {name: protocol.single(pairs, name) or "" for name, _ in pairs}
        exchange = exchange_of(request)
        exchange.saved, exchange.parameters = query.name, dict(given)
        override = given.pop("format", None) or ending
        if override == TEXT.name:
            prepared = await prepare(query, given, self._directory)
            return Response(prepared.text, media_type=TEXT.media_type, headers=VARY)
        formats = wanted(request, override)
        language = language_of(request, given.get("lang"))
        if formats.page:
            given.setdefault("lang", language)
        prepared = await prepare(query, given, self._directory)
        asker = Asker(client_of(request.scope))
        work = partial(self._run, prepared, formats, language, pairs, asker, exchange)
        asked = ["query", query.name, prepared.text, formats.triple_type if query.graph else formats.solution_type]
        if formats.page or prepared.limit is not None:
            # The form of a page shows what was given as it was given, and links to other pages repeat it.
            asked += [language, *(part for pair in pairs for part in pair)]
        return await self._answers.respond(request, asked, work, asker)

    async def openapi(self, request: Request) -> Response:
        """GET /openapi.json: how to ask, for programs."""
        offer = one_offer(request, None, _OPENAPI)
        base = self._deployment.base(request)

        async def work() -> Response:
            kinds = {
                parameter.kind for query in self._catalog for parameter in query.parameters.values() if parameter.kind
            }
            names = {kind: await self._directory.names(kind) for kind in sorted(kinds)}
            found = json_response(openapi_document(self._catalog, names, base), 200, VARY)
            found.headers["Content-Type"] = offer.media_type
            return found

        return await self._answers.respond(
            request, ["openapi", base, offer.media_type], work, Asker(client_of(request.scope))
        )

    async def _run(
        self,
        prepared: Prepared,
        formats: Wanted,
        language: Language,
        pairs: Pairs,
        asker: Asker,
        exchange: Exchange,
    ) -> Response:
        limits = self._engine.limits
        most = limits.page_bytes if formats.page else None
        answer = await self._engine.query(prepared.text, formats.formats, max_bytes=most, asker=asker)
        exchange.rows = answer.rows
        links = {"Link": ", ".join(found)} if (found := _links(prepared, answer, pairs)) else {}
        if formats.page and answer.form != "triples":
            choices = await self._choices(prepared, language)
            columns = self._catalog.columns
            page = pages.query_page(prepared, answer.body, choices, columns, language, limits.page_rows)
            return html(page, language, 200, links)
        return of_answer(answer, formats.offer(answer), links)

    async def _choices(self, prepared: Prepared, language: Language) -> pages.Choices:
        found: dict[str, dict[str, str]] = {}
        for name, parameter in prepared.query.parameters.items():
            if parameter.kind is not None:
                names = await self._directory.names(parameter.kind)
                found[name] = {
                    key: labels.get(language) or next(iter(labels.values()))
                    for key, labels in sorted(names.labels.items())
                }
        return found


def _links(prepared: Prepared, answer: Answer, pairs: Pairs) -> list[str]:
    """The pages before and after this one (RFC 8288), relative to it; none where no limit was given.

    A page that is full has a next one, so the last page may be empty.
    """
    limit, offset = prepared.limit, prepared.offset or 0
    if not limit or answer.form != "solutions":
        return []
    found = []
    if offset > 0:
        found.append(_link(pairs, min(limit, offset), max(0, offset - limit), "prev"))
    if (answer.rows or 0) >= limit:
        found.append(_link(pairs, limit, offset + limit, "next"))
    return found


def _link(pairs: Pairs, limit: int, offset: int, relation: str) -> str:
    kept = [(name, value) for name, value in pairs if name not in {"limit", "offset"}]
    return f'<?{urlencode([*kept, ("limit", limit), ("offset", offset)])}>; rel="{relation}"'


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
