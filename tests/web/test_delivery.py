"""Slow clients: who does not read, who says nothing, and that neither keeps others waiting."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from live_server import LiveServer

from kg.web.listener import drop_stalled_connections

# Six free variables: 35 × 35 rows of 350 bytes, more than the sockets on the way hold.
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g a ?h . ?i a ?j }"


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with LiveServer(send_wait=0.5, header_wait=1, grace=1) as running:
        yield running


def connect(server: LiveServer, receive: int = 0) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.socket()
    connection.settimeout(20)
    if receive:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    connection.connect((host, int(port)))
    return connection


def read_all(connection: socket.socket) -> bytes:
    taken = bytearray()
    while piece := connection.recv(1 << 20):
        taken += piece
    return bytes(taken)


def honest(server: LiveServer) -> None:
    assert httpx.get(f"{server.url}/sparql?query=ASK%7B%7D", trust_env=False, timeout=5).status_code == 200


def test_a_long_answer_arrives_whole_in_pieces(server: LiveServer) -> None:
    answer = httpx.get(
        f"{server.url}/sparql",
        params={"query": LONG, "format": "csv"},
        headers={"Accept-Encoding": "identity"},
        trust_env=False,
        timeout=60,
    )
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"]) > 4_000_000


def descriptors(server: LiveServer) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


def test_clients_that_do_not_read_are_dropped(server: LiveServer) -> None:
    honest(server)
    before = descriptors(server)
    target = f"/sparql?format=csv&query={quote(LONG)}"
    with ExitStack() as stack:
        for _ in range(3):
            stalled = stack.enter_context(connect(server, receive=4096))
            stalled.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            head = stalled.recv(1000)
            assert head.startswith(b"HTTP/1.1 200")
        honest(server)
        end = time.monotonic() + 10
        while descriptors(server) > before and time.monotonic() < end:
            time.sleep(0.1)
        assert descriptors(server) <= before
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        with suppress(ConnectionResetError):
            assert len(read_all(stalled)) < length


def test_the_listening_socket_is_told_and_nothing_is_kept() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_server(("127.0.0.1", 0)) as other:
        before = len(list(Path("/proc/self/fd").iterdir()))
        assert drop_stalled_connections(listener.getsockname()[1], 2.5) == 1
        assert len(list(Path("/proc/self/fd").iterdir())) == before
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 2500
        assert other.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 2500


@pytest.mark.parametrize("start", [b"", b"GET /health HT", b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_half_a_head_is_not_waited_for(server: LiveServer, start: bytes) -> None:
    with connect(server) as connection:
        connection.sendall(start)
        assert read_all(connection) == b""
    honest(server)


def test_many_silent_connections_do_not_keep_others_out() -> None:
    with LiveServer(header_wait=4, grace=1) as server, ExitStack() as stack:
        silent = [stack.enter_context(connect(server)) for _ in range(300)]
        assert httpx.get(f"{server.url}/health", trust_env=False, timeout=2).status_code == 200
        assert all(read_all(connection) == b"" for connection in silent)
