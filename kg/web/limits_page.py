"""GET /limits: the limits in force, as JSON and as a page, and what is switched off."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from kg.catalog.parameters import Language
from kg.engine import Engine, LimitRow
from kg.engine.settings import option, variable
from kg.web.layout import page
from kg.web.markup import join, tag
from kg.web.negotiate import PAGE, Offer
from kg.web.responses import VARY, html, json_response, language_of, one_offer
from kg.web.texts import say

__all__ = ["limits_response"]

_OFFERS = (Offer("json", "application/json"), PAGE)


def limits_response(request: Request, engine: Engine) -> Response:
    """The table in the format and language that the request asks for. Raises HttpProblem 406."""
    offer = one_offer(request, request.query_params.get("format"), _OFFERS)
    language = language_of(request, request.query_params.get("lang"))
    rows = engine.limits.rows()
    if offer.name == PAGE.name:
        return html(_page(rows, engine.facts.lacking, language), language)
    content = {
        "limits": [asdict(row) | {"option": option(row.name), "variable": variable(row.name)} for row in rows],
        "federation": False,
        "note": say("no-federation", "en"),
        "not_enforced_on_this_host": list(engine.facts.lacking),
    }
    return json_response(content, 200, VARY)


def _page(rows: tuple[LimitRow, ...], lacking: tuple[str, ...], language: Language) -> str:
    title = say("limits", language)
    heads = ("limit", "in-force", "default", "unit", "meaning")
    head = tag("tr", *(tag("th", say(key, language), scope="col") for key in heads))
    lines = [
        tag(
            "tr",
            tag("th", tag("code", row.name), scope="row"),
            tag("td", f"{row.value:,g}" if not row.whole else f"{row.value:,}", class_="number"),
            tag("td", f"{row.default:,g}" if not row.whole else f"{row.default:,}", class_="number"),
            tag("td", say(row.unit, language) if row.unit else ""),
            tag("td", row.help_zh if language == "zh" else row.help),
        )
        for row in rows
    ]
    parts = [
        tag("h1", title),
        tag("p", say("limits-lead", language)),
        tag("p", say("no-federation", language)),
        *([tag("p", say("lacking", language), ", ".join(lacking), class_="notice")] if lacking else []),
        tag("div", tag("table", tag("thead", head), tag("tbody", *lines)), class_="scroll"),
    ]
    return page(title, join(parts), "/limits", language)
