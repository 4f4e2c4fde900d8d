"""The operations of the OpenAPI document that do not depend on which saved queries there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.catalog import Bilingual
from kg.catalog.directory import Names
from kg.catalog.saved import IRI_BASE
from kg.engine.answer import SOLUTION_TYPES, TRIPLE_TYPES
from kg.web.addresses import ENDINGS
from kg.web.negotiate import PAGE, SOLUTIONS, TRIPLES
from kg.web.openapi_parts import Json, answered, described, document, failures
from kg.web.protocol import DIRECT, FORM

__all__ = ["fixed_paths"]

_SELECT = "SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
_CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 5"
_TEXT: Json = {"type": "string"}
_IRIS: Json = {"type": "array", "items": _TEXT}
_PAGE = PAGE.media_type
_LANG = {"$ref": "#/components/parameters/lang"}


def fixed_paths(names: Mapping[str, Names]) -> Json:
    """Path to operations; `names` gives a thing for the example of a document."""
    return {
        "/queries": {"get": _queries()},
        "/sparql": {"get": _sparql(), "post": _sparql_post()},
        "/graphs": {"get": _graphs()},
        **_things(names),
        "/downloads/": {"get": _downloads()},
        "/.well-known/void": {"get": _void()},
        **_server(),
    }


def _operation(name: str, tag: str, summary: Bilingual, parameters: Sequence[Json], responses: Json) -> Json:
    shown = {"parameters": list(parameters)} if parameters else {}
    return (
        {"operationId": name, "tags": [tag], "summary": summary.en, "x-summary-zh": summary.zh}
        | shown
        | {"responses": responses}
    )


def _parameter(name: str, text: Bilingual, schema: Json, *examples: object) -> Json:
    shown = {f"example-{number}": {"value": value} for number, value in enumerate(examples, 1)}
    return {"name": name, "in": "query", **described(text), "schema": schema, **({"examples": shown} if shown else {})}


def _format(*names: str) -> Json:
    text = Bilingual(en="The format, instead of Accept.", zh="结果格式，优先于Accept。")
    return _parameter("format", text, {"enum": list(names)}, names[0])


def _queries() -> Json:
    schema: Json = {
        "type": "object",
        "required": ["queries"],
        "properties": {
            "queries": {
                "type": "array",
                "items": {"type": "object", "required": ["name", "subject", "href", "title", "parameters", "pages"]},
            },
            "note": _TEXT,
        },
    }
    text = Bilingual(en="Name, address, titles and parameters of each.", zh="每个查询的名称、地址、标题和参数。")
    responses = {"200": document(text, {"application/json": schema, _PAGE: None}), **failures(406)}
    summary = Bilingual(en="The saved queries on offer", zh="可用的预存查询")
    return _operation("queries", "queries", summary, [_LANG, _format("json", "html")], responses)


def _dataset() -> list[Json]:
    default = Bilingual(
        en="Graphs that make up the default graph; without any, all graphs together.",
        zh="组成默认图的图；不给出时为所有图的并集。",
    )
    named = Bilingual(en="Graphs that GRAPH reaches.", zh="GRAPH可访问的图。")
    return [
        _parameter("default-graph-uri", default, _IRIS, [f"{IRI_BASE}graph/vocabulary"]),
        _parameter("named-graph-uri", named, _IRIS, [f"{IRI_BASE}graph/vocabulary"]),
    ]


def _sparql() -> Json:
    text = Bilingual(
        en="A SPARQL 1.1 query. Without it the answer is the service description, a graph.",
        zh="SPARQL 1.1查询语句。不给出时返回服务描述（图）。",
    )
    parameters = [
        _parameter("query", text, _TEXT, _SELECT, _CONSTRUCT),
        *_dataset(),
        _parameter(
            "format",
            Bilingual(en="The format, instead of Accept.", zh="结果格式，优先于Accept。"),
            {"enum": [*SOLUTION_TYPES, "html", *TRIPLE_TYPES]},
        ),
        _LANG,
    ]
    summary = Bilingual(en="SPARQL 1.1 Protocol, by GET", zh="SPARQL 1.1协议（GET）")
    return _operation("sparql-get", "sparql", summary, parameters, _sparql_responses(304))


def _sparql_post() -> Json:
    form: Json = {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": _TEXT,
            "default-graph-uri": _IRIS,
            "named-graph-uri": _IRIS,
            "format": {"enum": [*SOLUTION_TYPES, "html", *TRIPLE_TYPES]},
        },
    }
    body = {
        "required": True,
        "content": {
            FORM: {"schema": form, "examples": {"example-1": {"value": {"query": _SELECT}}}},
            DIRECT: {"schema": _TEXT, "examples": {"example-1": {"value": _SELECT}}},
        },
    }
    summary = Bilingual(en="SPARQL 1.1 Protocol, by POST", zh="SPARQL 1.1协议（POST）")
    more = Bilingual(
        en="The method QUERY takes the same. Updates are refused with 403: a release never changes.",
        zh="QUERY方法与此相同。更新操作返回403，因为发布版不再变动。",
    )
    operation = _operation("sparql-post", "sparql", summary, [], _sparql_responses(403, 408, 415))
    return operation | described(more) | {"requestBody": body}


def _sparql_responses(*more: int) -> Json:
    unchanged = {"304": {"$ref": "#/components/responses/not-modified"}} if 304 in more else {}
    statuses = sorted({400, 403, 406, 413, 422, 429, 503, 504, *more} - {304})
    return {"200": answered("either", [*SOLUTIONS, *TRIPLES]), **unchanged, **failures(*statuses)}


def _graphs() -> Json:
    parameters = [
        _parameter("graph", Bilingual(en="IRI of a graph.", zh="图的IRI。"), _TEXT, f"{IRI_BASE}graph/vocabulary"),
        _parameter(
            "default", Bilingual(en="All graphs together.", zh="所有图的并集。"), {"type": "string", "maxLength": 0}
        ),
        _format(*TRIPLE_TYPES),
    ]
    summary = Bilingual(en="A whole graph (SPARQL 1.1 Graph Store Protocol)", zh="整个图（SPARQL 1.1图存储协议）")
    text = Bilingual(en="Give either `graph` or `default`.", zh="graph与default二选一。")
    responses = {"200": answered("graph", TRIPLES), **failures(400, 404, 406, 413, 429, 503, 504)}
    return _operation("graphs", "sparql", summary, parameters, responses) | described(text)


def _things(names: Mapping[str, Names]) -> Json:
    """One document path; its example is the first thing there is."""
    kind, key = next(((kind, min(each.labels)) for kind, each in sorted(names.items()) if each.labels), ("", ""))
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[^/]+$"}, **more}
        for name, more in (
            ("kind", {"example": kind} if kind else {}),
            ("key", {"example": key} if key else {}),
        )
    ]
    text = Bilingual(
        en=f"What the release says of {IRI_BASE}{{kind}}/{{key}}. The thing itself, without an ending, answers with "
        "303 and leads to the document for Accept.",
        zh=f"发布版关于{IRI_BASE}{{kind}}/{{key}}的内容。不带扩展名的条目地址以303转到Accept所对应的文档。",
    )
    number = Bilingual(en="Number of the page of a long document.", zh="长文档的页码。")
    parameters.append(_parameter("page", number, {"type": "integer", "minimum": 1}, 1))
    found = {}
    for ending, offer in ENDINGS.items():
        about = Bilingual(en=f"The document as {offer.media_type}.", zh=f"{offer.media_type}格式的文档。")
        summary = Bilingual(en=f"A thing as {ending}", zh=f"条目（{ending}）")
        responses = {
            "200": document(about, {offer.media_type: None}),
            "304": {"$ref": "#/components/responses/not-modified"},
            **failures(400, 404, 410, 503, 504),
        }
        own = [*parameters, _LANG] if offer.name == PAGE.name else parameters
        operation = _operation(f"thing-{offer.name}", "things", summary, own, responses)
        found[f"/{{kind}}/{{key}}{ending}"] = {"get": operation | described(text)}
    return found


def _downloads() -> Json:
    schema: Json = {
        "type": "object",
        "required": ["downloads"],
        "properties": {
            "downloads": {"type": "array", "items": {"type": "object", "required": ["name", "href", "size", "sha256"]}},
            "note": _TEXT,
        },
    }
    text = Bilingual(
        en="Address, content, size and SHA-256 of each; `href` gives the file, whole or in ranges.",
        zh="每个文件的地址、内容、大小和SHA-256；href为文件地址，可整体或分段获取。",
    )
    responses = {"200": document(text, {"application/json": schema, _PAGE: None}), **failures(406)}
    summary = Bilingual(en="The files of the release", zh="发布版的文件")
    return _operation("downloads", "things", summary, [_LANG, _format("json", "html")], responses)


def _void() -> Json:
    text = Bilingual(en="VoID; a page is elsewhere (303).", zh="VoID描述；网页在别处（303）。")
    kinds = {offer.media_type: None for offer in ENDINGS.values() if offer.name != PAGE.name}
    other = {"303": described(Bilingual(en="To the page of the dataset.", zh="转到数据集的网页。"))}
    responses = {"200": document(text, kinds), **other, **failures(406, 503)}
    summary = Bilingual(en="The description of the dataset", zh="数据集描述")
    names = [offer.name for offer in ENDINGS.values() if offer.name != PAGE.name]
    return _operation("void", "things", summary, [_format(*names)], responses)


def _server() -> Json:
    health: Json = {"type": "object", "required": ["status", "version", "release", "triples", "saved_queries"]}
    limits: Json = {
        "type": "object",
        "required": ["limits", "federation", "note"],
        "properties": {
            "limits": {"type": "array", "items": {"type": "object", "required": ["name", "value", "default", "help"]}},
            "federation": {"const": False},
        },
    }
    problems: Json = {"type": "object", "required": ["problems"]}
    openapi: Json = {"type": "object", "required": ["openapi", "info", "paths"]}
    rows: list[tuple[str, Bilingual, Json, Sequence[Json]]] = [
        ("health", Bilingual(en="State of the server and what it serves", zh="服务器状态及所提供的内容"), health, []),
        ("limits", Bilingual(en="The limits in force", zh="当前的限制"), limits, [_LANG, _format("json", "html")]),
        ("problem", Bilingual(en="The codes of errors", zh="错误代码"), problems, [_LANG, _format("json", "html")]),
        ("openapi.json", Bilingual(en="This document", zh="本文档"), openapi, []),
    ]
    found = {}
    for name, text, schema, parameters in rows:
        content = {"application/json": schema, **({_PAGE: None} if parameters else {})}
        responses = {"200": document(text, content), **failures(*([503] if name == "health" else []))}
        found[f"/{name}"] = {"get": _operation(name.split(".")[0], "server", text, parameters, responses)}
    return found
