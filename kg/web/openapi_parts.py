"""What the operations of the OpenAPI document share: texts in two languages, responses, schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.catalog import Bilingual
from kg.web.negotiate import PAGE, Offer
from kg.web.problem_page import MEANINGS
from kg.web.problems import CODES

__all__ = ["COMPONENTS", "Json", "answered", "described", "document", "failures"]

Json = dict[str, Any]

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_MOST = 1_000_000_000
# Statuses that are explained on a page to whoever asks for one.
_PAGES = frozenset({404, 410})
_RESULTS = {"application/sparql-results+json": "SparqlResults"}
_TAGGED = {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", "Cache-Control", "Cache-Status")}
_LINKED = {**_TAGGED, "Link": {"$ref": "#/components/headers/Link"}}

_ANSWERS = {
    "table": Bilingual(en="All rows, or those of the page.", zh="全部行，或所请求一页的行。"),
    "graph": Bilingual(en="The graph.", zh="图。"),
    "either": Bilingual(
        en="A table or a boolean (SELECT, ASK), a graph (CONSTRUCT, DESCRIBE), or the service description (no query).",
        zh="表格或布尔值（SELECT、ASK），图（CONSTRUCT、DESCRIBE）；未给出查询时为服务描述。",
    ),
}


def described(text: Bilingual) -> Json:
    """A description in both languages."""
    return {"description": text.en, "x-description-zh": text.zh}


def answered(kind: str, offers: Sequence[Offer]) -> Json:
    """A response with status 200 in every media type of the offers; `kind` is table, graph or either."""
    content: Json = {}
    for offer in offers:
        name = _RESULTS.get(offer.media_type) or ("SparqlResults" if kind == "table" and offer.name == "json" else None)
        content[offer.media_type] = {"schema": {"$ref": f"#/components/schemas/{name}"}} if name else {}
    return {**described(_ANSWERS[kind]), "headers": _LINKED if kind == "table" else _TAGGED, "content": content}


def document(text: Bilingual, content: Json) -> Json:
    """A response with status 200 and this content: media type to schema, None where there is none to state."""
    return {
        **described(text),
        "content": {kind: {"schema": schema} if schema else {} for kind, schema in content.items()},
    }


def failures(*statuses: int) -> Json:
    """The responses for these statuses, and for any other."""
    refs = {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}
    return refs | {"default": {"$ref": "#/components/responses/problem"}}


def _failure(status: int) -> Json:
    codes = [code for code, meaning in MEANINGS.items() if meaning.status == status]
    text = Bilingual(
        en="\n".join(f"- `{code}`: {MEANINGS[code].en}" for code in codes),
        zh="\n".join(f"- `{code}`：{MEANINGS[code].zh}" for code in codes),
    )
    pages: Json = {PAGE.media_type: {}} if status in _PAGES else {}
    return {**described(text), "content": _PROBLEM | pages}


def _responses() -> Json:
    other = Bilingual(en="Another refusal, with the reason.", zh="其他拒绝情形，附原因。")
    unchanged = Bilingual(
        en="The client has it: a tag in If-None-Match.", zh="客户端已有此结果：其标签在If-None-Match中。"
    )
    statuses = sorted({meaning.status for meaning in MEANINGS.values()})
    return {
        "not-modified": {**described(unchanged), "headers": _TAGGED},
        "problem": {**described(other), "content": _PROBLEM},
        **{str(status): _failure(status) for status in statuses},
    }


def _header(english: str, chinese: str) -> Json:
    return {**described(Bilingual(en=english, zh=chinese)), "schema": {"type": "string"}}


def _query(name: str, text: Bilingual, schema: Json, *examples: object) -> Json:
    shown = {f"example-{number}": {"value": value} for number, value in enumerate(examples, 1)}
    return {"name": name, "in": "query", **described(text), "schema": schema, "examples": shown}


_COUNT = {"type": "integer", "minimum": 0, "maximum": _MOST}

COMPONENTS: Json = {
    "parameters": {
        "limit": _query(
            "limit",
            Bilingual(en="Rows of one page; without it all rows are given.", zh="每页行数；不给出时返回全部行。"),
            _COUNT,
            10,
        ),
        "offset": _query(
            "offset",
            Bilingual(en="Rows to leave out before the page.", zh="该页之前跳过的行数。"),
            _COUNT | {"default": 0},
            0,
            10,
        ),
        "lang": _query(
            "lang",
            Bilingual(en="The language of labels and pages.", zh="名称和网页的语言。"),
            {"enum": ["en", "zh"], "default": "en"},
            "en",
            "zh",
        ),
    },
    "headers": {
        "ETag": _header("Names the answer; send it back in If-None-Match.", "结果的标签；可在If-None-Match中送回。"),
        "Cache-Control": _header("How long a copy may be used.", "副本可使用多久。"),
        "Cache-Status": _header("Whether the answer was at hand (RFC 9211).", "结果是否已在缓存中（RFC 9211）。"),
        "Link": _header(
            'Where a limit was given: the pages with rel="next" and rel="prev" (RFC 8288). The last may be empty.',
            '给出limit时：rel="next"与rel="prev"所指的前后页（RFC 8288）。最后一页可能为空。',
        ),
    },
    "responses": _responses(),
    "schemas": {
        "Problem": {
            **described(Bilingual(en="RFC 9457; `code` stays the same.", zh="RFC 9457；code保持不变。")),
            "type": "object",
            "required": ["type", "title", "status", "detail", "code"],
            "properties": {
                "type": {"type": "string", "format": "uri"},
                "title": {"type": "string"},
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": {"type": "string"},
                "code": {"enum": list(CODES)},
                "line": {"type": "integer", "minimum": 1},
                "column": {"type": "integer", "minimum": 1},
                "suggestions": {"type": "array", "items": {"type": "object"}},
            },
        },
        "SparqlResults": {
            **described(Bilingual(en="SPARQL 1.1 Query Results JSON Format.", zh="SPARQL 1.1 JSON结果格式。")),
            "type": "object",
            "required": ["head"],
            "oneOf": [{"required": ["results"]}, {"required": ["boolean"]}],
            "properties": {
                "head": {
                    "type": "object",
                    "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
                },
                "boolean": {"type": "boolean"},
                "results": {
                    "type": "object",
                    "required": ["bindings"],
                    "properties": {
                        "bindings": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "additionalProperties": {"$ref": "#/components/schemas/Term"},
                            },
                        }
                    },
                },
            },
        },
        "Term": {
            "type": "object",
            "required": ["type", "value"],
            "properties": {
                "type": {"enum": ["uri", "literal", "bnode", "triple"]},
                "value": {},
                "xml:lang": {"type": "string"},
                "datatype": {"type": "string"},
            },
        },
    },
}
"""What the operations refer to."""
