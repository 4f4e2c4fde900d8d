"""The engine over a remote store, where that store misbehaves: no answer that is not whole is ever passed on."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qs

import pytest

from kg.engine import (
    AdHocRefusedError,
    Answer,
    Asker,
    EngineUnavailableError,
    Formats,
    Limits,
    NotAcceptableError,
    StoreFailedError,
)
from kg.engine.remote import Endpoint, RemoteEngine, check_endpoint
from kg.errors import QueryError, QueryTimeoutError, QueryTooLargeError, ServerError, UpdateRefusedError

JSON, CSV, TURTLE = "application/sparql-results+json", "text/csv", "text/turtle"
ROWS = '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"a"}}]}}'
STRANGER = Asker("192.0.2.1", ad_hoc=True)
T = TypeVar("T")


class Misbehaving(BaseHTTPRequestHandler):
    """Answers as the query says; the queries that an engine asks at its start get an ordinary answer."""

    asked: ClassVar[list[dict[str, list[str]]]] = []

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append({**form, "accept": [self.headers["Accept"]]})
        word = form["query"][0].split()[-1]
        if word not in ANSWERS:
            kind, body = (CSV, "n\r\n7\r\n") if self.headers["Accept"].startswith(CSV) else (JSON, ROWS)
            self.reply(200, kind, body)
            return
        status, kind, body, headers = ANSWERS[word]
        if word == "slow":
            time.sleep(3)
        self.reply(status, kind, body, headers)

    def reply(self, status: int, kind: str, body: str, headers: dict[str, str] | None = None) -> None:
        given = {"Content-Type": kind, "Content-Length": str(len(body.encode())), **(headers or {})}
        self.send_response(status)
        for name, value in given.items():
            self.send_header(name, value)
        with suppress(OSError):  # whoever asked has gone
            self.end_headers()
            self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


ANSWERS: dict[str, tuple[int, str, str, dict[str, str]]] = {
    "whole": (200, JSON, ROWS, {}),
    "half": (200, JSON, ROWS[:50], {}),
    "html": (200, "text/html", "<p>Welcome</p>", {}),
    "fewer-bytes": (200, JSON, ROWS, {"Content-Length": "1000"}),
    "cut": (200, JSON, ROWS, {"X-SPARQL-MaxRows": "1"}),
    "below-its-limit": (200, JSON, ROWS, {"X-SPARQL-MaxRows": "2"}),
    "error-amid": (200, JSON, ROWS, {"X-SQL-State": "22012"}),
    "slow": (200, JSON, ROWS, {}),
    "long": (200, JSON, ROWS + " " * 100_000, {}),
    "graph": (200, TURTLE, "<a:a> <a:b> <a:c> .\n", {}),
    "half-graph": (200, TURTLE, "<a:a> <a:b> <a:c> .\n<a:a> <a:b", {}),
    "400": (400, "text/plain", "parse error", {}),
    "401": (401, "text/plain", "who are you?", {}),
    "404": (404, "text/plain", "nothing", {}),
    "302": (302, "text/plain", "", {"Location": "http://127.0.0.1:1/"}),
    "500": (500, "text/plain", "Virtuoso 22012 Error SR084: Division by 0.", {}),
    "503": (503, "text/plain", "busy", {}),
    "504": (504, "text/plain", "", {}),
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def text(word: str) -> str:
    """A query that the store answers as the word says."""
    return f"{'CONSTRUCT WHERE' if 'graph' in word or word == 'lines' else 'SELECT'} {word}"


async def asked(url: str, *words: str, ad_hoc: bool = True, formats: Formats | None = None) -> Answer:
    """The answer to the last of these words; the others are asked before it."""
    engine = RemoteEngine(Endpoint(url, ad_hoc=ad_hoc), Limits(deadline=1, result_bytes=50_000))
    await engine.start()
    try:
        for word in words[:-1]:
            await engine.query(text(word))
        return await engine.query(text(words[-1]), formats, asker=STRANGER)
    finally:
        await engine.stop()


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def test_a_whole_answer(url: str) -> None:
    answer = run(asked(url, "whole"))
    assert (answer.form, answer.format, answer.rows, answer.body) == ("solutions", "json", 1, ROWS.encode())
    sent = Misbehaving.asked[-1]
    assert sent["query"] == ["BASE <https://w3id.org/oncokg/> SELECT whole"]
    assert sent["accept"] == [JSON]
    assert run(asked(url, "below-its-limit")).rows == 1
    assert run(asked(url, "graph")).form == "triples"


@pytest.mark.parametrize(
    ("word", "error", "message"),
    [
        ("half", StoreFailedError, "not whole: it does not parse"),
        ("half-graph", StoreFailedError, "not whole: its last statement has no end"),
        ("html", StoreFailedError, "text/html, which is none of SPARQL"),
        ("fewer-bytes", StoreFailedError, "broke its answer off"),
        ("cut", StoreFailedError, "the store stops after 1 rows"),
        ("error-amid", StoreFailedError, "an error came amid it"),
        ("slow", QueryTimeoutError, "within 1 seconds"),
        ("long", QueryTooLargeError, "longer than 50,000 bytes"),
        ("400", QueryError, "does not take the query: parse error"),
        ("401", StoreFailedError, "answered 401"),
        ("404", StoreFailedError, "answered 404"),
        ("302", StoreFailedError, "answered 302"),
        ("500", StoreFailedError, "answered 500: Virtuoso 22012 Error"),
        ("503", EngineUnavailableError, "is busy"),
        ("504", QueryTimeoutError, "stopped the query"),
    ],
)
def test_what_is_not_whole_is_an_error(url: str, word: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run(asked(url, word))


def test_a_saved_query_that_the_store_does_not_take_is_no_fault_of_who_asks(url: str) -> None:
    with pytest.raises(StoreFailedError, match="does not take"):
        run(asked(url, "400", "whole"))


def test_strangers_are_refused_unless_they_are_allowed(url: str) -> None:
    with pytest.raises(AdHocRefusedError, match="Use the saved queries"):
        run(asked(url, "whole", ad_hoc=False))


def test_updates_are_not_sent_on(url: str) -> None:
    async def ask() -> None:
        engine = RemoteEngine(Endpoint(url, ad_hoc=True))
        await engine.start()
        before = len(Misbehaving.asked)
        with pytest.raises(UpdateRefusedError):
            await engine.query("PREFIX e: <http://e/> DELETE WHERE { ?s ?p ?o }")
        assert len(Misbehaving.asked) == before
        await engine.stop()

    run(ask())


def test_a_format_that_was_not_asked_for(url: str) -> None:
    with pytest.raises(NotAcceptableError, match="a graph"):
        run(asked(url, "graph", formats=Formats("json", None)))


def test_once_a_limit_of_rows_is_known_graphs_are_counted(url: str) -> None:
    """Such a store says nothing when it cuts a graph."""

    async def ask() -> None:
        engine = RemoteEngine(Endpoint(url), Limits(deadline=1))
        await engine.start()
        try:
            with pytest.raises(StoreFailedError):
                await engine.query(text("cut"))
            ANSWERS["lines"] = (200, "application/n-triples", "<a:a> <a:b> <a:c> .\n", {})
            with pytest.raises(StoreFailedError, match="stops after 1 rows"):
                await engine.query(text("lines"))
            ANSWERS["lines"] = (200, "application/n-triples", "", {})
            empty = await engine.query(text("lines"))
            assert (empty.media_type, empty.body) == (TURTLE, b"")
        finally:
            await engine.stop()

    run(ask())


def test_a_store_that_is_not_there() -> None:
    with pytest.raises(ServerError, match=r"The store at http://127.0.0.1:1/ cannot be served: .*cannot be reached"):
        run(asked("http://127.0.0.1:1/", "whole"))


def test_what_runs_when_the_server_ends_is_given_up(url: str) -> None:
    async def ask() -> None:
        engine = RemoteEngine(Endpoint(url), Limits(deadline=60))
        await engine.start()
        work = asyncio.ensure_future(engine.query(text("slow")))
        await asyncio.sleep(0.2)
        assert (engine.busy, engine.idle, engine.alive) == (1, engine.limits.workers - 1, True)
        await engine.interrupt()
        with pytest.raises(EngineUnavailableError, match="ending"):
            await work
        gone = asyncio.ensure_future(engine.query(text("slow")))
        await asyncio.sleep(0.2)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert engine.busy == 0
        assert await engine.ready()
        await engine.stop()

    run(ask())


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("kg.example.org/sparql", "give the address"),
        ("http://me:secret@kg.example.org/", "leave user and password out"),
    ],
)
def test_addresses_that_are_refused(url: str, message: str) -> None:
    with pytest.raises(ServerError, match=message) as raised:
        check_endpoint(url)
    assert "secret" not in str(raised.value)
