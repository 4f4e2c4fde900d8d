"""The routes of things: each IRI under the base answers 303 with its document, a document answers 200.

Cool URIs for the Semantic Web (W3C Interest Group Note, 2008), section 4.3: 303 URIs forwarding to different documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from kg.catalog import Directory
from kg.catalog.parameters import Language
from kg.catalog.saved import IRI_BASE
from kg.catalog.terms import iri_term
from kg.engine import Asker, Engine, Formats
from kg.web import entity_query, negotiate
from kg.web.addresses import DOCUMENTS, ENDINGS, RESERVED, as_uri, document, iri_at, path_of, split_ending
from kg.web.answers import Answers
from kg.web.clients import client_of
from kg.web.deployment import Deployment
from kg.web.entity import Known, Size, measure, read_description, resolve
from kg.web.entity_page import entity_page
from kg.web.missing_page import missing_page
from kg.web.near_names import Near, NearNames
from kg.web.negotiate import PAGE, Offer
from kg.web.problems import HttpProblem, problem_response
from kg.web.responses import VARY, html, language_of

__all__ = ["Entities"]

_SPOKEN = {"Vary": "Accept-Language"}
_MISSING = (Offer("json", "application/problem+json"), Offer("json", "application/json"), PAGE,
            Offer("html", "application/xhtml+xml"))  # fmt: skip
_PER_NAME = {offer.name: ending for ending, offer in ENDINGS.items()}
_LONGEST_PAGE = 6


class Entities:
    """Answers every path that is no other route."""

    def __init__(self, engine: Engine, directory: Directory, deployment: Deployment, answers: Answers) -> None:
        self._engine = engine
        self._near = NearNames(engine, directory)
        self._deployment = deployment
        self._answers = answers
        self._per_page = engine.limits.entity_statements

    async def answer(self, request: Request) -> Response:
        """GET of a thing or of a document."""
        raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
        segment = request.url.path.split("/")[1] if "/" in request.url.path else ""
        iri = iri_at(raw)
        if iri is None or segment in RESERVED:
            path = path_of(iri.rstrip("/")) if iri is not None and iri.endswith("/") else None
            return RedirectResponse(path, 308) if path else await self._missing(request, None, None)
        stem, ending = split_ending(iri)
        if stem == IRI_BASE or path_of(iri) is None:
            return await self._missing(request, None, ending)
        known = await resolve(self._engine, [iri, f"{iri}/", iri.rstrip("/"), stem, f"{stem}/"])
        if iri in known:
            return await self._thing(request, known[iri])
        if ending is not None and (found := known.get(stem) or known.get(f"{stem}/")):
            return await self._document(request, found, ending)
        if other := known.get(f"{iri}/") or known.get(iri.rstrip("/")):
            return RedirectResponse(f"{path_of(other.iri)}{_query(request)}", 308)
        return await self._missing(request, stem, ending)

    async def _thing(self, request: Request, known: Known) -> Response:
        if known.replacement is not None:
            return self._replaced(request, known.replacement)
        path = path_of(known.iri) or "/"
        alternates = [_alternate(path, ending) for ending in ENDINGS]
        if known.deprecated:
            return await self._gone(request, known, ", ".join(alternates))
        override = request.query_params.get("format")
        chosen = negotiate.choose(request.headers.get("accept"), override, DOCUMENTS)
        if chosen is None:
            listed = ", ".join(offer.media_type for offer in ENDINGS.values())
            detail = f"Things are described in {listed} only."
            raise HttpProblem(406, "not-acceptable", detail, {**VARY, "Link": ", ".join(alternates)})
        target = document(path, _PER_NAME[chosen.name])
        links = [f'<{target}>; rel="describedby"; type="{ENDINGS[_PER_NAME[chosen.name]].media_type}"', *alternates]
        return RedirectResponse(target + _query(request), 303, {**VARY, "Link": ", ".join(links)})

    def _replaced(self, request: Request, replacement: str) -> Response:
        path = path_of(replacement)
        target = f"{path}{_query(request)}" if path else replacement
        if not target.startswith(("/", "https://", "http://")):
            raise HttpProblem(410, "gone", f"This is deprecated. Use {replacement} instead.")
        text = f"This is deprecated. Use {replacement} instead.\n"
        headers = {**VARY, "Location": as_uri(target), "Link": f'<{as_uri(replacement)}>; rel="successor-version"'}
        return PlainTextResponse(text, 301, headers)

    async def _gone(self, request: Request, known: Known, alternates: str) -> Response:
        detail = "This is deprecated, and nothing replaces it. The documents in Link say what it was."
        headers = {**VARY, "Link": alternates}
        if _wants_page(request, None):
            language = self._language(request)
            return html(missing_page(known.iri, [], language, deprecated=True), language, 410, headers)
        return problem_response(HttpProblem(410, "gone", detail, headers))

    async def _document(self, request: Request, known: Known, offer: Offer) -> Response:
        size = await measure(self._engine, known, self._per_page)
        number = _page_number(request, size)
        base = self._deployment.base(request)
        language = self._language(request)
        asked = ["document", known.iri, str(number), offer.media_type, base]
        asked += [language] if offer.name == PAGE.name else []
        work = partial(self._write, known, offer, number, size, base, language)
        return await self._answers.respond(request, asked, work, Asker(client_of(request.scope)))

    async def _write(
        self, known: Known, offer: Offer, number: int, size: Size, base: str, language: Language
    ) -> Response:
        headers = {"Link": ", ".join(_links(known, offer, number, size, base))}
        if offer.name == PAGE.name:
            about = await read_description(self._engine, known, size, number, self._per_page)
            served = self._deployment.served_of(known.iri, base)
            return html(entity_page(about, language, served), language, 200, {**_SPOKEN, **headers})
        text = self._construct(known, offer, number, size, base)
        answer = await self._engine.query(text, Formats(None, offer.name))
        return Response(answer.body, media_type=offer.media_type, headers=headers)

    def _construct(self, known: Known, offer: Offer, number: int, size: Size, base: str) -> str:
        path = path_of(known.iri) or "/"
        own = f"{base.rstrip('/')}{document(path, _PER_NAME[offer.name])}"
        served = [
            (known.term, iri_term(key), iri_term(value)) for key, value in self._deployment.served_of(known.iri, base)
        ]
        if known.is_ontology:
            return entity_query.whole_ontology(known.term, served)
        served += entity_query.about_document(own, known.term, number, size.pages)
        offset = (number - 1) * self._per_page
        return entity_query.triples(known.term, self._per_page, offset, known.is_graph, served)

    async def _missing(self, request: Request, iri: str | None, ending: Offer | None) -> Response:
        near = await self._near.near(iri) if iri is not None else []
        if _wants_page(request, ending):
            language = self._language(request)
            return html(missing_page(iri, near, language), language, 404)
        detail = f"There is nothing at {request.url.path[:200]}. Start at /, /queries or /sparql."
        if near:
            detail = (
                f"There is nothing at {request.url.path[:200]}. Did you mean {', '.join(_path(each) for each in near)}?"
            )
        extra = {"suggestions": [_suggestion(each) for each in near]} if near else None
        return problem_response(HttpProblem(404, "not-found", detail, VARY), extra)

    def _language(self, request: Request) -> Language:
        return language_of(request, request.query_params.get("lang"))


def _wants_page(request: Request, ending: Offer | None) -> bool:
    if ending is not None:
        return ending.name == PAGE.name
    chosen = negotiate.best(request.headers.get("accept"), _MISSING)
    return chosen is not None and chosen.name == PAGE.name


def _page_number(request: Request, size: Size) -> int:
    given = request.query_params.get("page", "1")
    if not (given.isascii() and given.isdigit() and len(given) <= _LONGEST_PAGE) or int(given) < 1:
        raise HttpProblem(400, "bad-request", f"page={given[:40]!r} is no number of a page. The first is 1.")
    if int(given) > size.pages:
        raise HttpProblem(404, "not-found", f"There is no page {given}. The last is {size.pages}.")
    return int(given)


def _query(request: Request) -> str:
    """What goes on from the address of a thing to that of its document."""
    kept = {key: request.query_params[key] for key in ("lang", "page") if key in request.query_params}
    return f"?{urlencode(kept)}" if kept else ""


def _alternate(path: str, ending: str, tail: str = "") -> str:
    return f'<{document(path, ending)}{tail}>; rel="alternate"; type="{ENDINGS[ending].media_type}"'


def _links(known: Known, offer: Offer, number: int, size: Size, base: str) -> list[str]:
    """The values of Link for a document (RFC 8288; `describes` is RFC 6892, `canonical` RFC 6596)."""
    path = path_of(known.iri) or "/"
    own = document(path, _PER_NAME[offer.name])
    tail = f"?page={number}" if number > 1 else ""
    found = [
        f'<{as_uri(known.iri)}>; rel="describes"',
        f'<{base.rstrip("/")}{own}{tail}>; rel="canonical"',
        *(_alternate(path, ending, tail) for ending in ENDINGS if ending != _PER_NAME[offer.name]),
    ]
    if number > 1:
        found.append(f'<{own}?page={number - 1}>; rel="prev"')
    if number < size.pages and not (known.is_ontology and offer.name != PAGE.name):
        found.append(f'<{own}?page={number + 1}>; rel="next"')
    return found


def _path(near: Near) -> str:
    return path_of(near.iri) or near.iri


def _suggestion(near: Near) -> Mapping[str, object]:
    return {"iri": near.iri, "href": _path(near), "label": dict(near.labels)}
