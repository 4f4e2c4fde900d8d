"""The engine without a server: real processes, real limits."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kg.engine import (
    BlockingEngine,
    Engine,
    EngineUnavailableError,
    FederationRefusedError,
    Formats,
    Limits,
    LocatedSyntaxError,
    NotAcceptableError,
    QueryTooComplexError,
    Source,
)
from kg.errors import (
    QueryError,
    QueryTimeoutError,
    QueryTooLargeError,
    RdfSyntaxError,
    ReleaseError,
    ServerError,
    UpdateRefusedError,
)

DATA = Path(__file__).resolve().parents[1] / "web" / "data.trig"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(12)) + " }"
NOTS = "ASK { FILTER(" + "!" * 60_000 + "1) }"
CONCAT = (
    "SELECT (STRLEN(?v40) AS ?n) { BIND('0123456789' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
    + " }"
)


@pytest.fixture(scope="module")
def engine() -> Iterator[BlockingEngine]:
    with BlockingEngine(Source.of_files([DATA]), Limits(deadline=1.5, result_bytes=100_000, workers=1)) as started:
        yield started


def count(engine: BlockingEngine) -> int:
    return int(engine.query(COUNT, Formats("csv")).body.split()[1])


def test_facts(engine: BlockingEngine) -> None:
    assert engine.engine.facts.quads == count(engine) == 35
    assert engine.engine.facts.lacking == ()


def test_answers_say_what_they_are(engine: BlockingEngine) -> None:
    boolean = engine.query("ASK {}", Formats("xml"))
    assert (boolean.form, boolean.format, boolean.media_type) == ("boolean", "xml", "application/sparql-results+xml")
    triples = engine.query("CONSTRUCT WHERE { ?s ?p ?o }", Formats(None, "ntriples"))
    assert (triples.form, triples.media_type) == ("triples", "application/n-triples")
    assert len(triples.body.splitlines()) == 35
    assert engine.query("SELECT * {}").form == "solutions"


@pytest.mark.parametrize("name", ["turtle", "trig"])
def test_an_answer_is_written_with_the_prefixes_of_the_query(engine: BlockingEngine, name: str) -> None:
    text = (
        "PREFIX o: <https://w3id.org/oncokg/ontology/> PREFIX : <http://e/> PREFIX rel: <rel/> "
        "prefix 药: <http://e/m/> CONSTRUCT { :a o:key 药:b , <rel/c> ; a :d } {}"
    )
    body = engine.query(text, Formats(None, name)).body.decode()
    assert "@prefix o: <https://w3id.org/oncokg/ontology/> ." in body
    assert ":a a :d ;" in body
    kind = RdfFormat.TURTLE if name == "turtle" else RdfFormat.TRIG
    assert {str(quad.object) for quad in parse(body, format=kind)} == {
        "<http://e/m/b>", "<https://w3id.org/oncokg/rel/c>", "<http://e/d>",
    }  # fmt: skip


def test_a_large_graph_is_refused_with_prefixes_too(engine: BlockingEngine) -> None:
    text = "PREFIX e: <http://e/> CONSTRUCT { ?a e:b ?c } WHERE { ?a ?b ?c }"
    with pytest.raises(QueryTooLargeError):
        engine.run(engine.engine.query(text, Formats(None, "turtle"), max_bytes=200))


def test_relative_iris_do_not_depend_on_the_server(engine: BlockingEngine) -> None:
    answer = engine.query("SELECT (<target/egfr> AS ?x) {}", Formats("csv"))
    assert b"https://w3id.org/oncokg/target/egfr" in answer.body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT", LocatedSyntaxError),
        ("DROP ALL", UpdateRefusedError),
        ("ASK { SERVICE <http://127.0.0.1:8099/> { ?s ?p ?o } }", FederationRefusedError),
        ("CONSTRUCT WHERE { ?s ?p ?o }", NotAcceptableError),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", QueryTooLargeError),
        (CROSS, QueryTimeoutError),
        (NOTS, QueryTooComplexError),
    ],
    ids=["syntax", "update", "service", "format", "large", "slow", "deep"],
)
def test_each_refusal_has_its_error_and_the_next_query_works(
    engine: BlockingEngine, text: str, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        engine.query(text, Formats("json", None))
    assert count(engine) == 35


def test_memory_is_bounded() -> None:
    with BlockingEngine(Source.of_files([DATA]), Limits(deadline=60, memory=200_000_000)) as small:
        with pytest.raises(QueryTooComplexError, match="memory"):
            small.query(CONCAT)
        assert count(small) == 35


def test_a_bad_graph_name(engine: BlockingEngine) -> None:
    with pytest.raises(QueryError, match="not an absolute IRI"):
        engine.query(COUNT, default_graphs=["x y"])


def test_a_failed_query_sees_no_rest_of_the_one_before(engine: BlockingEngine) -> None:
    for number in range(20):
        answer = engine.query(f"SELECT ({number} AS ?x) {{}}", Formats("csv"))
        assert answer.body.split() == [b"x", str(number).encode()]
        if number % 5 == 0:
            with pytest.raises(QueryTooComplexError):
                engine.query(NOTS)


def workers(engine: Engine) -> list[int]:
    return [worker.pid for worker in engine._idle]


def test_a_worker_has_given_up_what_it_should(engine: BlockingEngine) -> None:
    count(engine)
    (pid,) = workers(engine.engine)
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status
    limits = Path(f"/proc/{pid}/limits").read_text("ascii")
    row = {line[:26].strip(): line[26:].split() for line in limits.splitlines()}
    assert row["Max open files"][:2] == ["0", "0"]
    assert row["Max core file size"][:2] == ["0", "0"]
    assert row["Max address space"][0].isdigit()
    descriptors = sorted(int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir())
    assert len(descriptors) == 4  # three to nowhere, and the channel
    assert Path(f"/proc/{pid}/fd/2").readlink() == Path(os.devnull)


def test_the_sandbox_refuses_sockets_and_programs() -> None:
    program = """
