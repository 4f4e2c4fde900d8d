"""The page of a thing: its name and definition, what is said of it, where that is printed, and what points to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kg.catalog.parameters import Language
from kg.catalog.table import shorten
from kg.web.addresses import ENDINGS, document, href, path_of
from kg.web.entity import Description, Group
from kg.web.entity_query import PREFIXES
from kg.web.expressions import Expressions
from kg.web.layout import language_tag, link, page
from kg.web.markup import Markup, join, tag
from kg.web.names import in_language
from kg.web.texts import say

__all__ = ["entity_page"]

Term = Mapping[str, Any]

_TYPE = PREFIXES["rdf"] + "type"
_SKOS = PREFIXES["skos"]
_MATCHES = frozenset(_SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))
# What the head of the page shows, so that the list of properties need not.
_HEAD = (
    _SKOS + "definition",
    PREFIXES["rdfs"] + "comment",
    PREFIXES["dcterms"] + "description",
    _SKOS + "scopeNote",
    _SKOS + "example",
)
_LABELS = frozenset({PREFIXES["rdfs"] + "label", _SKOS + "prefLabel", *_HEAD, _TYPE})
_XSD = "http://www.w3.org/2001/XMLSchema#"
_FORMAT_NAMES = {".ttl": "Turtle", ".jsonld": "JSON-LD", ".nt": "N-Triples", ".rdf": "RDF/XML"}


def entity_page(description: Description, language: Language, served: Sequence[tuple[str, str]] = ()) -> str:
    """The page. `served` are properties and addresses that the server adds (where a file can be fetched)."""
    return _EntityPage(description, language).render(served)


class _EntityPage:
    """One page being written; the methods are its parts from top to bottom."""

    def __init__(self, description: Description, language: Language) -> None:
        self.about = description
        self.language = language
        self.expressions = Expressions(description.blank_nodes, self.term, language)
        self.path = path_of(description.known.iri) or "/"

    def render(self, served: Sequence[tuple[str, str]]) -> str:
        about, iri = self.about, self.about.known.iri
        title = about.names.name(iri, self.language)
        outgoing = [group for group in about.groups if group.direction == 0]
        incoming = [group for group in about.groups if group.direction == 1]
        matches = [group for group in outgoing if group.property in _MATCHES]
        plain = [group for group in outgoing if group.property not in _LABELS | _MATCHES]
        added = [self.row(key, [self.iri(value)]) for key, value in served]
        content = join(
            [
                tag("h1", title),
                tag("p", tag("code", iri), class_="iri"),
                self.types(),
                self.deprecation(),
                *self.head(),
                self.section("statements", [*(self.group(group) for group in plain), *added]),
                self.section("mappings", [self.group(group) for group in matches]),
                self.sources(),
                self.section("members", [self.members()] if about.members else []),
                self.section("incoming", [*(self.group(group) for group in incoming), *self.owners(), *self.uses()]),
                self.paging(),
                self.formats(),
            ]
        )
        values = {"page": str(about.page)} if about.page > 1 else {}
        own = document(self.path, ".html")
        return page(title, content, own, self.language, values, self.alternates())

    def alternates(self) -> Markup:
        """For <head>: the other formats, and the other language."""
        links = [
            tag("link", rel="alternate", type=offer.media_type, href=document(self.path, ending))
            for ending, offer in ENDINGS.items()
            if ending != ".html"
        ]
        html = document(self.path, ".html")
        spoken: tuple[Language, ...] = ("en", "zh")
        links += [tag("link", rel="alternate", hreflang=language_tag(each), href=link(html, each)) for each in spoken]
        return join(links)

    def types(self) -> Markup:
        shown = [self.term(value) for value in self.about.values(_TYPE)]
        return tag("p", say("type", self.language), *_separated(shown, self.language)) if shown else join([])

    def deprecation(self) -> Markup:
        known = self.about.known
        if not known.deprecated and known.replacement is None:
            return join([])
        text = say("deprecated", self.language)
        if known.replacement is None:
            return tag("p", text, class_="notice")
        return tag("p", text, " ", say("use-instead", self.language), self.iri(known.replacement), class_="notice")

    def head(self) -> list[Markup]:
        found = []
        for key in _HEAD:
            values = self.about.values(key)
            literals = in_language([value for value in values if value["type"] == "literal"], self.language)
            prefix = f"{self.about.names.name(key, self.language)}{say('colon', self.language)}"
            # A definition speaks for itself; a note on usage and an example are announced.
            begun = prefix if key in _HEAD[3:] else ""
            found += [tag("p", begun, self.literal(literal)) for literal in literals]
        return found

    def section(self, key: str, parts: Sequence[Markup]) -> Markup:
        if not parts:
            return join([])
        return tag("section", tag("h2", say(key, self.language)), tag("dl", *parts, class_="facts"))

    def group(self, group: Group) -> Markup:
        literals = [value for value in group.values if value["type"] == "literal"]
        kept = in_language(literals, self.language) if literals else []
        shown = [
            join([self.term(value), *([self.inferred()] if inferred else [])])
            for value, inferred in zip(group.values, group.inferred, strict=True)
            if (value["type"] == "uri" and value["value"]) or value in kept or self.is_expression(group, value)
        ]
        counted = "" if group.size == len(group.values) else say(
            "of-many", self.language, shown=f"{len(group.values):,}", count=f"{group.size:,}"
        )  # fmt: skip
        return self.row(group.property, shown, incoming=group.direction == 1, counted=counted) if shown else join([])

    def is_expression(self, group: Group, value: Term) -> bool:
        return value["type"] == "bnode" and group.direction == 0

    def row(self, key: str, values: Sequence[Markup], *, incoming: bool = False, counted: str = "") -> Markup:
        """One property and its values; an arrow marks what points here."""
        return join(
            [
                tag(
                    "dt",
                    "← " if incoming else "",
                    self.iri(key),
                    tag("span", counted, class_="count") if counted else "",
                ),
                tag("dd", tag("ul", *(tag("li", value) for value in values)) if len(values) > 1 else join(values)),
            ]
        )

    def sources(self) -> Markup:
        about = self.about
        if not about.reports and not about.discrepancies:
            return join([])
        parts = [tag("h2", say("sources", self.language))]
        if about.reports:
            count = about.report_count
            if count > (shown := len({row["report"]["value"] for row in about.reports})):
                parts.append(tag("p", say("of-many", self.language, shown=f"{shown:,}", count=f"{count:,}")))
            others = [row for row in about.reports if row["statement"]["value"] != about.known.iri]
            heads = ("printed", "source", "place", *(["report-of"] if others else []))
            head = tag("tr", *(tag("th", say(key, self.language), scope="col") for key in heads))
            lines = (self.report(row, with_statement=bool(others)) for row in about.reports)
            parts.append(tag("div", tag("table", tag("thead", head), tag("tbody", *lines)), class_="scroll"))
        parts += [tag("h3", say("discrepancies", self.language)), *self.disagreements()] if about.discrepancies else []
        return tag("section", *parts)

    def report(self, row: Mapping[str, Term], *, with_statement: bool) -> Markup:
        printed = str(row["printed"]["value"]) if "printed" in row else shorten(row["report"]["value"])
        place, source = row.get("place"), row.get("source")
        cells = [
            tag("td", self.iri(row["report"]["value"], printed)),
            tag("td", self.iri(source["value"])) if source else tag("td"),
            tag("td", self.iri(place["value"], row.get("locator", {}).get("value"))) if place else tag("td"),
        ]
        if with_statement:
            statement = row["statement"]["value"]
            cells.append(tag("td", self.iri(statement)) if statement != self.about.known.iri else tag("td"))
        return tag("tr", *cells)

    def disagreements(self) -> list[Markup]:
        found: dict[str, list[Mapping[str, Term]]] = {}
        for row in self.about.discrepancies:
            found.setdefault(row["discrepancy"]["value"], []).append(row)
        items = []
        for iri, rows in found.items():
            kind = self.about.names.name(rows[0]["kind"]["value"], self.language) if "kind" in rows[0] else iri
            because = in_language([row["because"] for row in rows if "because" in row], self.language)[:1]
            parts = [self.iri(iri, kind)]
            for text in because:
                parts += [join([say("colon", self.language)]), self.literal(text)]
            if "resolution" in rows[0]:
                parts += [join([" ("]), self.iri(rows[0]["resolution"]["value"]), join([")"])]
            items.append(tag("li", *parts))
        return [tag("ul", *items)]

    def members(self) -> Markup:
        about = self.about
        counted = say("of-many", self.language, shown=f"{len(about.members):,}", count=f"{about.size.members:,}")
        items = (tag("li", self.iri(member)) for member in about.members)
        return join([tag("dt", counted), tag("dd", tag("ul", *items))])

    def owners(self) -> list[Markup]:
        if not self.about.owners:
            return []
        shown = [tag("li", self.iri(owner)) for owner in self.about.owners]
        return [tag("dt", say("used-in-definition", self.language)), tag("dd", tag("ul", *shown))]

    def uses(self) -> list[Markup]:
        """For a property: how often it is used, and the query that shows where."""
        if not self.about.uses:
            return []
        query = f"SELECT * WHERE {{ ?subject {self.about.known.term} ?object }} LIMIT 100"
        count = say("uses", self.language, count=f"{self.about.uses:,}")
        return [
            tag("dt", say("used-in", self.language)),
            tag("dd", tag("a", count, href=link("/sparql", self.language, query=query))),
        ]

    def paging(self) -> Markup:
        about, own = self.about, document(self.path, ".html")
        if about.size.pages == 1:
            return join([])
        steps = ((about.page - 1, "previous", "prev"), (about.page + 1, "next", "next"))
        links = [
            tag("a", say(key, self.language), href=link(own, self.language, page=str(number)), rel=rel)
            for number, key, rel in steps
            if 1 <= number <= about.size.pages
        ]
        text = say("page-of", self.language, page=about.page, pages=about.size.pages)
        return tag("p", text, *(part for each in links for part in (" ", each)), class_="paging")

    def formats(self) -> Markup:
        values = {"page": str(self.about.page)} if self.about.page > 1 else {}
        tail = f"?page={values['page']}" if values else ""
        items = (
            tag("li", tag("a", name, href=document(self.path, ending) + tail, type=ENDINGS[ending].media_type))
            for ending, name in _FORMAT_NAMES.items()
        )
        return join([tag("h2", say("as-data", self.language)), tag("ul", *items, class_="formats")])

    def term(self, term: Term) -> Markup:
        if term["type"] == "uri":
            return self.iri(term["value"])
        return self.expressions.phrase(term) if term["type"] == "bnode" else self.literal(term)

    def iri(self, iri: str, text: str | None = None) -> Markup:
        shown = text or self.about.names.name(iri, self.language)
        target = href(iri, self.language)
        if target is None:
            return join([shown])
        return tag("a", shown, href=target, title=shorten(iri), rel=None if path_of(iri) else "noreferrer")

    def literal(self, literal: Term) -> Markup:
        value = str(literal["value"])
        if literal.get("datatype") == _XSD + "boolean" and value in {"true", "false"}:
            return join([say("yes" if value == "true" else "no", self.language)])
        if "\n" in value.strip():
            return tag("pre", value.strip())
        spoken = literal.get("xml:lang", "")
        other = spoken and spoken.split("-")[0] != self.language
        return tag("span", value, lang=spoken) if other else join([value])

    def inferred(self) -> Markup:
        return tag("span", say("inferred", self.language), class_="inferred")


def _separated(parts: Sequence[Markup], language: Language) -> list[str]:
    mark = "、" if language == "zh" else ", "
    return [piece for part in parts for piece in (mark, part)][1:]
