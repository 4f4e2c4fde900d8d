"""Starts the servers of other stores on free ports, with a temporary database each, and ends them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import httpx

__all__ = ["OXIGRAPH", "VIRTUOSO", "Oxigraph", "Server", "Virtuoso", "free_port"]

OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
"""The server's program: the package `oxigraph` of PyPI."""

VIRTUOSO = shutil.which("virtuoso-t")
"""The server's program: the package virtuoso-opensource-7-bin of Debian, which starts no system service."""

_START_SECONDS = 120


def free_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A process that answers at `url` once it is entered, and whose output stands in `folder`/log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    query_path: str
    write_paths: Mapping[str, str]
    """By protocol, as `oncokg publish` names them."""

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """The number of the process, while it runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = self.command()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"{command[0]} did not start: {(self.folder / 'log').read_text('utf-8')[-2000:]}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            asked = httpx.get(self.url + self.query_path, params={"query": "ASK {}"}, timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return asked.is_success

    def stop(self) -> None:
        """End the process; safe to call twice."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class Oxigraph(Server):
    """`oxigraph serve`; its default graph is the union of the named ones, as in our own engine."""

    query_path = "/query"
    write_paths = MappingProxyType({"graph-store": "/store", "update": "/update"})

    def command(self) -> Sequence[str]:
        assert OXIGRAPH
        location = str(self.folder / "database")
        return (OXIGRAPH, "serve", "--location", location, "--union-default-graph", "--bind", f"127.0.0.1:{self.port}")


class Virtuoso(Server):
    """Virtuoso 7, whose user dba has the password dba.

    `max_rows` is where it cuts results, without an error; `buffers` are pages of 8 KiB that it keeps in memory;
    `threads` is how many requests it serves at the same time. `sql_port` takes isql.
    """

    query_path = "/sparql"
    write_paths = MappingProxyType({"graph-store": "/sparql-graph-crud-auth", "update": "/sparql-auth"})

    def __init__(self, folder: Path, max_rows: int = 10_000, buffers: int = 10_000, threads: int = 4) -> None:
        super().__init__(folder)
        self.max_rows = max_rows
        self.buffers = buffers
        self.threads = threads
        self.sql_port = free_port()

    def command(self) -> Sequence[str]:
        assert VIRTUOSO
        configuration = self.folder / "virtuoso.ini"
        values = {"folder": self.folder, "sql": self.sql_port, "http": self.port, "rows": self.max_rows}
        sizes = {"buffers": self.buffers, "dirty": self.buffers * 3 // 5, "threads": self.threads}
        configuration.write_text(_INI.format(**values, **sizes))
        return (VIRTUOSO, "-f", "-c", str(configuration))


_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {folder}

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = {threads}

[SPARQL]
ResultSetMaxRows = {rows}
"""
