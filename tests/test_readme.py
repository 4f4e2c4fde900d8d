"""What the README shows is what the program says."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAME = "egfr-adcs-by-indication"
MARK = f"<!-- answer: {NAME} -->"


def _table(readme: str) -> list[list[str]]:
    lines = readme.split(MARK, 1)[1].lstrip("\n").split("\n\n", 1)[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return rows[2:]


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    out = tmp_path_factory.mktemp("readme") / "release"
    subprocess.run([sys.executable, "-m", "kg.cli", "build", "--out", str(out)], check=True, capture_output=True)
    return out


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("README.md", ("drugLabel", "diseaseLabel", "settingLabel", "armLabel", "value", "review", "locator")),
        ("README.zh.md", ("drugLabelZh", "diseaseLabelZh", "settingLabelZh", "armLabel", "value", "review", "locator")),
    ],
)
def test_the_answer_in_the_readme_is_the_answer(name, columns, release):
    run = [sys.executable, "-m", "kg.cli"]
    language = "zh" if name.endswith(".zh.md") else "en"
    answer = subprocess.run(
        [*run, "query", NAME, "-p", f"lang={language}", "--format", "csv", "--release", str(release)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    rows = [[row[column] for column in columns] for row in csv.DictReader(io.StringIO(answer))]
    for row in rows:
        row[4] += " %"
    assert _table((ROOT / name).read_text(encoding="utf-8")) == rows


def test_the_commands_in_the_readme_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"`oncokg (\w+)", readme)) - {"query"} | {"query"}
    for command in commands:
        subprocess.run([sys.executable, "-m", "kg.cli", command, "--help"], check=True, capture_output=True)
    for target in re.findall(r"`make ([a-z]+)`", readme):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE), target


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "README.zh.md",
        "CONTRIBUTING.md",
        "docs/loading.md",
        "docs/loading.zh.md",
        "docs/publishing.md",
        "docs/publishing.zh.md",
        "docs/threat-model.md",
        "docs/threat-model.zh.md",
        "deploy/README.md",
        "deploy/README.zh.md",
        "docs/benchmark.md",
        "docs/benchmark.zh.md",
    ],
)
def test_links_between_documents_lead_somewhere(name):
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8")):
        assert (ROOT / name).parent.joinpath(target).exists(), target
