"""The same engine over a remote SPARQL 1.1 store: queries are sent there, and whole answers come back or none.

What our own workers promise cannot be promised for another's: a query that is given up here may run on there, and
memory, network and sandbox are those of the store. So strangers' queries are refused unless the operator allows them.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from kg import __version__
from kg.engine import frames, tokens
from kg.engine.admission import ASKER, OURSELVES, Asker
from kg.engine.answer import SOLUTION_TYPES, TRIPLE_TYPES, Answer, Formats
from kg.engine.limits import Limits
from kg.engine.meter import Meter
from kg.engine.pool import BASE, Engine, EngineFacts
from kg.engine.refusals import AdHocRefusedError, EngineUnavailableError, StoreFailedError
from kg.engine.source import Source
from kg.engine.transfer import LINES, BrokenAnswerError, Received, receive
from kg.errors import QueryError, QueryTimeoutError, QueryTooLargeError, ServerError

__all__ = ["Endpoint", "RemoteEngine", "check_endpoint"]

_LACKING = ("memory of a query", "network of a query", "end of a query at its deadline")
_SAID = 300
_TABLES = frozenset({"SELECT", "ASK"})
_GRAPHS = frozenset({"CONSTRUCT", "DESCRIBE"})
_MANY = "SELECT (1 AS ?one) WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 100001"
_MANY_BYTES = 4_000_000
_READY_WAIT = 1.0
_RETRY = 5
_NAMES = {kind: name for types in (SOLUTION_TYPES, TRIPLE_TYPES) for name, kind in types.items()}


@dataclass(frozen=True)
class Endpoint:
    """The query endpoint of a store, how to prove who asks (None: not), whether strangers' queries are sent there."""

    url: str
    auth: httpx.Auth | None = None
    ad_hoc: bool = False


