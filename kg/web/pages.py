"""The pages, as plain HTML in English or Chinese: home, saved queries, one query with its answer, the endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from kg.catalog import Catalog, Parameter, Prepared, SavedQuery
from kg.catalog.parameters import Bilingual, Language
from kg.catalog.saved import MARK
from kg.catalog.table import shorten, shown_columns
from kg.web.addresses import href
from kg.web.layout import link, page
from kg.web.markup import Markup, join, tag
from kg.web.texts import say

__all__ = ["catalog_page", "endpoint_page", "home_page", "query_page"]

_NUMBERS = frozenset({"integer", "decimal", "double", "float", "gYear"})
_DOWNLOADS = ("csv", "tsv", "json", "xml")
_MOST_CHOICES = 500
_WORDS = re.compile(r"_|(?<=[a-z])(?=[A-Z])")
_EXAMPLE = "SELECT * WHERE { ?s ?p ?o } LIMIT 10"

Choices = Mapping[str, Mapping[str, str]]
"""For each parameter of type iri: key to label, for completion in the form."""


def home_page(catalog: Catalog, quads: int, release: bool, language: Language) -> str:
    """What this is and where to go."""
    first = next((query for query in catalog if query.name == "egfr-adcs-by-indication"), next(iter(catalog), None))
    example = (
        tag("a", first.title.get(language), href=link(f"/queries/{first.name}", language))
        if first
        else tag("a", _EXAMPLE, href=link("/sparql", language, query=_EXAMPLE))
    )
    entries = (("/queries", "saved-queries", "saved-queries-lead"), ("/sparql", "endpoint", "endpoint-lead"))
    content = join(
        [
            tag("h1", "OncoKG"),
            tag("p", say("tagline", language)),
            tag("p", say("quads", language, count=f"{quads:,}")),
            tag("p", say("try", language), ": " if language == "en" else "：", example),
            tag("dl", *(_entry(path, title, lead, language) for path, title, lead in entries)),
            *(_about(language) if release else ()),
            tag("h2", say("machine", language)),
            tag(
                "ul",
                *(
                    tag("li", tag("a", path, href=path), " — ", say(key, language))
                    for path, key in (
                        ("/openapi.json", "openapi"),
                        ("/.well-known/void", "void"),
                        ("/health", "health"),
                        ("/limits", "limits"),
                        ("/problem", "problems"),
                    )
                ),
            ),
        ]
    )
    return page("OncoKG", content, "/", language)


def catalog_page(catalog: Catalog, language: Language) -> str:
    """The list of saved queries."""
    items: list[str] = []
    for query in catalog:
        items.append(tag("dt", tag("a", query.title.get(language), href=link(f"/queries/{query.name}", language))))
        items.append(tag("dd", query.description.get(language)))
    title = say("saved-queries", language)
    lead = say("saved-queries-lead" if items else "no-saved-queries", language)
    return page(title, join([tag("h1", title), tag("p", lead), tag("dl", *items)]), "/queries", language)


def query_page(
    prepared: Prepared, body: bytes, choices: Choices, columns: Mapping[str, Bilingual], language: Language, most: int
) -> str:
    """A saved query: its form, its answer (SPARQL results in JSON, with headings), downloads and its text."""
    query = prepared.query
    path = f"/queries/{query.name}"
    values = {name: value for name, value in prepared.values.items() if value}
    shown_text = "\n".join(line for line in prepared.text.splitlines() if not line.startswith(MARK)).strip()
    content = join(
        [
            tag("h1", query.title.get(language)),
            tag("p", query.description.get(language)),
            _form(query, prepared.values, choices, language),
            _table(body, language, most, columns),
            _downloads(path, values, language),
            tag("details", tag("summary", say("text", language)), tag("pre", shown_text)),
        ]
    )
    return page(query.title.get(language), content, path, language, values)


def endpoint_page(text: str | None, body: bytes | None, language: Language, most: int) -> str:
    """The SPARQL endpoint for people: a box for the query and, once asked, the answer."""
    title = say("endpoint", language)
    parts = [
        tag("h1", title),
        tag("p", say("endpoint-lead", language)),
        tag(
            "form",
            tag("label", say("query", language), tag("textarea", text or _EXAMPLE, name="query", spellcheck="false")),
            tag("input", type="hidden", name="lang", value=language),
            tag("button", say("run", language)),
            action="/sparql",
        ),
    ]
    if text is not None and body is not None:
        parts += [_table(body, language, most), _downloads("/sparql", {"query": text}, language)]
    return page(title, join(parts), "/sparql", language, {"query": text} if text else {})


def _entry(path: str, title: str, lead: str, language: Language) -> Markup:
    return join([tag("dt", tag("a", say(title, language), href=link(path, language))), tag("dd", say(lead, language))])


def _about(language: Language) -> list[Markup]:
    """Where a release is described and can be had."""
    places = (("/downloads/", "downloads"), ("/dataset.html", "the-dataset"), ("/ontology.html", "the-ontology"))
    items = (tag("li", tag("a", say(key, language), href=link(path, language))) for path, key in places)
    return [tag("h2", say("about", language)), tag("ul", *items)]


def _form(query: SavedQuery, values: Mapping[str, str], choices: Choices, language: Language) -> Markup:
    fields = [
        _field(name, parameter, values.get(name, ""), choices.get(name, {}), language)
        for name, parameter in query.parameters.items()
    ]
    if not fields:
        return join([])
    hidden = tag("input", type="hidden", name="lang", value=language)
    return tag("form", *fields, hidden, tag("button", say("run", language)), action=f"/queries/{query.name}")


def _field(name: str, parameter: Parameter, value: str, choices: Mapping[str, str], language: Language) -> Markup:
    title = parameter.description.get(language) if parameter.description else None
    label = parameter.label.get(language)
    if parameter.type == "enum":
        words = [*parameter.values, *(["any"] if parameter.any else [])]
        shown = {word: say("any", language) if word == "any" else word for word in words}
        options = [tag("option", shown[word], value=word, selected=word == (value or "any")) for word in words]
        return tag("label", label, tag("select", *options, name=name, title=title))
    hint = _optional(language) if parameter.any else ""
    names = list(choices.items())[:_MOST_CHOICES]
    listed = f"of-{name}" if names else None
    box = tag("input", name=name, value=value, title=title, list=listed, autocomplete="off")
    data = tag("datalist", *(tag("option", text, value=key) for key, text in names), id=listed) if names else join([])
    return tag("label", label, hint, box, data)


def _optional(language: Language) -> str:
    """What stands behind the label of a parameter that may be left out."""
    return f"（{say('any', language)}）" if language == "zh" else f" ({say('any', language)})"


def _downloads(path: str, values: Mapping[str, str], language: Language) -> Markup:
    links = (tag("li", tag("a", name.upper(), href=link(path, language, **values, format=name))) for name in _DOWNLOADS)
    return join([tag("h2", say("download", language)), tag("ul", *links, class_="formats")])


def _table(body: bytes, language: Language, most: int, headings: Mapping[str, Bilingual] | None = None) -> Markup:
    results: dict[str, Any] = json.loads(body)
    if "boolean" in results:
        return tag("p", tag("strong", say("yes" if results["boolean"] else "no", language)))
    headings = headings or {}
    columns = shown_columns(results["head"]["vars"], language) if headings else results["head"]["vars"]
    rows = results["results"]["bindings"]
    if not rows:
        return tag("p", say("no-rows", language))
    count = say("one-row", language) if len(rows) == 1 else say("rows", language, count=f"{len(rows):,}")
    if len(rows) > most:
        count = say("cut", language, shown=f"{most:,}", count=f"{len(rows):,}")
    head = tag("thead", tag("tr", *(tag("th", _heading(name, headings, language), scope="col") for name in columns)))
    lines = (tag("tr", *(_cell(row.get(name), language) for name in columns)) for row in rows[:most])
    return join([tag("p", count), tag("div", tag("table", head, tag("tbody", *lines)), class_="scroll")])


def _heading(name: str, headings: Mapping[str, Bilingual], language: Language) -> str:
    return headings[name].get(language) if name in headings else _WORDS.sub(" ", name).lower()


def _cell(term: Mapping[str, Any] | None, language: Language) -> Markup:
    if term is None:
        return tag("td")
    value = str(term["value"])
    if term["type"] == "uri":
        target = href(value, language)
        return tag("td", tag("a", shorten(value), href=target, rel="noreferrer") if target else value)
    number = str(term.get("datatype", "")).rsplit("#", 1)[-1] in _NUMBERS
    return tag("td", value, class_="number" if number else None, lang=term.get("xml:lang"))
