"""An installed oncokg works outside a checkout: a wheel is built, unpacked elsewhere, and run in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
    )
    (wheel,) = folder.glob("oncokg-*.whl")
    subprocess.run(
        [
            *pip,
            "install",
            "--quiet",
            "--no-deps",
            "--no-warn-script-location",
            "--target",
            str(folder / "site"),
            str(wheel),
        ],
        check=True,
    )
    return folder / "site"


def _oncokg(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The unpacked wheel stands before the checkout on the path; -P keeps the working folder off it.
    environment = os.environ | {"PYTHONPATH": str(site), "XDG_CACHE_HOME": str(cwd / "cache")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "kg.cli", *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_ontology_shapes_queries_and_records_travel_in_the_wheel(site):
    for inside in (
        "kg/_files/ontology",
        "kg/_files/shapes",
        "kg/_files/queries",
        "kg/curation/studies",
        "kg/web/static",
    ):
        assert any((site / inside).iterdir()), inside


def test_an_installed_oncokg_builds_and_answers_in_an_empty_folder(site, tmp_path):
    run = _oncokg(site, tmp_path, "query", "egfr-adcs-by-indication", "--format", "csv")
    assert run.returncode == 0, run.stderr
    assert "no release in ./release: building one in cache/oncokg/" in run.stderr
    assert "MRG003" in run.stdout
    assert "BL-B01D1" in run.stdout
    again = _oncokg(site, tmp_path, "query", "egfr-adcs-by-indication", "--format", "csv")
    assert again.stdout == run.stdout
    assert again.stderr == "", "the second time the cached release is there"


def test_the_checkout_was_not_used(site, tmp_path):
    run = subprocess.run(
        [sys.executable, "-P", "-c", "import kg.paths; print(kg.paths.CURATION, kg.paths.SHAPES)"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(site)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert all(path.startswith(str(site)) for path in run.stdout.split())
