"""Starting, failing to start, ending, and what is left when a process dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from live_server import DATA, LiveServer, children, free_port, running, start

from kg.engine import sandbox
from kg.errors import ServerError
from kg.web import server as web_server


def failed(process: subprocess.Popen[str]) -> str:
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in errors
    return errors


# What is promised: within this time all is served again, or nothing of ours is left.
SECONDS = 2


def wait_until_gone(pids: list[int]) -> list[int]:
    end = time.monotonic() + SECONDS
    while running(pids) and time.monotonic() < end:
        time.sleep(0.02)
    return running(pids)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything(number: int) -> None:
    with LiveServer() as server:
        httpx.get(f"{server.url}/health", trust_env=False)
        below = children(server.process.pid)
        assert len(below) >= 2
        assert server.stop(number) == 0
        assert wait_until_gone(below) == []


@contextmanager
def busy(server: LiveServer) -> Iterator[None]:
    """A query runs that would take hours."""
    host, port = server.url.removeprefix("http://").split(":")
    text = "SELECT%20(COUNT(*)%20AS%20?n){" + ".".join(f"?a{n}%20?b{n}%20?c{n}" for n in range(8)) + "}"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.3)
        yield


def test_a_running_query_does_not_keep_it_from_ending() -> None:
    with LiveServer(deadline=600) as server, busy(server):
        below = children(server.process.pid)
        assert server.stop() == 0
        assert wait_until_gone(below) == []


def test_kill_9_of_the_server_leaves_nothing() -> None:
    with LiveServer(deadline=600) as server, busy(server):
        below = children(server.process.pid)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert wait_until_gone(below) == []


@pytest.mark.parametrize("victim", [0, 1], ids=["nursery", "worker"])
def test_kill_9_of_the_nursery_or_a_worker_is_repaired(victim: int) -> None:
    with LiveServer(workers=1) as server:
        nursery = children(server.process.pid)
        os.kill(nursery[victim], signal.SIGKILL)
        wait_until_gone([nursery[victim]])
        statuses = [httpx.get(f"{server.url}/sparql?query=ASK{{}}", trust_env=False, timeout=SECONDS).status_code]
        end = time.monotonic() + SECONDS
        while statuses[-1] != 200 and time.monotonic() < end:
            time.sleep(0.05)
            statuses.append(
                httpx.get(f"{server.url}/sparql?query=ASK{{}}", trust_env=False, timeout=SECONDS).status_code
            )
        assert statuses[-1] == 200
        assert set(statuses) <= {200, 503}
        assert httpx.get(f"{server.url}/health", trust_env=False).json()["status"] == "ok"


def test_kill_9_of_the_nursery_ends_a_running_query() -> None:
    with LiveServer(deadline=600, workers=1) as server, busy(server):
        below = children(server.process.pid)
        os.kill(below[0], signal.SIGKILL)
        assert wait_until_gone(below) == []
        assert httpx.get(f"{server.url}/sparql?query=ASK{{}}", trust_env=False, timeout=20).status_code == 200


def test_the_welcome_says_where_and_gives_a_query_that_works() -> None:
    with LiveServer() as server:
        assert server.url in server.welcome
        command = server.welcome.split("Try it:")[1].split("\n")[0].strip()
        answered = subprocess.run(
            ["sh", "-c", f"{command} -s --noproxy '*'"], capture_output=True, text=True, check=True
        )
        assert "https://w3id.org/oncokg/" in answered.stdout


def test_a_port_in_use() -> None:
    with LiveServer() as server:
        port = int(server.url.rsplit(":", 1)[1])
        errors = failed(start(port=port))
    assert errors.startswith(f"ServerError: The server cannot listen on 127.0.0.1:{port}")
    assert "--port" in errors


def test_an_address_of_another_host() -> None:
    assert "cannot listen on 192.0.2.1" in failed(start(host="192.0.2.1"))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("wrong.ttl", "@prefix : <http://e/> .\n:a :b :c", "wrong.ttl:2"),
        ("wrong.nq", "<http://e/a> <http://e/b> .\n", "wrong.nq:1"),
        ("wrong.jsonld", '{"@context": "http://127.0.0.1/remote", "@id": "x"}', "wrong.jsonld"),
        ("bomb.rdf", '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<x/>', "bomb.rdf:2"),
        ("data.docx", "", "ending that is not understood"),
    ],
)
def test_data_that_do_not_parse(tmp_path: Path, name: str, content: str, expected: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    errors = failed(start(data=[DATA, tmp_path / name]))
    assert expected in errors
    assert errors.startswith(("RdfSyntaxError: ", "ServerError: "))
    assert len(errors.strip().splitlines()) == 1


def test_missing_data(tmp_path: Path) -> None:
    assert "does not exist" in failed(start(data=[tmp_path / "none.ttl"]))


def test_several_formats_make_one_graph(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://e/a> <http://e/p> <x> .", "utf-8")
    (tmp_path / "b.nt").write_text("<http://e/b> <http://e/p> _:x .\n", "utf-8")
    (tmp_path / "c.jsonld").write_text(
        '{"@id": "http://e/c", "http://e/p": [{"@id": "_:x"}, {"@value": "v"}]}', "utf-8"
    )
    (tmp_path / "d.rdf").write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
        '<rdf:Description rdf:about="http://e/d"><e:p>v</e:p></rdf:Description></rdf:RDF>',
        "utf-8",
    )
    with LiveServer(sorted(tmp_path.iterdir()), None) as server:
        text = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s <http://e/p> ?o }"
        answer = httpx.get(f"{server.url}/sparql", params={"query": text, "format": "csv"}, trust_env=False)
        assert answer.text.split() == ["n", "4"]  # the two blank nodes of the same name are two nodes
        listed = httpx.get(f"{server.url}/queries", trust_env=False).json()
        assert listed["queries"] == []
        assert "plain data files" in listed["note"]


def test_a_host_without_a_sandbox_serves_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    # The one thing that cannot be had here is another operating system.
    monkeypatch.setattr(web_server, "lacking", lambda: ("memory of workers",))
    with pytest.raises(ServerError, match="only loopback"):
        web_server.serve(data=[DATA], host="0.0.0.0", port=free_port())
    assert sandbox.lacking() == ()
