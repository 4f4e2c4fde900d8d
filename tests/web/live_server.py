"""Starts the real server in a process of its own, on a free port, and ends it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

HERE = Path(__file__).resolve().parent
DATA = HERE / "data.trig"
QUERIES = HERE / "queries"
PUBLIC = "https://kg.example.org"
"""The public address of the server with a release."""

_PROGRAM = """
import json, sys
from pathlib import Path
from kg.engine import Limits
from kg.engine.remote import Endpoint
from kg.errors import OncoKGError
from kg.web.operation import read_operation
from kg.web.server import serve
given = json.loads(sys.argv[1])
typed = {"access_log": "off", "metrics": "off", "proxies": [], "rate_limit": None, "root_path": None}
queries = Path(given["queries"]) if given["queries"] else None
try:
    endpoint = Endpoint(**given["endpoint"]) if given["endpoint"] else None
    release = Path(given["release"]) if given["release"] else None
    sys.exit(serve(release=release, endpoint=endpoint, data=[Path(name) for name in given["data"]], host=given["host"],
                   port=given["port"], queries=queries, public_url=given["public_url"],
                   limits=Limits(**given["limits"]),
                   operation=read_operation(given["host"], **{**typed, **given["operation"]})))
except OncoKGError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    data: Sequence[Path] = (DATA,),
    queries: Path | None = QUERIES,
    port: int = 0,
    host: str = "127.0.0.1",
    release: Path | None = None,
    public_url: str | None = None,
    endpoint: Mapping[str, Any] = MappingProxyType({}),
    operation: Mapping[str, Any] = MappingProxyType({}),
    **limits: float,
) -> subprocess.Popen[str]:
    given = {
        "data": [str(path) for path in data],
        "queries": str(queries) if queries else None,
        "port": port or free_port(),
        "host": host,
        "release": str(release) if release else None,
        "public_url": public_url,
        "endpoint": dict(endpoint),
        "operation": dict(operation),
        "limits": limits,
    }
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _PROGRAM, json.dumps(given)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children(pid: int) -> list[int]:
    """The processes below this one."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(line.split()[0]): int(line.split()[1]) for line in listed.stdout.splitlines()}
    found = [child for child, parent in parents.items() if parent == pid]
    return [*found, *(below for child in found for below in children(child))]


def running(pids: Sequence[int]) -> list[int]:
    """Those of these processes that run (a zombie does not)."""
    return [pid for pid in pids if (stat := _stat(pid)) and stat != "Z"]


def _stat(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


class LiveServer:
    """A server with the fixture data; `url` once it has announced itself."""

    def __init__(self, data: Sequence[Path] = (DATA,), queries: Path | None = QUERIES, **more: Any) -> None:
        self.process = start(data, queries, **more)
        self.welcome = ""
        self.url = ""
        self.taken: list[str] = []
        """After the end: what it said of each release that it took meanwhile."""

    def __enter__(self) -> LiveServer:
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline() for _ in range(3)]
        self.welcome = "".join(lines)
        if not self.welcome.startswith("OncoKG serves"):
            _, errors = self.process.communicate(timeout=10)
            raise AssertionError(f"the server did not start: {self.welcome}{errors}")
        self.url = lines[0].split(" on ")[1].strip().rstrip("/")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it with a signal; returns its exit code. Safe to call twice."""
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        _, errors = self.process.communicate(timeout=20)
        lines = errors.splitlines(keepends=True)
        self.taken += [line for line in lines if line.startswith("OncoKG now serves")]
        assert "".join(line for line in lines if line not in self.taken) == ""
        return int(self.process.returncode)
