"""The servers that are compared: each is given the quads of a release, started on a free port, and ended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kg.manifest import METADATA, QUADS
from tests.stores.servers import OXIGRAPH, Server, Virtuoso
from tests.stores.servers import VIRTUOSO as VIRTUOSO_PROGRAM

__all__ = [
    "NATIVE",
    "OURS",
    "RDFLIB",
    "VIRTUOSO",
    "Oncokg",
    "available",
    "memory",
    "processor_seconds",
    "started",
    "versions",
]

OURS = "oncokg"
NATIVE = "oxigraph"
VIRTUOSO = "virtuoso"
RDFLIB = "rdflib-endpoint"

_ISQL = shutil.which("isql-vt") or shutil.which("isql")
_RDFLIB_ENDPOINT = shutil.which(RDFLIB, path=str(Path(sys.executable).parent))
_MANY_ROWS = 2**20
_BUFFERS_LARGE = 120_000
_THREADS = 64
_KIB = 1024


class Oncokg(Server):
    """`oncokg serve`, with the settings of the benchmark: nothing is refused for the load of one address."""

    query_path = "/sparql"

    def __init__(self, folder: Path, release: Path, settings: Sequence[str]) -> None:
        super().__init__(folder)
        self._release = release.resolve()
        self._settings = settings

    def command(self) -> Sequence[str]:
        """The command line."""
        serve = (sys.executable, "-m", "kg.cli", "serve", "--release", str(self._release), "--port", str(self.port))
        return (*serve, *self._settings)


class OxigraphReadOnly(Server):
    """`oxigraph serve-read-only` on disk, loaded and optimised; its default graph is the union, as in ours."""

    query_path = "/query"

    def __init__(self, folder: Path, release: Path) -> None:
        super().__init__(folder)
        self._location = str(folder.resolve() / "database")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        files = [str(path) for path in quads_of(release)]
        _run(str(OXIGRAPH), "load", "--location", self._location, "--file", *files)
        _run(str(OXIGRAPH), "optimize", "--location", self._location)

    def command(self) -> Sequence[str]:
        """The command line."""
        bind = f"127.0.0.1:{self.port}"
        return (str(OXIGRAPH), "serve-read-only", "-l", self._location, "--union-default-graph", "--bind", bind)


class RdflibEndpoint(Server):
    """`rdflib-endpoint serve`, in memory."""

    query_path = "/"

    def __init__(self, folder: Path, release: Path) -> None:
        super().__init__(folder)
        self._files = [str(path.resolve()) for path in quads_of(release)]

    def command(self) -> Sequence[str]:
        """The command line."""
        return (str(_RDFLIB_ENDPOINT), "serve", *self._files, "--host", "127.0.0.1", "--port", str(self.port))


class BulkLoadedVirtuoso(Virtuoso):
    """Virtuoso, filled by its bulk loader once it runs; its default graph is all graphs, its own ones too."""

    def __init__(self, folder: Path, release: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        super().__init__(folder.resolve(), _MANY_ROWS, _BUFFERS_LARGE, _THREADS)
        self._release = release

    def start(self) -> None:
        """Start it, then load."""
        super().start()
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        for path in quads_of(self._release):
            shutil.copy(path, data / path.name)
        for statement in (f"ld_dir('{data}', '*.nq', 'urn:x:none')", "rdf_loader_run()", "checkpoint"):
            _run(str(_ISQL), f"127.0.0.1:{self.sql_port}", "dba", "dba", f"exec={statement};")
        shutil.rmtree(data)


def quads_of(release: Path) -> list[Path]:
    """The files that our server loads of a release; the others get the same."""
    return [path.resolve() for path in (release / QUADS, release / METADATA) if path.is_file()]


def available(wanted: Collection[str]) -> dict[str, Callable[[Path, Path], Server]]:
    """Those of the wanted servers that can run here, by name; a call loads the quads of a release."""
    found: dict[str, Callable[[Path, Path], Server]] = {}
    if OXIGRAPH is not None:
        found[NATIVE] = OxigraphReadOnly
    if VIRTUOSO_PROGRAM is not None and _ISQL is not None:
        found[VIRTUOSO] = BulkLoadedVirtuoso
    if _RDFLIB_ENDPOINT is not None:
        found[RDFLIB] = RdflibEndpoint
    return {name: make for name, make in found.items() if name in wanted}


def started(server: Server) -> float:
    """Start a server; returns the seconds to its first answer (to a tenth)."""
    begun = time.perf_counter()
    server.start()
    return time.perf_counter() - begun


def memory(pid: int) -> float:
    """MiB of a process and all that descend from it: proportional set size, so that shared pages count once."""
    total = 0
    for each in _tree(pid):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it has ended
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / _KIB


def processor_seconds(pid: int) -> float:
    """Processor time that a process and all that descend from it and still run have used."""
    ticks = 0
    for each in _tree(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        ticks += int(fields[11]) + int(fields[12])  # utime and stime of proc_pid_stat(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def versions() -> dict[str, str]:
    """The version of each server by name, where its package says it."""
    found = {}
    for name, package in ((OURS, OURS), (NATIVE, NATIVE), (RDFLIB, RDFLIB)):
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            found[name] = "unknown"
    if VIRTUOSO_PROGRAM is not None:
        found[VIRTUOSO] = _virtuoso_version()
    return found


def _virtuoso_version() -> str:
    """Such as 07.20.3229."""
    said = subprocess.run([str(VIRTUOSO_PROGRAM), "-?"], capture_output=True, text=True, check=False)
    words = (said.stdout + said.stderr).split()
    return next((words[place + 1] for place, word in enumerate(words[:-1]) if word == "Version"), "unknown")


def _tree(pid: int) -> Iterator[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue  # it has ended
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    wanted = [pid]
    for each in wanted:
        yield each
        wanted += [child for child, parent in parents.items() if parent == each]


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:2])} failed: {(done.stdout + done.stderr)[-500:]}")
