"""What a run of the benchmark found, as it is written to results.json and printed as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.load import Load

__all__ = ["Cell", "Overload", "Results", "Standing"]


@dataclass(frozen=True)
class Cell:
    """One server under one load: `planned` requests, or 0 where the load is bounded by time alone.

    `cpu_ms` is the processor time of all processes of the server for each answer, which other work on the machine
    changes less than it changes the rate.
    """

    graph: str
    workload: str
    connections: int
    server: str
    load: Load
    cpu_ms: float
    planned: int = 0


@dataclass(frozen=True)
class Standing:
    """A server with a graph, before any load: seconds from start to first answer, MiB (PSS of the process tree)."""

    graph: str
    server: str
    start_seconds: float
    idle_mib: float


@dataclass(frozen=True)
class Overload:
    """Closed-loop connections far beyond the workers: times in ms; memory in MiB, at most at the usual
    number, at most then, after."""

    connections: int
    usual_connections: int
    usual_p99: float
    accepted_p99: float
    slowest_refusal: float
    statuses: dict[int, int]
    without_retry_after: int
    memory: tuple[float, float, float]
    client: str


@dataclass
class Results:
    """All of a run. `setting` says on what it was measured, a line each."""

    setting: list[str] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    overload: Overload | None = None

    def cell(self, graph: str, workload: str, connections: int, server: str) -> Cell | None:
        """The cell of these, where it was measured."""
        wanted = (graph, workload, connections, server)
        found = (c for c in self.cells if (c.graph, c.workload, c.connections, c.server) == wanted)
        return next(found, None)

    def rows(self) -> Sequence[tuple[str, str, int]]:
        """Graph, workload and connections of the cells, in the order in which they were measured."""
        return list(dict.fromkeys((cell.graph, cell.workload, cell.connections) for cell in self.cells))

    def as_json(self) -> dict[str, Any]:
        """For results.json."""
        return asdict(self)
