"""The table: ratios, bars, and what was not measured."""

from __future__ import annotations

from bench.load import Load
from bench.results import Cell, Overload, Results, Standing
from bench.table import as_table, bars
from bench.workloads import ANALYTIC, POINT, SAVED


def _cell(workload: str, connections: int, server: str, rate: float, failures: int = 0) -> Cell:
    return Cell("curated", workload, connections, server, Load(rate, 1.0, 2.0, 10, failures, "wrk"), 0.5)


def _results() -> Results:
    found = Results(["2 cores"], [Standing("curated", "oncokg", 1.25, 150.0)])
    found.cells = [
        _cell(POINT, 8, "oncokg", 400), _cell(POINT, 8, "oxigraph", 1000),
        _cell(ANALYTIC, 8, "oncokg", 100), _cell(ANALYTIC, 8, "oxigraph", 100, failures=3),
        _cell(SAVED, 32, "oncokg", 90), _cell(SAVED, 32, "oxigraph", 30),
    ]  # fmt: skip
    statuses = {200: 100, 503: 10}
    found.overload = Overload(320, 32, 100.0, 250.0, 900.0, statuses, 0, (150.0, 160.0, 155.0), "wrk")
    return found


def test_the_ratio_is_ours_to_the_other() -> None:
    table = as_table(_results())
    assert "| curated | ad-hoc point | 8 | wrk | 400, 1.0/2.0, 0.50 | 1,000, 1.0/2.0, 0.50 | 0.40× |" in table
    assert "100, 1.0/2.0, 0.50, 3 failed" in table


def test_bars_are_met_or_not_or_not_measured() -> None:
    met = {bar.name: bar.met for bar in bars(_results())}
    assert met["ad-hoc point, curated, 8 connections"] is True
    assert met["ad-hoc analytic, curated, 8 connections"] is False
    assert met["ad-hoc analytic, large, 8 connections"] is None
    assert met["saved-query mix, curated, 32 connections"] is True
    assert met["start to first answer, curated"] is True
    assert met["overload: p99 of accepted"] is True


def test_another_5xx_breaks_the_bar_of_overload() -> None:
    found = _results()
    assert found.overload is not None
    found.overload.statuses[500] = 1
    assert {bar.name: bar.met for bar in bars(found)}["overload: answers but 200, 429, 503"] is False
