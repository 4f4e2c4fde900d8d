"""Sends load to a server on 127.0.0.1 and measures: by wrk where it is installed, else by a client of our own.

Closed loop: each connection sends its next request when the answer to the last one is there. Every load is bounded in
time and connections.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bench.plan import Plan

__all__ = ["ASYNCIO", "WRK", "Load", "Sample", "Storm", "best_client", "percentile", "storm", "watch"]

WRK = shutil.which("wrk")
ASYNCIO = "asyncio"
_REPLAY = Path(__file__).with_name("replay.lua")
_TIMEOUT = 60
_OK = 200


@dataclass(frozen=True)
class Load:
    """One load measured: answers with 200 a second, their latencies in ms, what went wrong, and by which client."""

    rate: float
    p50: float
    p99: float
    answers: int
    failures: int
    client: str


@dataclass(frozen=True)
class Sample:
    """One answer: its status (0: none came), seconds, and whether it said when to try again."""

    status: int
    seconds: float
    retry_after: bool


@dataclass(frozen=True)
class Storm:
    """What answers there were to more connections than can be served: by status, and the samples of some of them."""

    statuses: Counter[int]
    without_retry_after: int
    samples: Sequence[Sample] = field(repr=False)


def percentile(values: Sequence[float], of_100: int) -> float:
    """A percentile by the nearest rank; 0 where there are no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * of_100 // 100)] if ordered else 0.0


def best_client(url: str, plan: Plan, connections: int, seconds: float) -> Load:
    """Load by wrk, else by our own client, which is slower than a server on short answers."""
    if WRK is not None:
        return _by_wrk(url, plan, connections, seconds)
    return watch(url, plan, connections, seconds)


def watch(url: str, plan: Plan, connections: int, seconds: float, most: int | None = None) -> Load:
    """Load by our own client: for `seconds`, or until `most` requests were sent, whichever is first."""
    begun = time.perf_counter()
    samples = asyncio.run(_sampled(url, plan, connections, seconds, most))
    spent = time.perf_counter() - begun
    good = [sample.seconds for sample in samples if sample.status == _OK]
    median = statistics.median(good) if good else 0.0
    return Load(
        len(good) / spent, median * 1e3, percentile(good, 99) * 1e3, len(good), len(samples) - len(good), ASYNCIO
    )


def storm(url: str, plan: Plan, connections: int, probes: int, seconds: float) -> Storm:
    """So many closed-loop connections at once; `probes` of them are our own client's and give the samples."""
    with tempfile.TemporaryDirectory() as folder:
        rest = connections - probes
        process = _start_wrk(Path(folder), url, plan, rest, seconds, "statuses") if WRK and rest else None
        own = probes if process else connections
        samples = asyncio.run(_sampled(url, plan, own, seconds, None))
        statuses = Counter(sample.status for sample in samples)
        without = sum(sample.status in {429, 503} and not sample.retry_after for sample in samples)
        if process is not None:
            found = _finish_wrk(process)
            statuses += Counter({200: found["s200"], 429: found["s429"], 503: found["s503"], 0: found["other"]})
            without += int(found["no_retry_after"])
    return Storm(statuses, without, samples)


def _by_wrk(url: str, plan: Plan, connections: int, seconds: float) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        found = _finish_wrk(_start_wrk(Path(folder), url, plan, connections, seconds))
    failures = int(found["bad_status"] + found["broken"] + found["timeouts"])
    answers = int(found["requests"] - found["bad_status"])
    return Load(answers / found["seconds"], found["p50_ms"], found["p99_ms"], answers, failures, "wrk")


def _start_wrk(
    folder: Path, url: str, plan: Plan, connections: int, seconds: float, *arguments: str
) -> subprocess.Popen[str]:
    file = folder / "plan"
    plan.write(file, urlsplit(url).netloc)
    # One thread: the servers need the cores, and it sends some ten thousand requests a second.
    command = [
        str(WRK), "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", f"{_TIMEOUT}s",
        "-s", str(_REPLAY), url, "--", str(file), *arguments,
    ]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _finish_wrk(process: subprocess.Popen[str]) -> dict[str, float]:
    output, _ = process.communicate(timeout=2 * _TIMEOUT)
    line = next((line for line in output.splitlines() if line.startswith("{")), None)
    if line is None:
        raise RuntimeError(f"wrk gave no result: {output[-500:]}")
    found: dict[str, float] = json.loads(line)
    return found


async def _sampled(url: str, plan: Plan, connections: int, seconds: float, most: int | None) -> list[Sample]:
    samples: list[Sample] = []
    sent = 0
    until = time.perf_counter() + seconds

    async def one_connection(client: httpx.AsyncClient) -> None:
        nonlocal sent
        while time.perf_counter() < until and (most is None or sent < most):
            request = plan.at(sent)
            sent += 1
            begun = time.perf_counter()
            try:
                answer = await client.request(
                    request.method, url + request.target, content=request.body or None, headers=request.headers
                )
                status, again = answer.status_code, "retry-after" in answer.headers
            except httpx.HTTPError:
                status, again = 0, False
            samples.append(Sample(status, time.perf_counter() - begun, again))

    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with (
        httpx.AsyncClient(limits=limits, timeout=_TIMEOUT, trust_env=False) as client,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(connections):
            group.create_task(one_connection(client))
    return samples
