"""What the pages say, in English and in simplified Chinese."""

from __future__ import annotations

from typing import Final

from kg.catalog.parameters import Language

__all__ = ["TEXTS", "say"]

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "tagline": (
        "Review articles on cancer treatment as a knowledge graph: every number with the place where it was printed, "
        "every disagreement between sources on record.",
        "把肿瘤治疗综述变成知识图谱：每个数字都注明出处，来源之间的每处分歧都记录在案。",
    ),
    "saved-queries": ("Saved queries", "预存查询"),
    "saved-queries-lead": (
        "Questions ready to run. Each takes parameters and answers as a page, CSV, TSV, JSON or XML.",
        "可直接运行的常见问题。每个查询都可设置参数，结果可用网页、CSV、TSV、JSON 或 XML 查看。",
    ),
    "no-saved-queries": (
        "No saved queries are offered here: plain data files are being served, not a release. Use the SPARQL endpoint.",
        "当前提供的是普通数据文件而非正式发布版本，因此没有预存查询。请使用 SPARQL 端点。",
    ),
    "endpoint": ("SPARQL endpoint", "SPARQL 端点"),
    "endpoint-lead": (
        "SPARQL 1.1 queries by GET and POST, read-only. Without FROM, the default graph is the union of all graphs.",
        "支持以 GET 和 POST 提交 SPARQL 1.1 查询，只读。未写 FROM 时，默认图为所有命名图的并集。",
    ),
    "try": ("For example", "例如"),
    "machine": ("For programs", "供程序使用"),
    "openapi": ("The HTTP interface (OpenAPI 3.1)", "HTTP接口描述（OpenAPI 3.1）"),
    "health": ("State of the server", "服务器状态"),
    "limits": ("Limits", "限制"),
    "limits-lead": (
        "What one request, one query and one client may use here. Whoever runs the server can set each of them.",
        "单个请求、单个查询和单个客户端在此可用的资源。各项均可由服务器运营者设置。",
    ),
    "no-federation": (
        "Federation is off: queries have no network, and SERVICE is refused with 403. SERVICE SILENT then yields one "
        "empty solution, as the standard says.",
        "不支持联邦查询：查询进程没有网络权限，SERVICE 会返回 403；按照标准，SERVICE SILENT 则得到一个空解。",
    ),
    "lacking": ("Not enforced on this host: ", "此主机无法强制执行："),
    "limit": ("limit", "限制项"),
    "in-force": ("in force", "当前值"),
    "default": ("default", "默认值"),
    "unit": ("unit", "单位"),
    "bytes": ("bytes", "字节"),
    "seconds": ("seconds", "秒"),
    "meaning": ("what it bounds", "含义"),
    "run": ("Run", "运行"),
    "parameters": ("Parameters", "参数"),
    "any": ("any", "不限"),
    "rows": ("{count} rows", "共 {count} 行"),
    "one-row": ("1 row", "共 1 行"),
    "no-rows": ("No rows.", "没有结果。"),
    "cut": (
        "The first {shown} of {count} rows are shown; the downloads hold all.",
        "共 {count} 行，此处仅显示前 {shown} 行；下载文件包含全部结果。",
    ),
    "download": ("Download", "下载"),
    "text": ("The query", "查询语句"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "other-language": ("中文", "English"),
    "query": ("Query", "查询"),
    "result": ("Result", "结果"),
    "home": ("Home", "首页"),
    "colon": (": ", "："),
    "type": ("Type: ", "类型："),
    "statements": ("What is said of it", "相关陈述"),
    "mappings": ("In other vocabularies", "与其他词表的对应"),
    "sources": ("Where it is printed", "出处"),
    "printed": ("printed", "原文所载"),
    "source": ("source", "来源"),
    "place": ("place", "位置"),
    "report-of": ("about", "所述对象"),
    "discrepancies": ("Disagreements on record", "记录在案的分歧"),
    "members": ("Described in this graph", "此图所描述的对象"),
    "incoming": ("What points to it", "指向它的内容"),
    "used-in-definition": ("← is part of the definition of", "← 用于定义"),
    "used-in": ("← is the property of", "← 作为属性"),
    "uses": ("statements: {count}", "用于 {count} 条陈述"),
    "inferred": ("inferred", "推断"),
    "of-many": ("{shown} of {count} are shown here", "共 {count} 项，此处显示 {shown} 项"),
    "page-of": ("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
    "previous": ("Previous page", "上一页"),
    "next": ("Next page", "下一页"),
    "as-data": ("As data", "数据格式"),
    "deprecated": ("This term is deprecated.", "此条目已弃用。"),
    "use-instead": ("Use instead: ", "请改用："),
    "not-found": ("Nothing is here", "此处没有内容"),
    "gone": ("This was withdrawn", "此条目已撤回"),
    "gone-lead": ("What it was", "查看其原有内容"),
    "did-you-mean": ("Did you mean", "您是否在找："),
    "go-on": ("Or start from", "或从以下位置开始："),
    "owl-and": (" and ", " 且 "),
    "owl-or": (" or ", " 或 "),
    "owl-not": ("not ", "非 "),
    "owl-some": (" some ", " 至少有一个 "),
    "owl-only": (" only ", " 仅限 "),
    "owl-inverse": ("inverse of ", "逆属性："),
    "downloads": ("Downloads", "下载"),
    "downloads-lead": (
        "The whole release, and what is read from it. Check a file with sha256sum.",
        "整个发布版及由其导出的文件。可用 sha256sum 校验。",
    ),
    "no-downloads": (
        "There is nothing to download: plain data files are being served here, not a release.",
        "当前提供的是普通数据文件而非正式发布版本，因此没有可下载的文件。",
    ),
    "file": ("file", "文件"),
    "content": ("content", "内容"),
    "media-type": ("format", "格式"),
    "size": ("size", "大小"),
    "about": ("About the data", "关于数据"),
    "the-dataset": ("The dataset, its versions and its size", "数据集、版本与规模"),
    "the-ontology": ("The ontology", "本体"),
    "void": ("Description for programs: VoID and DCAT", "供程序使用的描述：VoID 与 DCAT"),
    "problems": ("Error codes", "错误代码"),
    "problem-status": ("HTTP status", "HTTP 状态码"),
    "quads": ("{count} statements loaded", "已载入 {count} 条陈述"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The text of this key in one language, with its values filled in."""
    english, chinese = TEXTS[key]
    return (chinese if language == "zh" else english).format(**values)
