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
    "health": ("State of the server", "服务器状态"),
    "limits": ("Limits", "限制"),
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
    "quads": ("{count} statements loaded", "已载入 {count} 条陈述"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The text of this key in one language, with its values filled in."""
    english, chinese = TEXTS[key]
    return (chinese if language == "zh" else english).format(**values)
