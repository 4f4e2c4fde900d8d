"""`python -m tests.engine.regenerate` writes docs/limits.md and docs/limits.zh.md from kg/engine/limits.py."""

from __future__ import annotations

from pathlib import Path

from kg.engine import LimitRow, Limits
from kg.engine.settings import option, variable

DOCS = Path(__file__).resolve().parents[2] / "docs"

ENGLISH = """# Limits

What one request, one query and one client may use on a server. Each limit is an option of `oncokg serve`, an
environment variable, and a line such as `deadline = 5` in the TOML file that `--settings` names. An option stands
above the environment, that above the file, that above the default. A value that is none is refused at start, with exit
code 2. A running server shows what is in force at `/limits`.

| option | environment | default | unit | what it bounds |
|---|---|--:|---|---|
"""
CHINESE = """# 限制

服务器上单个请求、单个查询和单个客户端可用的资源。每项限制都可以用 `oncokg serve` 的选项、环境变量，或 `--settings` 所指
TOML文件中的一行（如 `deadline = 5`）来设置。选项优先于环境变量，环境变量优先于文件，文件优先于默认值。无效的值在启动时
即被拒绝，退出码为2。运行中的服务器在 `/limits` 显示当前值。

| 选项 | 环境变量 | 默认值 | 单位 | 含义 |
|---|---|--:|---|---|
"""
UNITS_ZH = {"": "", "bytes": "字节", "seconds": "秒"}


def pages() -> dict[str, str]:
    """File name to text."""
    rows = Limits().rows()
    english = [_row(row, row.unit, row.help) for row in rows]
    chinese = [_row(row, UNITS_ZH[row.unit], row.help_zh) for row in rows]
    return {"limits.md": ENGLISH + "".join(english), "limits.zh.md": CHINESE + "".join(chinese)}


def _row(row: LimitRow, unit: str, text: str) -> str:
    default = f"{row.default:,}" if row.whole else f"{row.default:g}"
    return f"| `{option(row.name)}` | `{variable(row.name)}` | {default} | {unit} | {text} |\n"


if __name__ == "__main__":
    for name, content in pages().items():
        (DOCS / name).write_text(content, "utf-8")
