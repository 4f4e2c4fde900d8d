"""Every limit of the engine and the server, in one table: name, default, help.

A limit is a field of `Limits`; `Limits.rows()` is the table that /limits and the manual show. Sizes are bytes, times
seconds. Nothing else in the code holds a limit of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["LimitRow", "Limits"]

_MIB = 1024 * 1024


def _limit(default: float | int, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class LimitRow:
    """One row of the table: the name of the field in `Limits`, its value now, its default and what it bounds."""

    name: str
    value: float
    default: float
    help: str


@dataclass(frozen=True)
class Limits:
    """The limits in force. Raises ValueError where one is zero or negative."""

    workers: int = _limit(2, "Queries evaluated at the same time; each has a process of its own.")
    deadline: float = _limit(10.0, "Seconds for one query, parsing and planning included; then its worker is killed.")
    queue: int = _limit(64, "Queries that may wait for a worker; one more is refused with 503.")
    queue_wait: float = _limit(5.0, "Seconds that a query may wait for a worker before it is refused with 503.")
    result_bytes: int = _limit(32 * _MIB, "Bytes of one answer; a longer one is refused with 413, never cut.")
    page_bytes: int = _limit(4 * _MIB, "Bytes of the answer behind an HTML page; a longer one is refused with 413.")
    page_rows: int = _limit(1000, "Rows shown in an HTML page; the page says so when there are more.")
    entity_statements: int = _limit(500, "Statements in one document about a thing; it says where the next ones are.")
    memory: int = _limit(1024 * _MIB, "Bytes of address space that a worker may use beyond the loaded data.")
    load_memory: int = _limit(
        64, "Bytes of address space per byte of input while data are loaded (2 GiB are always allowed)."
    )
    url_bytes: int = _limit(8192, "Bytes of path and query string; a longer one is refused with 414.")
    body_bytes: int = _limit(64 * 1024, "Bytes of a request body; a longer one is refused with 413.")
    body_wait: float = _limit(10.0, "Seconds for a request body to arrive; then 408.")
    fields: int = _limit(64, "Parameters in one request.")

    def __post_init__(self) -> None:
        for row in self.rows():
            if row.value <= 0:
                raise ValueError(f"the limit {row.name} must be more than 0, not {row.value}")

    def rows(self) -> tuple[LimitRow, ...]:
        """The table, in the order of the fields."""
        return tuple(
            LimitRow(entry.name, getattr(self, entry.name), entry.default, entry.metadata["help"])  # type: ignore[arg-type]
            for entry in fields(self)
        )
