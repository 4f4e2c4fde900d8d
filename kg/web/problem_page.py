"""What each error code means: the address in `type` of a problem document leads here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kg.catalog.parameters import Language
from kg.web.layout import link, page
from kg.web.markup import join, tag
from kg.web.negotiate import PAGE, Offer
from kg.web.problems import CODES, TYPES, HttpProblem
from kg.web.responses import VARY, html, json_response, language_of, one_offer
from kg.web.texts import say

__all__ = ["MEANINGS", "Meaning", "problem", "problems"]

_OFFERS = (Offer("json", "application/json"), Offer("json", "application/problem+json"), PAGE)


@dataclass(frozen=True)
class Meaning:
    """The HTTP status that a code comes with, its title in Chinese (English: `problems.CODES`), what it means."""

    status: int
    title_zh: str
    en: str
    zh: str


MEANINGS: Final[Mapping[str, Meaning]] = {
    "query-syntax": Meaning(
        400,
        "查询无法解析",
        "The text is not SPARQL 1.1. `line` and `column` say where the parser stopped; correct the query there.",
        "文本不是合法的 SPARQL 1.1。line 与 column 指出解析停止的位置，请在该处修正。",
    ),
    "query-parameter": Meaning(
        400,
        "参数有误",
        "A parameter of a saved query is unknown, or its value is not allowed. The detail says what is.",
        "预存查询的某个参数不存在，或其取值不被允许。detail 中列出了可用的值。",
    ),
    "query-failed": Meaning(
        400,
        "查询无法求值",
        "The query parses, but could not be evaluated, as when it names a graph by something that is no IRI.",
        "查询可以解析但无法求值，例如图名不是 IRI。",
    ),
    "query-timeout": Meaning(
        504,
        "查询耗时过长",
        "The query was stopped at the time limit, which /limits shows. Bind more terms, add a LIMIT, or run it on a "
        "copy of the release.",
        "查询达到 /limits 所列的时限而被终止。请限定更多变量、添加 LIMIT，或下载发布版在本地运行。",
    ),
    "query-too-complex": Meaning(
        422,
        "查询过于复杂",
        "The query nests too deeply or needs more memory than one query may use. Flatten or split it.",
        "查询嵌套过深，或所需内存超过单个查询的上限。请简化或拆分。",
    ),
    "result-too-large": Meaning(
        413,
        "结果过大",
        "The answer is longer than /limits allows; it is never cut. Add a LIMIT or ask in parts.",
        "结果超过 /limits 所列的上限；服务器不会截断结果。请添加 LIMIT 或分批查询。",
    ),
    "unknown-query": Meaning(
        404,
        "没有这个预存查询",
        "No saved query has this name. /queries lists those there are.",
        "没有此名称的预存查询。/queries 列出全部可用查询。",
    ),
    "update-refused": Meaning(
        403,
        "此端点只读",
        "SPARQL updates are refused: a release never changes. Changes are made in the curated records and published as "
        "a new release.",
        "端点拒绝 SPARQL 更新：发布版不会改变。修改须在整编记录中进行，并作为新版本发布。",
    ),
    "ad-hoc-refused": Meaning(
        403,
        "只回答预存查询",
        "This server stands before another store, whose work it cannot stop, so only saved queries are answered. Run "
        "queries of your own on a copy of the release.",
        "此服务器以其他存储作为后端，无法终止其执行，因此只回答预存查询。请下载发布版，在本地运行自己的查询。",
    ),
    "federation-refused": Meaning(
        403,
        "SERVICE 已关闭",
        "Queries have no network here, so SERVICE cannot be used. Ask the other endpoint yourself.",
        "查询进程没有网络权限，不能使用 SERVICE。请自行向其他端点查询。",
    ),
    "not-acceptable": Meaning(
        406,
        "没有可接受的格式",
        "None of the formats in Accept, or the one in format=, is offered. The detail lists those that are.",
        "Accept 或 format= 所要求的格式均不提供。detail 中列出了可用格式。",
    ),
    "rate-limited": Meaning(
        429,
        "该客户端的查询时间已用完",
        "The queries of this client took more time than one client may use in a minute. Wait for the seconds in "
        "Retry-After, or run them on a copy of the release.",
        "该客户端的查询用时超过每分钟的上限。请在 Retry-After 所示秒数后重试，或下载发布版在本地运行。",
    ),
    "share-used": Meaning(
        429,
        "该客户端已用满份额",
        "This client runs, or has waiting, as many queries as one client may. Wait for their answers first.",
        "该客户端正在运行或排队的查询已达上限。请等待结果返回后再发送。",
    ),
    "store-failed": Meaning(
        502,
        "后端存储出错",
        "The store behind this server failed, or sent an answer that was cut or broken. Such an answer is never passed "
        "on.",
        "此服务器的后端存储出错，或其结果被截断、不完整。这样的结果绝不会转交。",
    ),
    "engine-unavailable": Meaning(
        503,
        "暂无空闲的查询进程",
        "All workers are busy, or the engine is starting. Wait for the seconds in Retry-After and ask again.",
        "查询进程全部繁忙，或引擎正在启动。请在 Retry-After 所示秒数后重试。",
    ),
    "bad-request": Meaning(
        400,
        "请求有误",
        "The request is not one that the server understands: a parameter given twice, text that is not UTF-8, and the "
        "like. The detail says what.",
        "服务器无法理解该请求，例如参数重复或文本不是 UTF-8。具体原因见 detail。",
    ),
    "not-found": Meaning(
        404,
        "此处没有内容",
        "Nothing has this address. `suggestions`, where there are any, name things whose key or label is near to it.",
        "此地址没有内容。suggestions（如有）列出键或名称相近的条目。",
    ),
    "gone": Meaning(
        410,
        "此条目已撤回",
        "The thing is deprecated and nothing replaces it. Its documents still say what it was.",
        "该条目已弃用且无替代条目。其文档仍可查阅。",
    ),
    "method-not-allowed": Meaning(
        405,
        "此处不允许该方法",
        "The HTTP method is not allowed at this address. Allow lists those that are.",
        "此地址不允许该 HTTP 方法。Allow 列出允许的方法。",
    ),
    "request-timeout": Meaning(
        408,
        "请求体未按时到达",
        "The body of the request did not arrive in time. Send it again.",
        "请求体未在时限内到达。请重新发送。",
    ),
    "body-too-large": Meaning(
        413,
        "请求体过大",
        "The body of the request is longer than /limits allows. Shorten the query.",
        "请求体超过 /limits 所列的上限。请缩短查询。",
    ),
    "headers-too-large": Meaning(
        431,
        "请求头过大",
        "The request has more headers, or more bytes in them, than /limits allows. Send fewer or shorter ones.",
        "请求头的个数或大小超过 /limits 所列的上限。请减少或缩短请求头。",
    ),
    "uri-too-long": Meaning(
        414,
        "地址过长",
        "The address is longer than /limits allows. Send the query by POST.",
        "地址超过 /limits 所列的上限。请用 POST 提交查询。",
    ),
    "unsupported-media-type": Meaning(
        415,
        "请求体的媒体类型不受支持",
        "A query is sent as application/sparql-query, or as a form, in UTF-8.",
        "查询须以 application/sparql-query 或表单形式、UTF-8 编码发送。",
    ),
    "internal-error": Meaning(
        500,
        "服务器内部错误",
        "A fault in the server, not in the request. Please report the request that shows it.",
        "服务器自身出错，与请求无关。请报告触发此错误的请求。",
    ),
}


async def problems(request: Request) -> Response:
    """GET /problem: all codes."""
    offer, language = _asked(request)
    if offer.name != PAGE.name:
        return json_response({"problems": [_summary(code) for code in CODES]}, 200, VARY)
    heading = say("problems", language)
    items = [
        part
        for code in CODES
        for part in (
            tag(
                "dt", tag("a", _title(code, language), href=link(f"/problem/{code}", language)), " ", tag("code", code)
            ),
            tag("dd", _text(code, language)),
        )
    ]
    return html(page(heading, join([tag("h1", heading), tag("dl", *items)]), "/problem", language), language)


async def problem(request: Request) -> Response:
    """GET /problem/{code}: one code."""
    code = request.path_params["code"]
    if code not in CODES:
        raise HttpProblem(404, "not-found", f"There is no such error code. There are: {', '.join(CODES)}.", VARY)
    offer, language = _asked(request)
    if offer.name != PAGE.name:
        return json_response(_summary(code), 200, VARY)
    title = _title(code, language)
    content = join(
        [
            tag("h1", title),
            tag("p", tag("code", f"{TYPES}{code}"), class_="iri"),
            tag("p", say("problem-status", language), say("colon", language), str(MEANINGS[code].status)),
            tag("p", _text(code, language)),
            tag("p", tag("a", say("problems", language), href=link("/problem", language))),
        ]
    )
    return html(page(title, content, f"/problem/{code}", language), language)


def _asked(request: Request) -> tuple[Offer, Language]:
    offer = one_offer(request, request.query_params.get("format"), _OFFERS)
    return offer, language_of(request, request.query_params.get("lang"))


def _title(code: str, language: Language) -> str:
    return MEANINGS[code].title_zh if language == "zh" else CODES[code]


def _text(code: str, language: Language) -> str:
    return MEANINGS[code].zh if language == "zh" else MEANINGS[code].en


def _summary(code: str) -> dict[str, object]:
    meaning = MEANINGS[code]
    return {
        "type": f"{TYPES}{code}",
        "code": code,
        "status": meaning.status,
        "title": {"en": CODES[code], "zh": meaning.title_zh},
        "meaning": {"en": meaning.en, "zh": meaning.zh},
    }
