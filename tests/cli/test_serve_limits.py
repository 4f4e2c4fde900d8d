"""Limits as an operator sets them: options of `oncokg serve`, environment, settings file."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from kg.engine import Limits
from kg.engine.settings import option

DATA = Path(__file__).resolve().parents[1] / "web" / "data.trig"


def serve(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "serve", "--data", str(DATA), *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment,
    )  # fmt: skip


def test_each_limit_can_be_set_in_three_ways(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("deadline = 1\nqueue = 7\nworkers = 3\n", "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    typed = ("--port", port, "--metrics", "off", "--settings", file, "--deadline", "2.5")
    server = serve(*typed, ONCOKG_WORKERS="2", ONCOKG_DEADLINE="9")
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("OncoKG serves")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/limits") as answer:
            table = {row["name"]: row["value"] for row in json.load(answer)["limits"]}
        assert (table["deadline"], table["queue"], table["workers"]) == (2.5, 7, 2)
        assert table["queue_wait"] == Limits().queue_wait
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.communicate(timeout=20)[1] == ""


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["--deadline", "soon"], {}, "--deadline soon: this limit takes a number of seconds above 0, such as 10"),
        (["--workers", "-1"], {}, "--workers -1: this limit takes a whole number above 0"),
        ([], {"ONCOKG_MEMORY": "1GB"}, "ONCOKG_MEMORY=1GB: this limit takes a whole number of bytes above 0"),
        (["--settings", "none.toml"], {}, "none.toml cannot be read: No such file or directory"),
    ],
)
def test_wrong_values_are_one_message_and_exit_2(arguments: list[str], environment: dict[str, str], expected: str):
    server = serve(*arguments, **environment)
    output, errors = server.communicate(timeout=60)
    assert (server.returncode, output) == (2, "")
    assert errors.startswith("oncokg: ")
    assert expected in errors
    assert len(errors.splitlines()) == 1


def test_help_names_every_limit() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "kg.cli", "serve", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert [row.name for row in Limits().rows() if f"  {option(row.name)} " not in shown] == []
