"""GET /openapi.json: the HTTP interface as an OpenAPI 3.1 document, made from the saved queries and the data.

Descriptions are English; Chinese stands beside them under `x-…-zh`. Every example is one that this server answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg import __version__
from kg.catalog import Bilingual, Catalog, Parameter, SavedQuery
from kg.catalog.directory import Names
from kg.engine.answer import SOLUTION_TYPES, TRIPLE_TYPES
from kg.web.negotiate import PAGE, SOLUTIONS, TRIPLES
from kg.web.openapi_parts import COMPONENTS, Json, answered, described, failures
from kg.web.openapi_routes import fixed_paths
from kg.web.wanted import TEXT

__all__ = ["openapi_document"]

_EXAMPLES = 2
_LONGEST = 400
_TITLE = Bilingual(en="OncoKG", zh="OncoKG")
_ABOUT = Bilingual(
    en="Review articles on cancer treatment as a knowledge graph: saved queries with parameters, a SPARQL endpoint, "
    "graphs, documents about things, downloads. Read-only, without accounts or keys.",
    zh="以知识图谱形式呈现的肿瘤治疗综述：带参数的预存查询、SPARQL端点、整图、条目文档和下载。只读，无需账号或密钥。",
)
_SUBJECTS: dict[str, Bilingual] = {
    "drugs": Bilingual(en="Saved queries on drugs and their targets", zh="关于药物及其靶点的预存查询"),
    "evidence": Bilingual(en="Saved queries on studies and what they found", zh="关于研究及其结果的预存查询"),
    "identifiers": Bilingual(en="Saved queries on identifiers elsewhere", zh="关于外部标识符的预存查询"),
    "ontology": Bilingual(en="Saved queries on the ontology", zh="关于本体的预存查询"),
    "sources": Bilingual(en="Saved queries on reviews and what they print", zh="关于综述及其刊印内容的预存查询"),
}
_OTHERS: dict[str, Bilingual] = {
    "queries": Bilingual(en="The list of saved queries", zh="预存查询目录"),
    "sparql": Bilingual(en="SPARQL and whole graphs", zh="SPARQL与整图"),
    "things": Bilingual(en="Documents about things, and files", zh="条目文档与文件"),
    "server": Bilingual(en="The server itself", zh="服务器本身"),
}


def openapi_document(catalog: Catalog, names: Mapping[str, Names], base: str) -> Json:
    """The document for a server at `base` (with a slash at its end); `names` are those of each kind of parameter."""
    subjects = dict.fromkeys(query.subject for query in catalog)
    tags = {subject: _SUBJECTS.get(subject, Bilingual(en=subject, zh=subject)) for subject in subjects}
    saved = {f"/queries/{query.name}": {"get": _operation(query, names)} for query in catalog}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": _TITLE.en,
            "version": __version__,
            "summary": "Cancer treatment reviews as a knowledge graph",
            **described(_ABOUT),
            "license": {"name": "CC BY 4.0 (data)", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": base.rstrip("/")}],
        "tags": [{"name": name, **described(text)} for name, text in (tags | _OTHERS).items()],
        "paths": saved | fixed_paths(names),
        "components": COMPONENTS,
    }


def _operation(query: SavedQuery, names: Mapping[str, Names]) -> Json:
    own = [_parameter(name, parameter, names) for name, parameter in query.parameters.items()]
    shared = [*(("limit", "offset") if query.pages else ()), "lang"]
    formats = [*(TRIPLE_TYPES if query.graph else [*SOLUTION_TYPES, PAGE.name]), TEXT.name]
    return {
        "operationId": query.name,
        "tags": [query.subject],
        "summary": query.title.en,
        "x-summary-zh": query.title.zh,
        **described(query.description),
        "parameters": [
            *own,
            *({"$ref": f"#/components/parameters/{name}"} for name in shared),
            _format(formats),
        ],
        "responses": {
            "200": answered("graph" if query.graph else "table", [*(TRIPLES if query.graph else SOLUTIONS), TEXT]),
            "304": {"$ref": "#/components/responses/not-modified"},
            **failures(400, 406, 413, 422, 429, 503, 504),
        },
    }


def _format(formats: list[str]) -> Json:
    text = Bilingual(
        en="The format, instead of Accept; `rq` gives the query itself with the values in it.",
        zh="结果格式，优先于Accept；rq返回已填入参数值的查询语句。",
    )
    examples = {name: {"value": name} for name in formats}
    return {"name": "format", "in": "query", **described(text), "schema": {"enum": formats}, "examples": examples}


def _parameter(name: str, parameter: Parameter, names: Mapping[str, Names]) -> Json:
    about = parameter.description or parameter.label
    known = names.get(parameter.kind or "")
    text = about
    if parameter.kind is not None:
        text = Bilingual(
            en=f"{about.en}: a key, an IRI or a name in either language of a thing of the kind {parameter.kind}.",
            zh=f"{about.zh}：类别{parameter.kind}中某一条目的键、IRI，或任一语言的名称。",
        )
    examples = _examples(parameter, known)
    return {
        "name": name,
        "in": "query",
        "x-label": parameter.label.model_dump(),
        **described(text),
        "schema": _schema(parameter),
        **({"examples": {f"example-{number}": each for number, each in enumerate(examples, 1)}} if examples else {}),
    }


def _schema(parameter: Parameter) -> Json:
    default = parameter.default if parameter.default is not None else "any"
    match parameter.type:
        case "enum":
            return {"enum": [*parameter.values, *(["any"] if parameter.any else [])], "default": default}
        case "decimal" | "integer":
            number: Json = {"type": "number" if parameter.type == "decimal" else "integer"}
            if parameter.minimum is not None:
                number["minimum"] = _number(parameter.minimum)
            if parameter.maximum is not None:
                number["maximum"] = _number(parameter.maximum)
            if parameter.any:
                return {"anyOf": [number, {"const": "any"}], "default": default}
            return number | {"default": _number(default)}
        case _:
            return {"type": "string", "maxLength": _LONGEST, "default": default}


def _examples(parameter: Parameter, known: Names | None) -> list[Json]:
    """Values that are allowed in the data as they are."""
    found: list[Json] = [{"value": "any"}] if parameter.any else []
    match parameter.type:
        case "enum":
            return [*found, *({"value": word} for word in parameter.values)]
        case "iri" if known is not None:
            first = [parameter.default] if parameter.default and parameter.default in known.labels else []
            keys = [*first, *(key for key in sorted(known.labels) if key != parameter.default)][:_EXAMPLES]
            for key in keys:
                labels = [label for _, label in sorted(known.labels[key].items())]
                found.append({"value": key, "summary": labels[0]})
                found += [{"value": label} for label in labels if known.carriers(label) == {key}]
            return found
        case "iri":
            return found
        case _:
            return [*found, *([{"value": _schema(parameter)["default"]}] if parameter.default is not None else [])]


def _number(value: Any) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() else number
