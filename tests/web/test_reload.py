"""SIGHUP: a new release is taken while requests are answered, and none of them fails."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from live_server import LiveServer, children, free_port, running

SERVE = """
import sys
from pathlib import Path
from kg.web.server import serve
serve(release=Path(sys.argv[1]), port=int(sys.argv[2]))
"""
COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s <https://example.org/p> ?o }", "format": "csv"}


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end, "it did not happen within 30 seconds"
        time.sleep(0.02)


def point(link: Path, target: Path) -> None:
    """Have the link lead elsewhere in one step, as `ln -sfn` and `mv -T` do."""
    new = link.with_name("new")
    new.symlink_to(target.name)
    new.replace(link)


def made(folder: Path, triples: int) -> Path:
    """The least that is a release."""
    folder.mkdir()
    lines = [
        f'<https://example.org/{n}> <https://example.org/p> "{n}" <https://example.org/g> .\n' for n in range(triples)
    ]
    (folder / "oncokg.nq").write_text("".join(lines), "utf-8")
    return folder


class Load:
    """Clients that ask all the time; `statuses` counts what they get."""

    def __init__(self, url: str) -> None:
        self.statuses: Counter[str] = Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(url,)) for _ in range(3)]

    def _ask(self, url: str) -> None:
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
            while not self._stop.is_set():
                try:
                    answer = client.get("/sparql", params=COUNT)
                except httpx.HTTPError as error:
                    self.statuses[repr(error)] += 1
                else:
                    self.statuses[f"{answer.status_code} {answer.text.split()[-1]}"] += 1

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def served(url: str) -> str:
    return httpx.get(f"{url}/sparql", params=COUNT, trust_env=False).text.split()[-1]


@contextmanager
def serving(current: Path) -> Iterator[LiveServer]:
    with LiveServer((), None, release=current) as server:
        yield server


def test_no_request_fails_while_the_release_changes(tmp_path: Path) -> None:
    old, new, current = made(tmp_path / "1", 3), made(tmp_path / "2", 5), tmp_path / "current"
    current.symlink_to(old.name)
    with serving(current) as server:
        before = children(server.process.pid)
        with Load(server.url) as load:
            until(lambda: load.statuses["200 3"] > 20)
            for target, count in ((new, "5"), (old, "3"), (new, "5")):
                point(current, target)
                os.kill(server.process.pid, signal.SIGHUP)
                until(lambda count=count: served(server.url) == count)
            asked = load.statuses["200 5"]
            until(lambda: load.statuses["200 5"] > asked + 20)
        assert set(load.statuses) == {"200 3", "200 5"}
        until(lambda: not running(before))
        until(lambda: len([pid for pid in children(server.process.pid) if running([pid])]) <= 5)
    assert [line.split(": ")[1] for line in server.taken] == ["5 statements\n", "3 statements\n", "5 statements\n"]


def test_a_query_that_runs_ends_on_the_old_release(tmp_path: Path) -> None:
    old, new, current = made(tmp_path / "1", 60), made(tmp_path / "2", 5), tmp_path / "current"
    current.symlink_to(old.name)
    slow = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "format": "csv"}
    with serving(current) as server:
        answers: list[str] = []

        def ask() -> None:
            answers.append(httpx.get(f"{server.url}/sparql", params=slow, trust_env=False, timeout=30).text.split()[-1])

        asking = threading.Thread(target=ask)
        asking.start()
        until(lambda: len(children(server.process.pid)) > 1)
        point(current, new)
        os.kill(server.process.pid, signal.SIGHUP)
        until(lambda: served(server.url) == "5")
        asking.join()
        assert answers == [str(60**4)]


@pytest.mark.parametrize("damage", ["gone", "broken", "wrong hash"])
def test_a_damaged_release_is_not_taken(tmp_path: Path, damage: str) -> None:
    old, new, current = made(tmp_path / "1", 3), made(tmp_path / "2", 5), tmp_path / "current"
    current.symlink_to(old.name)
    if damage == "gone":
        shutil.rmtree(new)
    elif damage == "broken":
        (new / "oncokg.nq").write_text("<https://example.org/a> <b", "utf-8")
    else:
        (new / "manifest.json").write_text('{"sha256": "0"}', "utf-8")
    server = LiveServer((), None, release=current)
    with server:
        point(current, new)
        os.kill(server.process.pid, signal.SIGHUP)
        assert server.process.stderr is not None
        told = server.process.stderr.readline()
        assert told.startswith("the new release was not taken, and the old one is served on: ")
        assert str(new) in told
        assert served(server.url) == "3"
        assert server.stop() == 0


def test_closing_the_terminal_ends_a_server_that_was_started_there(tmp_path: Path) -> None:
    if shutil.which("setsid") is None:
        pytest.skip("setsid is not installed (Debian package util-linux)")
    release, port = made(tmp_path / "1", 3), free_port()
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", SERVE, str(release), str(port)]
    process = subprocess.Popen(["setsid", "--ctty", *command], stdin=theirs, stdout=subprocess.PIPE, text=True)
    os.close(theirs)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("OncoKG serves")
        process.send_signal(signal.SIGHUP)
        until(lambda: len(children(process.pid)) > 1)
        time.sleep(0.5)
        assert process.poll() is None, "a signal of an operator asks for the new release"
        os.close(ours)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()
