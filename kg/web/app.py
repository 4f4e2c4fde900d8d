"""The application: routes, and what each does with the engine and the saved queries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from kg import __version__
from kg.catalog import Catalog, Directory
from kg.catalog.parameters import Language
from kg.engine import Asker, Engine, Formats
from kg.web import negotiate, pages, problem_page, protocol
from kg.web.addresses import DOCUMENTS, ENDINGS
from kg.web.answers import Answers
from kg.web.bodies import Bodies
from kg.web.caching import Caching
from kg.web.clients import Clients, client_of
from kg.web.compression import Compression
from kg.web.connection import Connected
from kg.web.delivery import Delivery
from kg.web.deployment import Deployment
from kg.web.description import catalog_query, description_query, void_query
from kg.web.downloads import Downloads
from kg.web.entities import Entities
from kg.web.exchange import Exchange, exchange_of
from kg.web.graphs import graph_response
from kg.web.headers import Headers
from kg.web.layout import ICON, STYLE, link
from kg.web.limits_page import limits_response
from kg.web.mounting import Mounting
from kg.web.negotiate import PAGE, Offer
from kg.web.problems import HttpProblem, handlers
from kg.web.responses import (
    VARY,
    html,
    json_response,
    language_of,
    of_answer,
    one_offer,
    options,
)
from kg.web.saved_queries import SavedQueries
from kg.web.tags import repeatable
from kg.web.wanted import Wanted, wanted

__all__ = ["create_app"]

_HOME = (PAGE, *DOCUMENTS)
_HOME_LINKS = ", ".join(
    [
        *(f'</>; rel="alternate"; type="{offer.media_type}"' for offer in ENDINGS.values() if offer.name != PAGE.name),
        '</openapi.json>; rel="service-desc"; type="application/json"',  # RFC 8631
    ]
)
_KEPT = {"Cache-Control": "max-age=3600"}
_READ = ["GET", "HEAD", "OPTIONS"]

# What the words of a query make of endpoint, number of statements and what the server adds.
_Describing = Callable[[str, int, Sequence[tuple[str, str, str]]], str]


class _Service:
    """The engine and the saved queries behind the routes; one method each."""

    def __init__(self, engine: Engine, catalog: Catalog, deployment: Deployment, answers: Answers) -> None:
        self._engine = engine
        self._catalog = catalog
        self._deployment = deployment
        self._answers = answers
        self._limits = engine.limits

    async def home(self, request: Request) -> Response:
        """GET /: a page, or the catalogue in RDF."""
        offer = one_offer(request, request.query_params.get("format"), _HOME)
        if offer.name != PAGE.name:
            return await self._described(request, offer, catalog_query)
        language = language_of(request, request.query_params.get("lang"))
        release = self._engine.source.release is not None
        page = pages.home_page(self._catalog, self._engine.facts.quads, release, language)
        return html(page, language, 200, {"Link": _HOME_LINKS})

    async def void(self, request: Request) -> Response:
        """GET /.well-known/void (VoID, section 7.2): the description of the dataset."""
        offer = one_offer(request, request.query_params.get("format"), DOCUMENTS)
        if offer.name != PAGE.name:
            return await self._described(request, offer, void_query)
        language = language_of(request, request.query_params.get("lang"))
        target = "/dataset.html" if self._engine.source.release is not None else "/"
        return RedirectResponse(link(target, language), 303, VARY)

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
        return json_response(content, 200 if alive else 503, {"Cache-Control": "no-store"})

    async def ready(self, _: Request) -> Response:
        """GET /ready: 200 while a worker is there to answer, else 503: for whoever sends requests here or elsewhere."""
        ready = await self._engine.ready()
        content = {"status": "ready" if ready else "starting"}
        return json_response(content, 200 if ready else 503, {"Cache-Control": "no-store"})

    async def limits(self, request: Request) -> Response:
        """GET /limits: the table of limits."""
        return limits_response(request, self._engine)

    async def style(self, _: Request) -> Response:
        """GET /static/site.css"""
        return Response(STYLE, media_type="text/css", headers=_KEPT)

    async def icon(self, _: Request) -> Response:
        """GET /static/icon.svg"""
        return Response(ICON, media_type="image/svg+xml", headers=_KEPT)

    async def sparql(self, request: Request) -> Response:
        """The SPARQL 1.1 Protocol, query part."""
        asked = await protocol.read_protocol_request(request, self._limits)
        language = language_of(request, asked.lang)
        formats = wanted(request, asked.format)
        if asked.query is None:
            if formats.page:
                return html(pages.endpoint_page(None, None, language, 0), language)
            return await self._describe(request, formats.triples)
        exchange = exchange_of(request)
        exchange.text = asked.query
        asker = Asker(client_of(request.scope), ad_hoc=True)
        work = partial(self._evaluate, asked, asked.query, formats, language, asker, exchange)
        if not repeatable(asked.query):
            async with Connected(request):
                response = await work()
            response.headers["Cache-Control"] = "no-store"
            return response
        words = ["sparql", asked.query, formats.solution_type, formats.triple_type, language if formats.page else ""]
        words += ["default", *asked.default_graphs, "named", *asked.named_graphs]
        return await self._answers.respond(request, words, work, asker)

    async def _evaluate(
        self,
        asked: protocol.ProtocolRequest,
        query: str,
        formats: Wanted,
        language: Language,
        asker: Asker,
        exchange: Exchange,
    ) -> Response:
        answer = await self._engine.query(
            query,
            formats.formats,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            max_bytes=self._limits.page_bytes if formats.page else None,
            asker=asker,
        )
        exchange.rows = answer.rows
        if formats.page and answer.form != "triples":
            return html(pages.endpoint_page(query, answer.body, language, self._limits.page_rows), language)
        return of_answer(answer, formats.offer(answer))

    async def graphs(self, request: Request) -> Response:
        """GET /graphs: one graph, whole."""
        return await graph_response(request, self._engine)

    async def _describe(self, request: Request, triples: Offer | None) -> Response:
        if triples is None:
            raise HttpProblem(406, "not-acceptable", f"The service description is a graph. {negotiate.allowed()}")
        return await self._described(request, triples, description_query)

    async def _described(self, request: Request, offer: Offer, describing: _Describing) -> Response:
        base = self._deployment.base(request)
        text = describing(f"{base}sparql", self._engine.facts.quads, self._deployment.served(base))

        async def work() -> Response:
            return of_answer(await self._engine.query(text, Formats(None, offer.name)), offer)

        asked = ["description", text, offer.media_type]
        return await self._answers.respond(request, asked, work, Asker(client_of(request.scope)))


def create_app(engine: Engine, catalog: Catalog, deployment: Deployment | None = None) -> ASGIApp:
    """The application over an engine that runs, the saved queries to offer, and where and with what files it stands."""
    deployment = deployment or Deployment()
    directory = Directory(engine)
    bodies = Bodies(engine.limits.cache_bytes)
    answers = Answers(engine, catalog, deployment, bodies)
    service = _Service(engine, catalog, deployment, answers)
    saved_queries = SavedQueries(engine, catalog, directory, deployment, answers)
    downloads = Downloads(engine.source.release, deployment.downloads)
    entities = Entities(engine, directory, deployment, answers)
    routes = [
        # In the order of how often they are asked for: they are tried one after the other.
        _route("/sparql", service.sparql, protocol.METHODS),
        _route("/queries/{name}", saved_queries.query),
        _route("/", service.home),
        _route("/health", service.health),
        _route("/ready", service.ready),
        _route("/limits", service.limits),
        _route("/static/site.css", service.style),
        _route("/static/icon.svg", service.icon),
        _route("/sparql/", service.sparql, protocol.METHODS),
        _route("/graphs", service.graphs),
        _route("/queries", saved_queries.list),
        _route("/openapi.json", saved_queries.openapi),
        _route("/.well-known/void", service.void),
        _route("/downloads", downloads.slashless),
        _route("/downloads/", downloads.list),
        _route("/downloads/{name}", downloads.file),
        _route("/problem", problem_page.problems),
        _route("/problem/{code}", problem_page.problem),
        # All other paths are those of things: addresses.RESERVED lists the first segments that are not.
        _route("/{path:path}", entities.answer),
    ]
    starlette = Starlette(routes=routes, exception_handlers=handlers(engine.limits))
    # Its redirects repeat the Host header, and the last route answers for paths with a slash too many.
    starlette.router.redirect_slashes = False
    application: ASGIApp = Mounting(starlette, deployment.root_path) if deployment.root_path else starlette
    # Outside of Starlette, so that its answer to a fault of ours has the headers too.
    limits = engine.limits
    cached = Caching(Compression(Clients(application), limits), bodies, lambda: answers.edition)
    return Headers(Delivery(cached, limits), limits)


def _route(
    path: str, endpoint: Callable[[Request], Awaitable[Response]], methods: Sequence[str] = tuple(_READ)
) -> Route:
    allow = ", ".join(methods)

    async def answer(request: Request) -> Response:
        exchange_of(request).route = path
        if request.method == "OPTIONS":
            return options(allow)
        return await endpoint(request)

    return Route(path, answer, methods=list(methods))
