"""The table of a run: one row a workload and number of connections, our server's ratio to the others, and the bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.results import Cell, Results
from bench.servers import NATIVE, OURS
from bench.workloads import ANALYTIC, POINT, SAVED

__all__ = ["Bar", "as_table", "bars"]

CURATED, LARGE = "curated", "large"


@dataclass(frozen=True)
class Bar:
    """What is wanted and what was measured; `met` is None where it was not measured."""

    name: str
    wanted: str
    measured: str
    met: bool | None


def as_table(results: Results) -> str:
    """The whole report as Markdown."""
    lines = ["# Benchmark", "", *(f"- {line}" for line in results.setting), ""]
    lines += [*_standings(results), "", *_loads(results), ""]
    lines += [*_overload(results), *_bars(results)]
    return "\n".join(lines) + "\n"


def bars(results: Results) -> list[Bar]:
    """The bars of docs/benchmark.md, in its order."""
    found = [
        _ratio_bar(results, CURATED, POINT, 8, 0.35),
        _ratio_bar(results, CURATED, ANALYTIC, 8, 1.2),
        _ratio_bar(results, LARGE, ANALYTIC, 8, 2.5),
        _ratio_bar(results, CURATED, SAVED, 32, 3.0),
        _p99_bar(results),
    ]
    own = next((each for each in results.standings if (each.graph, each.server) == (CURATED, OURS)), None)
    if own is not None:
        start, idle = own.start_seconds, own.idle_mib
        found.append(Bar("start to first answer, curated", "≤ 2 s", f"{start:.1f} s", start <= 2))
        found.append(Bar("idle memory, curated", "≤ 200 MiB", f"{idle:.0f} MiB", idle <= 200))
    return found + list(_overload_bars(results))


def _standings(results: Results) -> Iterator[str]:
    yield "| graph | server | start to first answer, s | idle memory, MiB (PSS) |"
    yield "|---|---|--:|--:|"
    for each in results.standings:
        yield f"| {each.graph} | {each.server} | {each.start_seconds:.1f} | {each.idle_mib:.0f} |"


def _loads(results: Results) -> Iterator[str]:
    others = list(dict.fromkeys(cell.server for cell in results.cells if cell.server != OURS))
    heads = [f"{name}: req/s, p50/p99 ms, CPU ms" for name in (OURS, *others)]
    ratios = [f"{OURS} ÷ {name}" for name in others]
    yield f"| graph | workload | connections | client | {' | '.join([*heads, *ratios])} |"
    yield f"|---|---|--:|---|{'--:|' * (len(heads) + len(ratios))}"
    for graph, workload, connections in results.rows():
        own = results.cell(graph, workload, connections, OURS)
        cells = {name: results.cell(graph, workload, connections, name) for name in others}
        clients = dict.fromkeys(cell.load.client for cell in (own, *cells.values()) if cell is not None)
        parts = [_measured(cell) for cell in (own, *cells.values())]
        parts += [_times(ratio(own, cell)) for cell in cells.values()]
        yield f"| {graph} | {workload} | {connections} | {'/'.join(clients)} | {' | '.join(parts)} |"


def _measured(cell: Cell | None) -> str:
    if cell is None:
        return "–"
    load = cell.load
    text = f"{load.rate:,.0f}" if load.rate >= 100 else f"{load.rate:,.1f}"
    text += f", {load.p50:,.1f}/{load.p99:,.1f}, {cell.cpu_ms:,.2f}"
    if load.failures:
        text += f", {load.failures} failed"
    sent = load.answers + load.failures
    return text + (f", {sent} of {cell.planned} sent" if 0 < sent < cell.planned else "")


def ratio(own: Cell | None, other: Cell | None) -> float | None:
    """How many times as many answers a second ours gives; None where one was not measured or gave none."""
    if own is None or other is None or not other.load.rate:
        return None
    return own.load.rate / other.load.rate


def _times(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}×"


def _overload(results: Results) -> Iterator[str]:
    storm = results.overload
    if storm is None:
        return
    statuses = ", ".join(f"{count:,} × {status or 'none'}" for status, count in sorted(storm.statuses.items()))
    usual, most, after = storm.memory
    yield (
        f"Overload, {storm.connections} connections ({storm.client}): answers by status: {statuses}; p99 of accepted "
        f"{storm.accepted_p99:,.0f} ms (at {storm.usual_connections} connections {storm.usual_p99:,.0f} ms); slowest "
        f"refusal {storm.slowest_refusal:,.0f} ms; refusals without Retry-After: {storm.without_retry_after}; memory "
        f"at most {usual:.0f} MiB at {storm.usual_connections} connections, {most:.0f} then, {after:.0f} after."
    )
    yield ""


def _bars(results: Results) -> Iterator[str]:
    yield "| bar | wanted | measured | met |"
    yield "|---|--:|--:|---|"
    for bar in bars(results):
        met = "not measured" if bar.met is None else "yes" if bar.met else "no"
        yield f"| {bar.name} | {bar.wanted} | {bar.measured} | {met} |"


def _ratio_bar(results: Results, graph: str, workload: str, connections: int, least: float) -> Bar:
    own = results.cell(graph, workload, connections, OURS)
    found = ratio(own, results.cell(graph, workload, connections, NATIVE))
    name = f"{workload}, {graph}, {connections} connections"
    return Bar(name, f"≥ {least:g}× {NATIVE}", _times(found), None if found is None else found >= least)


def _p99_bar(results: Results) -> Bar:
    name = f"p99 of the {SAVED}, {CURATED}, 8 connections"
    own, native = (results.cell(CURATED, SAVED, 8, server) for server in (OURS, NATIVE))
    if own is None or native is None:
        return Bar(name, f"≤ that of {NATIVE}", "–", None)
    measured = f"{own.load.p99:,.0f} ms, {NATIVE} {native.load.p99:,.0f} ms"
    return Bar(name, f"≤ that of {NATIVE}", measured, own.load.p99 <= native.load.p99)


def _overload_bars(results: Results) -> Iterator[Bar]:
    storm = results.overload
    if storm is None:
        return
    bad = sum(count for status, count in storm.statuses.items() if status not in {200, 429, 503})
    yield Bar("overload: answers but 200, 429, 503", "0", f"{bad:,}", bad == 0)
    quick = storm.slowest_refusal <= 1000 and storm.without_retry_after == 0
    measured = f"{storm.slowest_refusal:,.0f} ms, {storm.without_retry_after} without"
    yield Bar("overload: slowest refusal, Retry-After", "≤ 1,000 ms, none without", measured, quick)
    times = storm.accepted_p99 / storm.usual_p99 if storm.usual_p99 else 0.0
    yield Bar("overload: p99 of accepted", f"≤ 3× that at {storm.usual_connections}", f"{times:.1f}×", 0 < times <= 3)
    usual, most, _ = storm.memory
    wanted = f"≤ 1.2× that at {storm.usual_connections}"
    yield Bar("overload: memory", wanted, f"{usual:.0f} → {most:.0f} MiB", most <= 1.2 * usual)
