"""Every limit of the engine and the server, in one table: name, unit, default, help in English and Chinese.

A limit is a field of `Limits`; `Limits.rows()` is the table from which the options of `oncokg serve`, /limits and
docs/limits.md are made. Nothing else in the code holds a limit of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any, Literal

__all__ = ["LimitRow", "Limits", "Unit"]

Unit = Literal["", "bytes", "seconds"]

_MIB = 1024 * 1024
_MOST = 2**31 - 1
_MOST_BYTES = 2**50


def _limit(default: float | int, unit: Unit, english: str, chinese: str) -> Any:
    return field(default=default, metadata={"unit": unit, "help": english, "help_zh": chinese})


@dataclass(frozen=True)
class LimitRow:
    """One row of the table: the name of the field in `Limits`, its value now, its default, its unit, what it bounds."""

    name: str
    value: float
    default: float
    unit: Unit
    help: str
    help_zh: str

    @property
    def whole(self) -> bool:
        """Is it counted in whole numbers?"""
        return isinstance(self.default, int)

    @property
    def fits(self) -> bool:
        """Is the value above zero, and of a size that the operating system can be told?"""
        return 0 < self.value <= (_MOST_BYTES if self.unit == "bytes" else _MOST)


@dataclass(frozen=True)
class Limits:
    """The limits in force. Raises ValueError where one is not a number above zero."""

    # Queries
    workers: int = _limit(
        4,
        "",
        "Queries evaluated at the same time; each has a process of its own.",
        "同时执行的查询数；每个查询独占一个进程。",
    )
    saved_workers: int = _limit(
        1,
        "",
        "Workers, of all, that are kept for saved queries and pages (with one worker, none is).",
        "全部工作进程中，专为预存查询和网页保留的个数（只有一个工作进程时不保留）。",
    )
    client_share: float = _limit(
        0.5,
        "",
        "Part of the workers that one client may hold, rounded down to at least one, and one saved query besides; "
        "what is beyond waits, then 429.",
        "单个客户端最多可占用的工作进程比例（向下取整，至少一个），另可再运行一个预存查询；"
        "超出的请求先排队，随后返回 429。",
    )
    deadline: float = _limit(
        10.0,
        "seconds",
        "For one query, parsing and planning included; then its worker is killed and the answer is 504.",
        "单个查询的时限，含解析与规划；超时即终止其工作进程并返回 504。",
    )
    queue: int = _limit(
        64,
        "",
        "Queries that may wait for a worker, half of them of one client; one more is refused with 503.",
        "可排队等候的查询数，单个客户端最多占一半；超出即返回 503。",
    )
    queue_wait: float = _limit(
        5.0,
        "seconds",
        "That a query may wait for a worker; then 503, or 429 where the client holds its share.",
        "查询等候工作进程的最长时间；超时返回 503，若该客户端已用满份额则返回 429。",
    )
    refusal_wait: float = _limit(
        0.5,
        "seconds",
        "Before an answer 429 or 503 is sent, so that whoever asks again at once does not take the server's time.",
        "返回 429 或 503 之前的停顿时间，以免立即重试的客户端占用服务器。",
    )
    memory: int = _limit(
        1024 * _MIB,
        "bytes",
        "Address space that a worker may use beyond the loaded data; a query that needs more gets 422.",
        "工作进程在已载入数据之外可用的地址空间；查询所需超出时返回 422。",
    )
    load_memory: int = _limit(
        64,
        "bytes",
        "Address space per byte of input while data are loaded (2 GiB are always allowed).",
        "载入数据时每字节输入可用的地址空间（始终允许 2 GiB）。",
    )
    # Answers
    result_bytes: int = _limit(
        32 * _MIB,
        "bytes",
        "Of one answer; a longer one is refused with 413, never cut.",
        "单个结果的大小；超出即返回 413，绝不截断。",
    )
    page_bytes: int = _limit(
        4 * _MIB,
        "bytes",
        "Of the answer behind an HTML page; a longer one is refused with 413.",
        "网页所依据结果的大小；超出即返回 413。",
    )
    page_rows: int = _limit(
        1000,
        "",
        "Rows shown in an HTML page; the page says so when there are more.",
        "网页中显示的行数；行数更多时网页会注明。",
    )
    entity_statements: int = _limit(
        500,
        "",
        "Statements in one document about a thing; it says where the next ones are.",
        "单个条目文档中的陈述数；文档会注明后续内容所在。",
    )
    compress_from: int = _limit(
        1024,
        "bytes",
        "Size from which on a body is sent compressed where the client accepts it.",
        "正文达到此大小且客户端接受时，压缩后发送。",
    )
    send_wait: float = _limit(
        30.0,
        "seconds",
        "For a client to take the next 256 KiB of an answer; then the connection is closed.",
        "客户端接收下一段 256 KiB 结果的时限；超时即关闭连接。",
    )
    cache_bytes: int = _limit(
        64 * _MIB,
        "bytes",
        "Finished answers kept in memory; those asked for longest ago make room, answers to ad-hoc queries first.",
        "内存中保留的现成结果；空间不足时先清除最久未被请求的结果，其中即席查询的结果最先清除。",
    )
    cache_wait: float = _limit(
        60.0,
        "seconds",
        "That a client may use its copy of an answer from a release before it asks for a newer one, and the server an "
        "answer of a remote store.",
        "客户端可直接使用所存发布版结果副本、服务器可使用远程存储库结果的时间；此后须确认是否已有更新。",
    )
    # Requests
    connections: int = _limit(
        1024,
        "",
        "Connections served at the same time; more wait to be accepted.",
        "同时服务的连接数；更多连接需等候接入。",
    )
    header_wait: float = _limit(
        10.0,
        "seconds",
        "For the head of a request to arrive, also on an idle connection; then the connection is closed.",
        "请求头到达的时限，空闲连接亦然；超时即关闭连接。",
    )
    body_wait: float = _limit(
        10.0, "seconds", "For a request body to arrive; then 408.", "请求正文到达的时限；超时返回 408。"
    )
    url_bytes: int = _limit(
        8192,
        "bytes",
        "Of path and query string; a longer one is refused with 414.",
        "路径与查询串的长度；超出返回 414。",
    )
    header_bytes: int = _limit(
        16 * 1024, "bytes", "Of all request headers; more is refused with 431.", "全部请求头的大小；超出返回 431。"
    )
    headers: int = _limit(64, "", "Request headers; more are refused with 431.", "请求头的个数；超出返回 431。")
    body_bytes: int = _limit(
        64 * 1024, "bytes", "Of a request body; a longer one is refused with 413.", "请求正文的大小；超出返回 413。"
    )
    fields: int = _limit(
        64, "", "Parameters in one request; more are refused with 400.", "单个请求中的参数个数；超出返回 400。"
    )
    # Life of the server
    grace: float = _limit(
        3.0,
        "seconds",
        "For running queries when the server is told to stop, and as much again for their answers to be sent.",
        "服务器收到停止信号后，留给正在执行的查询的时间；发送其结果另有同样长的时间。",
    )

    def __post_init__(self) -> None:
        for row in self.rows():
            if not row.fits:
                raise ValueError(f"the limit {row.name} must be a number above 0, and not beyond reason: {row.value}")
        if self.client_share > 1:
            raise ValueError(f"the limit client_share must be at most 1, not {self.client_share}")

    @property
    def ad_hoc_workers(self) -> int:
        """Workers that queries of strangers may hold."""
        return max(1, self.workers - self.saved_workers)

    @property
    def client_workers(self) -> int:
        """Workers that one client may hold."""
        return max(1, math.floor(self.workers * self.client_share))

    def rows(self) -> tuple[LimitRow, ...]:
        """The table, in the order of the fields."""
        return tuple(
            LimitRow(entry.name, getattr(self, entry.name), entry.default, **entry.metadata)  # type: ignore[arg-type]
            for entry in fields(self)
        )
