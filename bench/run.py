"""Runs the benchmark and prints its table: `make bench`, or `make bench QUICK=1` for the curated graph only."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx

from bench import load, servers
from bench.agreement import agreement
from bench.generate import generate_release
from bench.plan import Plan
from bench.results import Cell, Overload, Results, Standing
from bench.servers import NATIVE, OURS, RDFLIB, VIRTUOSO, Oncokg
from bench.table import CURATED, LARGE, as_table
from bench.workloads import SAVED, Workload, analytic, point, saved, things_at
from kg.catalog import Catalog
from kg.manifest import read_manifest
from kg.release import find_release
from tests.stores.servers import Server

__all__ = ["main"]

_CORES = os.cpu_count() or 1
_UNREFUSED = (
    "--workers", str(_CORES + 1), "--saved-workers", "1", "--client-share", "1", "--queue", "512",
    "--queue-wait", "60", "--deadline", "60",
)  # fmt: skip
"""All load comes from one address, and nothing may be refused: the servers answer the same requests."""

# What is asked ad hoc is asked once: finished answers are not kept where that is measured.
_NOTHING_KEPT = ("--cache-bytes", "1")
_POOL_OF_TWO = ("--workers", "3", "--saved-workers", "1", "--client-share", "1", *_NOTHING_KEPT)
"""Two workers for ad-hoc queries; queue, waits and deadline as installed."""

_STORM, _USUAL, _PROBES = 320, 32, 16
_COMPARED = 25
_ANSWERED_WITHIN = 1.0


@dataclass(frozen=True)
class Effort:
    """How long a run measures, and which `others`: seconds a cell, rounds (their median counts), requests of the mix.

    `own_mix` requests are sent to our server by number of connections, `other_mix` to the others, whose rate does not
    depend on what was asked before; a mix ends after `mix_seconds` in any case.
    """

    seconds: float
    rounds: int
    levels: Sequence[int]
    mix_levels: Sequence[int]
    own_mix: int
    other_mix: int
    mix_seconds: float
    storm_seconds: float
    others: tuple[str, ...]


_FULL = Effort(3, 3, (1, 8, 32), (8, 32), 1000, 200, 20, 8, (NATIVE, VIRTUOSO, RDFLIB))
_QUICK = Effort(2, 1, (1, 8, 32), (8, 32), 250, 50, 8, 4, (NATIVE, RDFLIB))
_PASSES = (2, 8, 8)
"""How often each analytic query is sent on a large graph, by number of connections."""


class Bench:
    """One run: its servers stand in folders of `folder`, what it finds goes to `results`."""

    def __init__(self, folder: Path, effort: Effort, seed: int) -> None:
        self.folder = folder
        self.effort = effort
        self.seed = seed
        self.results = Results()

    def curated(self, release: Path) -> None:
        """The curated graph: all workloads, start, memory, overload."""
        with ExitStack() as stack:
            own = self._own(CURATED, release, stack)
            others = self._others(CURATED, release, stack)
            things = things_at(own.url + own.query_path, self.seed)
            for workload in (point(things), analytic()):
                self._timed(CURATED, workload, own, others)
            mix = saved(things, self.seed)
            self._compare(CURATED, mix, own, others)
            own.stop()
            for connections in self.effort.mix_levels:
                self._mix(release, mix, connections, others)
        self._overload(release)

    def large(self, release: Path) -> None:
        """A large graph: look-ups by time; analytic and saved queries, which take seconds, as fixed work."""
        with ExitStack() as stack:
            own = self._own(LARGE, release, stack)
            others = self._others(LARGE, release, stack)
            things = things_at(own.url + own.query_path, self.seed)
            self._timed(LARGE, point(things), own, others)
            for connections, passes in zip(self.effort.levels, _PASSES, strict=True):
                self._fixed(LARGE, analytic(passes), own, others, connections, 1)
            quick = _answered(own, Catalog.load())
            self.results.setting.append(
                f"saved-query mix on the large graph: the {len(quick)} of {len(Catalog.load())} saved queries that "
                f"{OURS} answers within {_ANSWERED_WITHIN:g} s there: {', '.join(quick)}"
            )
            if quick:
                self._fixed(LARGE, saved(things, self.seed, quick, 4 * len(quick)), own, others, 8, 1)

    def _own(self, graph: str, release: Path, stack: ExitStack) -> Oncokg:
        own = Oncokg(self.folder / graph / OURS, release, (*_UNREFUSED, *_NOTHING_KEPT))
        self._stand(graph, OURS, own, stack)
        return own

    def _others(self, graph: str, release: Path, stack: ExitStack) -> dict[str, Server]:
        found = {}
        wanted = [name for name in self.effort.others if graph != LARGE or name != RDFLIB]
        for name, make in servers.available(wanted).items():
            _tell(f"{graph}: loading {name}")
            found[name] = make(self.folder / graph / name, release)
            self._stand(graph, name, found[name], stack)
        return found

    def _stand(self, graph: str, name: str, server: Server, stack: ExitStack) -> None:
        stack.callback(server.stop)
        seconds = servers.started(server)
        time.sleep(1)
        self.results.standings.append(Standing(graph, name, seconds, servers.memory(server.pid)))
        _tell(f"{graph}: {name} answers after {seconds:.1f} s")

    def _timed(self, graph: str, workload: Workload, own: Server, others: dict[str, Server]) -> None:
        """So many seconds each, the servers in turn, as many rounds; the round of median rate counts."""
        self._compare(graph, workload, own, others)
        for connections in self.effort.levels:
            plans = {OURS: (own, workload.ours)} | _plans(workload, others)
            rounds: dict[str, list[Cell]] = {name: [] for name in plans}
            for number in range(self.effort.rounds):
                for name, (server, plan) in plans.items():
                    # It takes seconds for what the others answer in milliseconds: once, and few connections.
                    if name == RDFLIB and (number or connections >= _USUAL):
                        continue
                    client = load.watch if name == RDFLIB else load.best_client
                    sending = partial(client, server.url, plan, connections, self.effort.seconds)
                    rounds[name].append(_cell(graph, workload, connections, name, server, sending))
            for cells in rounds.values():
                if cells:
                    median = statistics.median_low([cell.load.rate for cell in cells])
                    self._add(next(cell for cell in cells if cell.load.rate == median))

    def _compare(self, graph: str, workload: Workload, own: Server, others: dict[str, Server]) -> None:
        """Say in the table which answers differ in their number of rows."""
        for name, (server, plan) in _plans(workload, others).items():
            if name == RDFLIB and workload.name == SAVED:
                continue
            found = agreement(own, workload.ours, server, plan, _COMPARED)
            if found.differing:
                count = f"{len(found.differing)} of {found.compared} answers of {name} differ from ours"
                self.results.setting.append(
                    f"{graph}, {workload.name}: {count} in their number of rows: {'; '.join(found.differing)}"
                )

    def _fixed(
        self, graph: str, workload: Workload, own: Server, others: dict[str, Server], connections: int, passes: int
    ) -> None:
        for name, (server, plan) in ({OURS: (own, workload.ours)} | _plans(workload, others)).items():
            most = passes * len(plan.order or plan.requests)
            sending = partial(load.watch, server.url, plan, connections, 2 * self.effort.mix_seconds, most)
            self._add(_cell(graph, workload, connections, name, server, sending, most))

    def _mix(self, release: Path, mix: Workload, connections: int, others: dict[str, Server]) -> None:
        """Our server is started anew, so that its cache is empty."""
        effort = self.effort
        with Oncokg(self.folder / CURATED / OURS, release, _UNREFUSED) as own:
            sending = partial(load.watch, own.url, mix.ours, connections, effort.mix_seconds, effort.own_mix)
            self._add(_cell(CURATED, mix, connections, OURS, own, sending, effort.own_mix))
        for name, (server, plan) in _plans(mix, others).items():
            if name != RDFLIB:
                sending = partial(load.watch, server.url, plan, connections, effort.mix_seconds, effort.other_mix)
                self._add(_cell(CURATED, mix, connections, name, server, sending, effort.other_mix))

    def _overload(self, release: Path) -> None:
        plan, seconds = analytic().ours, self.effort.storm_seconds
        with Oncokg(self.folder / CURATED / OURS, release, _POOL_OF_TWO) as own:
            with _watched_memory(own.pid) as usually:
                usual = load.storm(own.url, plan, _USUAL, _PROBES, seconds)
            most_usually = max(usually, default=0.0)
            with _watched_memory(own.pid) as seen:
                storm = load.storm(own.url, plan, _STORM, _PROBES, seconds)
            time.sleep(1)
            after = servers.memory(own.pid)
        refusals = [each.seconds for each in storm.samples if each.status in {429, 503}]
        self.results.overload = Overload(
            _STORM, _USUAL, _accepted_p99(usual), _accepted_p99(storm), max(refusals, default=0.0) * 1e3,
            dict(storm.statuses), storm.without_retry_after, (most_usually, max(seen, default=0.0), after),
            f"wrk, {_PROBES} of them asyncio, which gives the times" if load.WRK else load.ASYNCIO,
        )  # fmt: skip

    def _add(self, cell: Cell) -> None:
        self.results.cells.append(cell)
        found = cell.load
        _tell(
            f"{cell.graph}: {cell.workload}, {cell.connections} connections, {cell.server}: {found.rate:,.1f} req/s, "
            f"p99 {found.p99:,.1f} ms, {cell.cpu_ms:,.2f} ms CPU, {found.failures} failed"
        )


def _cell(
    graph: str,
    workload: Workload,
    connections: int,
    name: str,
    server: Server,
    sending: Callable[[], load.Load],
    planned: int = 0,
) -> Cell:
    before = servers.processor_seconds(server.pid)
    found = sending()
    spent = servers.processor_seconds(server.pid) - before
    return Cell(
        graph, workload.name, connections, name, found, spent * 1e3 / max(1, found.answers + found.failures), planned
    )


def _plans(workload: Workload, others: dict[str, Server]) -> dict[str, tuple[Server, Plan]]:
    return {name: (server, workload.others(server.query_path)) for name, server in others.items()}


def _answered(own: Server, catalog: Catalog) -> list[str]:
    """The saved queries that are answered in time, by default parameters."""
    found = []
    for query in catalog:
        try:
            answer = httpx.get(f"{own.url}/queries/{query.name}.json", timeout=_ANSWERED_WITHIN, trust_env=False)
        except httpx.HTTPError:
            continue
        if answer.is_success:
            found.append(query.name)
    return found


def _accepted_p99(storm: load.Storm) -> float:
    return load.percentile([each.seconds for each in storm.samples if each.status == 200], 99) * 1e3


@contextmanager
def _watched_memory(pid: int) -> Iterator[list[float]]:
    """What a process tree uses, in MiB, twice a second until the end of the block."""
    seen: list[float] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            seen.append(servers.memory(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def _setting(effort: Effort, seed: int) -> list[str]:
    versions = ", ".join(f"{name} {number}" for name, number in servers.versions().items())
    idle = os.getloadavg()[0]
    return [
        f"{_CORES} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}; load average "
        f"at start {idle:.1f}; client and servers on this machine, 127.0.0.1",
        versions,
        f"{NATIVE}: serve-read-only --union-default-graph after optimize, on disk; {RDFLIB}: in memory; virtuoso: on "
        "disk, its default graph holds its own graphs too",
        f"{OURS}: {' '.join(_UNREFUSED)}, but for the mix also {' '.join(_NOTHING_KEPT)}; rate limit off (loopback); "
        f"overload: {' '.join(_POOL_OF_TWO)}",
        f"{effort.seconds:g} s a cell, median of {effort.rounds} rounds; saved-query mix: each query equally often, "
        f"parameters Zipf 1.0, seed {seed}, the first {effort.own_mix} requests after a start (others: the first "
        f"{effort.other_mix}), at most {effort.mix_seconds:g} s",
    ]


def _size(name: str, release: Path) -> str:
    manifest = read_manifest(release)
    return f"{name} graph: {manifest['quads']:,} quads, SHA-256 {manifest['sha256'][:12]}…"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """`python -m bench.run --release release`."""
    parser = argparse.ArgumentParser(description="Measure our server beside others on this machine.")
    parser.add_argument("--release", type=Path, help="folder of a release (default: ./release, else one built)")
    parser.add_argument("--folder", type=Path, default=Path("build/bench"), help="for databases and results")
    parser.add_argument("--quick", action="store_true", help="short cells, the curated graph only")
    parser.add_argument("--quads", type=int, default=4_500_000, help="of the large graph, at least")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    release = find_release(options.release, tell=_tell)
    effort = _QUICK if options.quick else _FULL
    bench = Bench(options.folder, effort, options.seed)
    results = bench.results
    results.setting += [*_setting(effort, options.seed), _size(CURATED, release)]
    bench.curated(release)
    if not options.quick:
        generated = options.folder / LARGE / "release"
        _tell("large: generating")
        generate_release(release, generated, options.quads, options.seed)
        results.setting.append(_size(LARGE, generated))
        bench.effort = replace(effort, rounds=1)
        bench.large(generated)
    options.folder.mkdir(parents=True, exist_ok=True)
    table = as_table(results)
    (options.folder / "results.json").write_text(json.dumps(results.as_json(), indent=2) + "\n", encoding="utf-8")
    (options.folder / "table.md").write_text(table, encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