import ctypes, os, socket, subprocess
from kg.engine import sandbox
sandbox.give_up_network()
for attempt in (socket.socket, lambda: os.execv("/bin/true", ["true"]), lambda: socket.socket(socket.AF_INET6)):
    try:
        attempt()
    except PermissionError:
        print("refused")
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(425, 1, 0), ctypes.get_errno())
print(libc.syscall(0x40000000 + 41, 2, 1, 0), ctypes.get_errno())
os.pipe()
print(open("/proc/self/comm").read().strip() != "")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:6] == ["refused"] * 3 + ["-1 1", "-1 1", "True"]


def test_without_seccomp_the_descriptor_limit_keeps_sockets_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        program = f"""
from pyoxigraph import Store
from kg.engine import sandbox, worker
sandbox.give_up_rest()
text = "ASK {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
request = dict(query=text, base=None, default_graphs=[], named_graphs=[], solutions="json", triples=None, max_bytes=99)
print(worker.answer(Store(), request)[0]["refused"])
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout == "federation\n"
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_start_proves_that_no_listener_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start() -> None:
        engine = Engine(Source.of_files([DATA]))

        async def reach(text: str, *_: object, **__: object) -> None:
            port = int(text.split("127.0.0.1:")[1].split("/")[0])
            socket.create_connection(("127.0.0.1", port)).close()

        monkeypatch.setattr(engine, "query", reach)  # a worker whose sandbox does not hold
        with pytest.raises(ServerError, match="reached the network"):
            await engine._prove_no_network()

    asyncio.run(start())


def test_a_killed_worker_is_replaced_before_anybody_notices(engine: BlockingEngine) -> None:
    count(engine)
    (pid,) = workers(engine.engine)
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}/stat").read_text("ascii").split(") ")[1][0] != "Z":
        time.sleep(0.01)
    for _ in range(5):
        assert count(engine) == 35
    assert workers(engine.engine) != [pid]


def test_cancelling_a_query_frees_its_worker() -> None:
    async def work() -> int:
        engine = Engine(Source.of_files([DATA]), Limits(workers=1, deadline=60, queue_wait=10))
        await engine.start()
        try:
            task = asyncio.ensure_future(engine.query(CROSS))
            await asyncio.sleep(0.2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()
            return int((await engine.query(COUNT, Formats("csv"))).body.split()[1])
        finally:
            await engine.stop()

    assert asyncio.run(work()) == 35


def test_callers_that_go_away_at_any_moment_leave_no_process() -> None:
    async def work() -> None:
        engine = Engine(Source.of_files([DATA]), Limits(workers=2, deadline=60, queue_wait=10))
        await engine.start()
        try:
            for pause in (0, 0.0003, 0.001, 0.002, 0.004, 0.008) * 5:
                tasks = [asyncio.ensure_future(engine.query(CROSS)) for _ in range(3)]
                await asyncio.sleep(pause)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            await engine.query(COUNT)
            while engine._tasks:
                await asyncio.gather(*engine._tasks)
            assert engine._nursery is not None
            nursery = engine._nursery._process.pid
            alive = Path(f"/proc/{nursery}/task/{nursery}/children").read_text("ascii").split()
            assert sorted(map(int, alive)) == sorted(workers(engine))
            assert len(alive) <= 2
        finally:
            await engine.stop()

    asyncio.run(work())


def test_the_queue_is_bounded_and_waits_are_too() -> None:
    async def work() -> list[object]:
        engine = Engine(Source.of_files([DATA]), Limits(workers=1, deadline=2, queue=1, queue_wait=0.5))
        await engine.start()
        try:
            return await asyncio.gather(*(engine.query(CROSS) for _ in range(3)), return_exceptions=True)
        finally:
            await engine.stop()

    kinds = sorted(type(answer).__name__ for answer in asyncio.run(work()))
    assert kinds == ["EngineUnavailableError", "EngineUnavailableError", "QueryTimeoutError"]


def test_interrupting_ends_what_runs() -> None:
    async def work() -> None:
        engine = Engine(Source.of_files([DATA]), Limits(deadline=60))
        await engine.start()
        try:
            task = asyncio.ensure_future(engine.query(CROSS))
            await asyncio.sleep(0.2)
            await engine.interrupt()
            with pytest.raises(EngineUnavailableError):
                await task
        finally:
            await engine.stop()

    asyncio.run(work())


def test_stopping_leaves_no_process_and_no_descriptor() -> None:
    def once() -> None:
        with BlockingEngine(Source.of_files([DATA])) as engine:
            count(engine)
            with pytest.raises(QueryTooComplexError):
                engine.query(NOTS)

    def held() -> tuple[int, int, str]:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), children

    once()
    before = held()
    once()
    once()
    assert held() == before


def test_a_file_that_needs_too_much_memory_to_load(tmp_path: Path) -> None:
    path = tmp_path / "large.nt"
    path.write_text("".join(f"<http://e/{n}> <http://e/p> <http://o/{n}> .\n" for n in range(50_000)), "utf-8")
    with BlockingEngine(Source.of_files([path]), Limits(load_memory=1)) as engine:
        assert count(engine) == 50_000


def test_data_that_do_not_parse(tmp_path: Path) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text("@prefix : <http://e/> .\n\n:a :b 'x .\n", "utf-8")
    with pytest.raises(RdfSyntaxError, match=r"wrong\.ttl:3"), BlockingEngine(Source.of_files([path])):
        pass


def release(folder: Path, content: bytes, **facts: object) -> Path:
    (folder / "oncokg.nq").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps({"version": "0.1.0", "sha256": digest, **facts}), "utf-8")
    return folder


def test_releases(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="oncokg build"):
        Source.of_release(tmp_path)
    source = Source.of_release(release(tmp_path, b"<http://e/a> <http://e/b> <http://e/c> <http://e/g> .\n"))
    assert (source.version, len(source.digest)) == ("0.1.0", 64)
    with BlockingEngine(source) as engine:
        assert count(engine) == 1
    with pytest.raises(ReleaseError, match="damaged"):
        Source.of_release(release(tmp_path, b"", sha256="0" * 64))
    (tmp_path / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(ReleaseError, match="cannot be read"):
        Source.of_release(tmp_path)


def test_limits_are_one_documented_table() -> None:
    rows = Limits(deadline=3).rows()
    assert {row.name for row in rows} == set(Limits.__dataclass_fields__)
    assert next(row for row in rows if row.name == "deadline").value == 3
    assert all(row.help.endswith((".", ").")) and row.default > 0 for row in rows)
    with pytest.raises(ValueError, match="workers"):
        Limits(workers=0)


def test_formats_are_checked() -> None:
    with pytest.raises(ValueError, match="'turtle'"):
        Formats("turtle")
    with pytest.raises(ValueError, match="'csv'"):
        Formats("json", "csv")


def test_the_process_that_asks_never_imports_a_store() -> None:
    program = "import sys, kg.web.server, kg.catalog; print([m for m in sys.modules if m in ('pyoxigraph', 'rdflib')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
