"""The responses that routes share, and how a request says which language and which format it wants."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kg.catalog.parameters import Language
from kg.engine import Answer
from kg.web import negotiate
from kg.web.negotiate import Offer
from kg.web.problems import HttpProblem

__all__ = ["VARY", "html", "json_response", "language_of", "of_answer", "one_offer", "options"]

VARY = {"Vary": "Accept, Accept-Language"}
"""For whatever is negotiated."""


def html(page: str, language: Language, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page in one language."""
    spoken = {"Content-Language": "zh-Hans" if language == "zh" else "en-GB"}
    return HTMLResponse(page, status, {**VARY, **spoken, **(headers or {})})


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON for people and programs: indented, with Chinese as it is."""
    body = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return Response(body, status, headers, media_type="application/json")


def of_answer(answer: Answer, offer: Offer | None, headers: Mapping[str, str] | None = None) -> Response:
    """The answer under the media type that it was asked for by."""
    media_type = offer.media_type if offer else answer.media_type
    return Response(answer.body, media_type=media_type, headers={**VARY, **(headers or {})})


def options(allow: str) -> Response:
    """The answer to OPTIONS, which is also that to a CORS preflight."""
    headers = {
        "Allow": allow,
        "Access-Control-Allow-Methods": allow,
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, If-Range, Range",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)


def language_of(request: Request, override: str | None) -> Language:
    """The language of a page: what `lang=` names, else the best for Accept-Language."""
    return negotiate.choose_language(override, request.headers.get("accept-language"))


def one_offer(request: Request, override: str | None, offers: Sequence[Offer]) -> Offer:
    """The offer for a request. Raises HttpProblem 406 where none fits."""
    chosen = negotiate.choose(request.headers.get("accept"), override, offers)
    if chosen is None:
        listed = ", ".join(dict.fromkeys(offer.media_type for offer in offers))
        raise HttpProblem(406, "not-acceptable", f"This is offered as {listed} only.", VARY)
    return chosen
