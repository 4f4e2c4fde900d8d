"""The engine: asks workers, watches the clock, replaces what a query has ended."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from kg.engine import frames, sandbox
from kg.engine.admission import ASKER, Admission, Asker
from kg.engine.answer import Answer, Formats
from kg.engine.limits import Limits
from kg.engine.meter import Ending, Meter
from kg.engine.processes import Nursery, NurseryGoneError, Worker
from kg.engine.refusals import (
    EngineUnavailableError,
    FederationRefusedError,
    LocatedSyntaxError,
    NotAcceptableError,
    QueryTooComplexError,
)
from kg.engine.source import Source
from kg.errors import QueryError, QueryTimeoutError, QueryTooLargeError, ServerError, UpdateRefusedError

__all__ = ["BASE", "BlockingEngine", "Engine", "EngineFacts"]

BASE = "https://w3id.org/oncokg/"
"""Relative IRIs in a query are taken relative to this, wherever the server stands."""

_READY_WAIT = 1.0

_ENDINGS: dict[int, Ending] = {
    signal.SIGSEGV: "nesting",
    signal.SIGABRT: "memory",
    signal.SIGBUS: "memory",
    signal.SIGILL: "memory",
}

T = TypeVar("T")


@dataclass(frozen=True)
class EngineFacts:
    """What is known once the engine runs: quads loaded, seconds that took, what the host cannot enforce."""

    quads: int
    seconds: float
    lacking: tuple[str, ...]


class Engine:
    """Evaluates SPARQL queries over a source in worker processes. Start it in the main thread of the process."""

    def __init__(self, source: Source, limits: Limits | None = None, meter: Meter | None = None) -> None:
        self.source = source
        self.limits = limits or Limits()
        self._meter = meter or Meter()
        self.facts = EngineFacts(0, 0.0, sandbox.lacking())
        self._nursery: Nursery | None = None
        self._starting = asyncio.Lock()
        self.admission = Admission(self.limits, self._meter)
        self._idle: deque[Worker] = deque()
        self._busy: set[Worker] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> EngineFacts:
        """Load the data and prove that a worker answers under its limits and cannot reach the network.

        Raises RdfSyntaxError where a file does not parse, ServerError where no worker can be had.
        """
        begun = time.perf_counter()
        nursery = await self._running_nursery()
        await self._prove_scan(nursery.quads)
        # Reading changes counts of references, so this worker now has a copy of all of the data to itself.
        while self._idle:
            self._end_later(self._idle.pop())
        await self._prove_no_network()
        self.facts = EngineFacts(nursery.quads, time.perf_counter() - begun, self.facts.lacking)
        return self.facts

    @property
    def alive(self) -> bool:
        """Does the process that holds the data run?"""
        return self._nursery is not None and self._nursery.alive()

    @property
    def busy(self) -> int:
        """Workers that evaluate a query now."""
        return len(self._busy)

    @property
    def idle(self) -> int:
        """Workers that wait for one."""
        return len(self._idle)

    async def ready(self) -> bool:
        """Is there a worker? Where none is, one is started, and the process that holds the data too if it has ended."""
        if not self.alive or not (self._busy or self._idle):
            try:
                async with asyncio.timeout(_READY_WAIT):
                    self._keep(await self._worker())
            except (TimeoutError, ServerError):
                return False
        return self.alive

    async def stop(self) -> None:
        """End every process that was started. The engine can be started again."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._drop_nursery()

    async def interrupt(self) -> None:
        """Stop the queries that run now; their callers get EngineUnavailableError."""
        for worker in list(self._busy):
            if self._nursery is not None:
                await _end_quietly(self._nursery, worker)

    async def query(
        self,
        text: str,
        formats: Formats | None = None,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        max_bytes: int | None = None,
        asker: Asker | None = None,
    ) -> Answer:
        """Evaluate a query for somebody (ASKER). Without graphs its default graph is the union of all graphs.

        Raises QuerySyntaxError (with line and column), UpdateRefusedError, FederationRefusedError,
        NotAcceptableError, QueryTimeoutError, QueryTooLargeError, EngineUnavailableError, QueryError.
        """
        formats = formats or Formats()
        request = {
            "query": text,
            "base": BASE,
            "default_graphs": list(default_graphs),
            "named_graphs": list(named_graphs),
            "solutions": formats.solutions,
            "triples": formats.triples,
            "max_bytes": max_bytes or self.limits.result_bytes,
        }
        async with self.admission.place(asker or ASKER.get()):
            head, body = await self._ask(request)
        if "refused" in head:
            raise _refusal(head)
        return Answer(head["form"], head["format"], head["media_type"], body)

    async def _ask(self, request: frames.Head) -> tuple[frames.Head, bytes]:
        worker = await self._worker()
        answered = False
        self._busy.add(worker)
        try:
            reply = await worker.ask(request, self.limits.deadline)
            answered = True
            return reply
        except asyncio.CancelledError:
            self._meter.ended("client-gone")
            raise
        except TimeoutError as error:
            self._meter.ended("deadline")
            raise QueryTimeoutError(
                f"The query was not answered within {self.limits.deadline:g} seconds and was stopped. "
                "Bind more of its terms, add a LIMIT, or run it on a release of your own."
            ) from error
        except EOFError as error:
            raise await self._crash(worker) from error
        finally:
            self._busy.discard(worker)
            if answered:
                self._keep(worker)
            else:
                self._end_later(worker)

    async def _crash(self, worker: Worker) -> QueryError | ServerError:
        nursery = self._nursery
        if nursery is None:
            return EngineUnavailableError("The engine was stopped.")
        try:
            ended_by = await nursery.end(worker)
        except NurseryGoneError:
            return EngineUnavailableError("The engine is starting again. Try again in a few seconds.", 2)
        self._meter.ended(_ENDINGS.get(ended_by, "outside"))
        if ended_by in _ENDINGS:
            cause = "nests too deeply" if ended_by == signal.SIGSEGV else "needs more memory than a query may use"
            return QueryTooComplexError(
                f"The query {cause}, and its worker was replaced. Flatten or split it, or bind more of its terms."
            )
        return EngineUnavailableError("The worker that ran the query was ended from outside. Try again.")

    async def _worker(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive():
                return worker
            self._end_later(worker)
        # A caller that goes away must neither stop the start of the nursery, which others wait for, nor lose the
        # worker that was forked for it.
        task = asyncio.ensure_future(self._fork())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(self._keep_forked)
            raise

    async def _fork(self) -> Worker:
        nursery = await self._running_nursery()
        try:
            return await nursery.fork()
        except NurseryGoneError:
            return await (await self._running_nursery(instead_of=nursery)).fork()

    def _keep_forked(self, forked: asyncio.Task[Worker]) -> None:
        if not forked.cancelled() and forked.exception() is None:
            self._keep(forked.result())

    def _keep(self, worker: Worker) -> None:
        # Workers forked for callers that went away may be more than there is use for.
        if len(self._idle) < self.limits.workers:
            self._idle.append(worker)
        else:
            self._end_later(worker)

    async def _running_nursery(self, *, instead_of: Nursery | None = None) -> Nursery:
        async with self._starting:
            if instead_of is not None and self._nursery is instead_of:
                await self._drop_nursery()
            if self._nursery is None:
                self._nursery = await Nursery.start(self.source, self.limits)
            return self._nursery

    async def _drop_nursery(self) -> None:
        while self._idle:
            self._idle.pop().close()
        if self._nursery is not None:
            await self._nursery.stop()
            self._nursery = None

    def _end_later(self, worker: Worker) -> None:
        worker.close()
        nursery = self._nursery
        if nursery is not None:
            task = asyncio.ensure_future(_end_quietly(nursery, worker))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _prove_scan(self, quads: int) -> None:
        answer = await self.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", Formats("csv"))
        counted = int(answer.body.split()[-1])
        if counted > quads:
            raise ServerError(f"A worker counted {counted} triples where {quads} were loaded. Report this as a fault.")

    async def _prove_no_network(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            with suppress(QueryError):
                await self.query(f"ASK {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                return
        raise ServerError("A worker reached the network although it gave it up. Queries could reach hosts behind it.")


class BlockingEngine:
    """The same engine for a program without an event loop: `with BlockingEngine(source) as engine: engine.query(…)`."""

    def __init__(self, source: Source, limits: Limits | None = None) -> None:
        self._source = source
        self._limits = limits
        self._runner = asyncio.Runner()
        self.engine: Engine

    def __enter__(self) -> BlockingEngine:
        try:
            self.engine = self.run(_make(self._source, self._limits))
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.run(self.engine.stop())
        finally:
            self._runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine that uses `engine` to its end."""
        return self._runner.run(work)

    def query(
        self,
        text: str,
        formats: Formats | None = None,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """As `Engine.query`."""
        work = self.engine.query(text, formats, default_graphs=default_graphs, named_graphs=named_graphs)
        return self.run(work)


async def _make(source: Source, limits: Limits | None) -> Engine:
    engine = Engine(source, limits)
    try:
        await engine.start()
    except BaseException:
        await engine.stop()
        raise
    return engine


async def _end_quietly(nursery: Nursery, worker: Worker) -> None:
    with suppress(NurseryGoneError):
        await nursery.end(worker)


def _refusal(head: frames.Head) -> QueryError:
    message = head["message"]
    match head["refused"]:
        case "syntax":
            line, column = head["line"], head["column"]
            where = f"at line {line}, column {column}: " if line else ""
            return LocatedSyntaxError(f"The query does not parse {where}{message}.", line, column)
        case "update":
            return UpdateRefusedError(
                "This is an update, and the endpoint only reads: it serves an immutable release. Changes are made in "
                "the curated records under version control and published as a new release."
            )
        case "federation":
            return FederationRefusedError(
                "The query asks another endpoint with SERVICE, and queries here have no network. Ask the other "
                "endpoint yourself, or run the query on a release of your own."
            )
        case "not-acceptable":
            kind = "a graph (CONSTRUCT, DESCRIBE)" if message == "triples" else "a table or a boolean (SELECT, ASK)"
            return NotAcceptableError(f"The answer of this query is {kind}, which has none of the formats asked for.")
        case "too-large":
            return QueryTooLargeError(f"{message} Add a LIMIT, select fewer variables or ask in parts.")
        case _:
            return QueryError(f"The query could not be evaluated: {message}")