def check_endpoint(url: str) -> str:
    """The address as given. Raises ServerError where it is none of an endpoint, or holds a password."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise ServerError(
            f"--endpoint {url}: give the address of a SPARQL endpoint, such as http://127.0.0.1:7879/query."
        )
    if parts.username is not None:
        raise ServerError(
            "--endpoint: leave user and password out of the address, where every user of this machine can read them; "
            "set ONCOKG_ENDPOINT_USER and ONCOKG_ENDPOINT_PASSWORD or give --credentials FILE."
        )
    return url


class _NotTakenError(Exception):
    """The store refuses the text: the fault of whoever wrote it."""


class RemoteEngine(Engine):
    """Asks a store by the SPARQL 1.1 Protocol (query by POST form, section 2.1.2)."""

    def __init__(self, endpoint: Endpoint, limits: Limits | None = None, meter: Meter | None = None) -> None:
        super().__init__(Source(()), limits, meter)
        self.facts = EngineFacts(0, 0.0, _LACKING)
        self._endpoint = endpoint
        self._client: httpx.AsyncClient | None = None
        self._exchanges: set[asyncio.Task[tuple[frames.Head, bytes]]] = set()
        self._reached = False
        self._most = 0  # rows after which the store stops without an error; 0: not known to do so

    async def start(self) -> EngineFacts:
        """Count what the store holds. Raises ServerError where it does not answer, or holds nothing."""
        begun = time.perf_counter()
        self._client = httpx.AsyncClient(
            auth=self._endpoint.auth,
            timeout=self.limits.deadline,
            headers={"User-Agent": f"oncokg/{__version__}", "Accept-Encoding": "identity"},
        )
        try:
            answer = await self.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", Formats("csv"))
            quads = int(answer.body.split()[-1].strip(b'"'))
        except (QueryError, ServerError, ValueError, IndexError) as error:
            raise ServerError(f"The store at {self._endpoint.url} cannot be served: {error}") from error
        if not quads:
            raise ServerError(
                f"The default graph of the store at {self._endpoint.url} is empty. Load a release with "
                "`oncokg publish`; start Oxigraph with --union-default-graph."
            )
        with suppress(StoreFailedError, QueryTooLargeError, QueryTimeoutError):
            # Whether it stops at a limit of rows shows only when that is reached.
            await self.query(_MANY, Formats("csv"), max_bytes=_MANY_BYTES)
        self.facts = EngineFacts(quads, time.perf_counter() - begun, _LACKING)
        return self.facts

    @property
    def alive(self) -> bool:
        """Was the store reached when it was last asked?"""
        return self._reached

    @property
    def busy(self) -> int:
        """Queries that the store evaluates for us now."""
        return len(self._exchanges)

    @property
    def idle(self) -> int:
        """Queries that might be sent to it besides."""
        return max(0, self.limits.workers - self.busy)

    async def ready(self) -> bool:
        """Does the store answer within a second?"""
        try:
            async with asyncio.timeout(_READY_WAIT):
                await self.query("ASK {}", asker=OURSELVES)
        except (TimeoutError, QueryError, ServerError):
            return False
        return True

    async def stop(self) -> None:
        """Give up what runs and close the connections."""
        await self.interrupt()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def interrupt(self) -> None:
        """Give up the queries that run now; their callers get EngineUnavailableError."""
        for exchange in list(self._exchanges):
            exchange.cancel()

    async def query(
        self, text: str, formats: Formats | None = None, *, asker: Asker | None = None, **more: Any
    ) -> Answer:
        """As `Engine.query`; raises AdHocRefusedError, StoreFailedError besides."""
        asker = asker or ASKER.get()
        if asker.ad_hoc and not self._endpoint.ad_hoc:
            raise AdHocRefusedError(
                "Queries of your own are not sent to the store behind this server, which could not stop them. Use the "
                "saved queries (/queries), or run the query on a release of your own."
            )
        try:
            return await super().query(text, formats, asker=asker, **more)
        except _NotTakenError as error:
            if asker.ad_hoc:
                raise QueryError(str(error)) from error
            raise StoreFailedError(str(error)) from error

    async def _ask(self, request: frames.Head) -> tuple[frames.Head, bytes]:
        exchange = asyncio.ensure_future(self._exchange(request))
        self._exchanges.add(exchange)
        exchange.add_done_callback(self._exchanges.discard)
        try:
            async with asyncio.timeout(self.limits.deadline):
                return await exchange
        except (TimeoutError, httpx.TimeoutException) as error:
            raise QueryTimeoutError(
                f"The store did not answer within {self.limits.deadline:g} seconds. Bind more of the terms of the "
                "query, add a LIMIT, or run it on a release of your own."
            ) from error
        except httpx.ConnectError as error:
            self._reached = False
            raise EngineUnavailableError(
                "The store behind this server cannot be reached. Try again.", _RETRY
            ) from error
        except httpx.HTTPError as error:
            raise StoreFailedError("The store behind this server broke its answer off.") from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise EngineUnavailableError("The server is ending.") from None

    async def _exchange(self, request: frames.Head) -> tuple[frames.Head, bytes]:
        solutions, triples, word = request["solutions"], request["triples"], tokens.first_word(request["query"])
        if tokens.is_update(request["query"]):
            return {"refused": "update", "message": ""}, b""
        # One family of formats only: asked for both, Virtuoso answers CONSTRUCT with a table.
        if word in _TABLES:
            return await self._asked(request, solutions, None) if solutions else (_refused("solutions"), b"")
        if word in _GRAPHS and triples is None:
            return _refused("triples"), b""
        if word not in _GRAPHS or not self._most:
            return await self._asked(request, None if word in _GRAPHS else solutions, triples)
        # When it cuts a graph, such a store says nothing: the triples must be counted, which lines allow.
        head, body = await self._asked(request, None, "ntriples")
        if triples not in LINES:
            return await self._asked(request, None, triples)
        return {**head, "format": triples, "media_type": TRIPLE_TYPES[triples]}, body

    async def _asked(
        self, request: frames.Head, solutions: str | None, triples: str | None
    ) -> tuple[frames.Head, bytes]:
        assert self._client is not None, "not started"
        wanted = [SOLUTION_TYPES.get(solutions or ""), TRIPLE_TYPES.get(triples or "")]
        form = {
            "query": f"BASE <{BASE}> {request['query']}",
            "default-graph-uri": request["default_graphs"],
            "named-graph-uri": request["named_graphs"],
        }
        accept = {"Accept": ", ".join(kind for kind in wanted if kind)}
        async with self._client.stream("POST", self._endpoint.url, data=form, headers=accept) as response:
            self._reached = True
            body = await _read(response, request["max_bytes"])
        _refuse_failed(response, body)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in wanted:
            return _unwanted(kind), b""
        try:
            received = await asyncio.to_thread(receive, _NAMES[kind], body)
            self._refuse_cut(response, received, kind)
        except BrokenAnswerError as error:
            raise StoreFailedError(
                f"The store behind this server sent an answer that is not whole: {error}."
            ) from error
        return {"form": received.form, "format": _NAMES[kind], "media_type": kind}, received.body

    def _refuse_cut(self, response: httpx.Response, received: Received, kind: str) -> None:
        """Virtuoso says in headers that it stopped at its limit of rows or amid an error; of graphs it says nothing."""
        most = response.headers.get("X-SPARQL-MaxRows", "")
        if "X-SQL-State" in response.headers:
            raise BrokenAnswerError("an error came amid it")
        if most.isdigit():
            self._most = int(most)
        limited = most.isdigit() or (received.form == "triples" and _NAMES[kind] == "ntriples")
        if self._most and limited and received.count >= self._most:
            raise BrokenAnswerError(f"the store stops after {self._most:,} rows")


async def _read(response: httpx.Response, most: int) -> bytes:
    taken = bytearray()
    async for piece in response.aiter_bytes():
        taken += piece
        if len(taken) > most:
            raise QueryTooLargeError(
                f"The answer is longer than {most:,} bytes. Add a LIMIT, select fewer variables or ask in parts."
            )
    return bytes(taken)


def _refuse_failed(response: httpx.Response, body: bytes) -> None:
    """Raises what a status other than 200 means for whoever asked us."""
    status = response.status_code
    said = " ".join(body.decode("utf-8", "replace").split())[:_SAID]
    if status == httpx.codes.OK:
        return
    if status == httpx.codes.BAD_REQUEST:
        raise _NotTakenError(f"The store behind this server does not take the query: {said}")
    if status == httpx.codes.SERVICE_UNAVAILABLE:
        raise EngineUnavailableError("The store behind this server is busy. Try again.", _RETRY)
    if status in {httpx.codes.GATEWAY_TIMEOUT, httpx.codes.REQUEST_TIMEOUT}:
        raise QueryTimeoutError(
            "The store behind this server stopped the query. Bind more of its terms, or add a LIMIT."
        )
    raise StoreFailedError(f"The store behind this server answered {status}: {said or 'nothing more'}")


def _refused(form: str) -> frames.Head:
    return {"refused": "not-acceptable", "message": form}


def _unwanted(kind: str) -> frames.Head:
    """The family of queries has no format that was asked for, or the store answers in one of its own choice."""
    if kind in SOLUTION_TYPES.values():
        return _refused("solutions")
    if kind in TRIPLE_TYPES.values():
        return _refused("triples")
    raise StoreFailedError(
        f"The store behind this server answered with {kind or 'no media type'}, which is none of SPARQL."
    )
