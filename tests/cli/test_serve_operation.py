"""`oncokg serve` as it is operated: what is typed wrongly, and what happens to the ports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence

import httpx
import pytest
from test_serve_limits import serve

from kg.web.operation import METRICS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--metrics", "9464"], "--metrics 9464: give an address and a port such as 127.0.0.1:9464, or `off`."),
        (["--trusted-proxy", "nginx"], "--trusted-proxy nginx: "),
        (["--rate-limit", "0"], "--rate-limit 0: give query-seconds a minute above 0"),
        (["--root-path", "kg"], "--root-path kg: give the path that the server stands under"),
    ],
)
def test_wrong_values_are_one_message_and_exit_2(arguments: Sequence[str], expected: str) -> None:
    server = serve(*arguments)
    output, errors = server.communicate(timeout=60)
    assert (server.returncode, output) == (2, "")
    assert errors.startswith(f"oncokg: {expected}")
    assert len(errors.splitlines()) == 1


def test_metrics_that_nobody_asked_for_do_not_keep_a_second_server_from_starting() -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((METRICS.host, METRICS.port))
            taken.listen()
        except OSError:
            pass  # another server has it: as good
        server = serve("--port", port)
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("OncoKG serves")
            assert httpx.get(f"http://127.0.0.1:{port}/ready", trust_env=False).status_code == 200
        finally:
            server.terminate()
            _, errors = server.communicate(timeout=30)
    assert server.returncode == 0
    assert errors.startswith(f"The metrics cannot be served on {METRICS.host}:{METRICS.port}: ")
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    ("url", "environment", "expected"),
    [
        ("http://127.0.0.1:1/query", {}, "The store at http://127.0.0.1:1/query cannot be served: "),
        ("http://me:secret@127.0.0.1/", {}, "--endpoint: leave user and password out of the address"),
        ("http://127.0.0.1:1/", {"ONCOKG_ENDPOINT_USER": "me"}, "ONCOKG_ENDPOINT_PASSWORD is not set"),
    ],
)
def test_a_store_that_cannot_be_served(url: str, environment: dict[str, str], expected: str) -> None:
    command = [
        sys.executable,
        "-m",
        "kg.cli",
        "serve",
        "--endpoint",
        url,
        "--metrics",
        "off",
        "--port",
        str(free_port()),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment | {"NO_PROXY": "127.0.0.1"}
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"oncokg: {expected}")
    assert len(done.stderr.splitlines()) == 1
