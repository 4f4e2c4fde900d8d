"""What deploy/ says works: the unit is one of systemd, and the server needs neither rights nor a place to write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from kg.cli import _parser
from kg.dataset import build_release
from tests.conftest import SMALL
from tests.stores.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"

# Runs as root in mount namespaces of its own: shows each folder again at its place, read-only, with what hid it from
# others (a home folder) covered up, and becomes nobody.
_AS_NOBODY = """
import json, os, subprocess, sys
from pathlib import Path
folders, command = json.loads(sys.argv[1]), json.loads(sys.argv[2])
def mount(*arguments): subprocess.run(["mount", *arguments], check=True)
mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/mnt")
closed = []
for number, folder in enumerate(folders):
    Path(f"/mnt/{number}").mkdir()
    mount("--bind", folder, f"/mnt/{number}")
    closed += [above for above in reversed(Path(folder).parents) if not above.stat().st_mode & 1][:1]
for above in sorted(set(closed)):
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(above))
for number, folder in enumerate(folders):
    Path(folder).mkdir(parents=True, exist_ok=True)
    mount("--bind", f"/mnt/{number}", folder)
    mount("-o", "remount,bind,ro", folder)
rights = ["--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
os.environ.pop("HOME", None)
os.chdir("/")
os.execvp("setpriv", ["setpriv", *rights, "--bounding-set=-all", *command])
"""


def lacking() -> str:
    """Why the server cannot be run as nobody here; empty where it can."""
    missing = [name for name in ("unshare", "setpriv", "mount") if shutil.which(name) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (Debian packages util-linux and mount)"
    if os.geteuid() != 0:
        return "only root can become nobody"
    tried = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True)
    return "" if tried.returncode == 0 else "mount namespaces cannot be made here"


def test_the_server_runs_as_nobody_with_code_and_release_read_only(tmp_path: Path) -> None:
    if reason := lacking():
        pytest.skip(reason)
    release = tmp_path / "release"
    build_release(release, curation=SMALL)
    for folder in (release, *release.rglob("*")):
        folder.chmod(folder.stat().st_mode | (0o555 if folder.is_dir() else 0o444))
    before = sorted(release.rglob("*"))
    options = ["--release", str(release), "--port", str(free_port()), "--metrics", "off", "--access-log", "off"]
    serve = [sys.executable, "-P", "-W", "error", "-m", "kg.cli", "serve", *options]
    folders = [str(ROOT), str(release), *dict.fromkeys([sys.base_prefix, sys.prefix])]
    process = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", sys.executable, "-c", _AS_NOBODY, json.dumps(folders),
         json.dumps(serve)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        welcome = process.stdout.readline()
        assert welcome.startswith("OncoKG serves"), process.communicate(timeout=30)
        url = welcome.split(" on ")[1].strip()
        owner = Path(f"/proc/{process.pid}").stat().st_uid
        rights = dict(line.split(":\t") for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
        assert (owner, rights["CapEff"], rights["CapBnd"]) == (65534, "0" * 16, "0" * 16)
        with httpx.Client(base_url=url, timeout=20, trust_env=False) as client:
            assert client.get("/ready").status_code == 200
            assert client.get("/queries/adcs-by-target", params={"format": "csv"}).status_code == 200
            served = client.post("/sparql", data={"query": "ASK { SERVICE <http://127.0.0.1:8099/> { ?s ?p ?o } }"})
            assert served.status_code == 403
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert sorted(release.rglob("*")) == before


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (Debian package systemd)")
    text = (DEPLOY / "oncokg.service").read_text("utf-8")
    unit = tmp_path / "oncokg.service"
    # It looks whether the program is there, and on this machine it is elsewhere.
    unit.write_text(text.replace("/opt/oncokg/venv/bin/oncokg", sys.executable), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["oncokg.service", "Dockerfile"])
def test_the_options_that_are_used_exist(name: str) -> None:
    """And what follows `serve` parses, so that the server would start with it."""
    text = (DEPLOY / name).read_text("utf-8").replace("\\\n", " ")
    if name == "Dockerfile":
        entry, more = (json.loads(line.split(" ", 1)[1]) for line in text.splitlines() if line[:3] in {"ENT", "CMD"})
        words = [*entry, *more]
    else:
        words = next(line for line in text.splitlines() if line.startswith("ExecStart=")).split()
    options = _parser().parse_args(words[1:])
    assert options.release == Path("/srv/oncokg/current")


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_examples_are_short(name: str) -> None:
    assert len((DEPLOY / name).read_text("utf-8").splitlines()) <= 15
