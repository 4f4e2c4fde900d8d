"""Imports run one way (DESIGN section 5): the contracts stand in pyproject.toml."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(kg.__path__, "kg.") if not module.name.endswith("__main__")
)


def test_the_import_contracts_hold():
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


@pytest.mark.parametrize("name", MODULES)
def test_all_is_sorted_and_can_be_imported(name):
    module = importlib.import_module(name)
    names = getattr(module, "__all__", None)
    if names is None:
        assert not [
            line
            for line in Path(module.__file__).read_text(encoding="utf-8").splitlines()
            if line.startswith(("def ", "class "))
        ]
        return
    assert list(names) == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name)), (
        "as ruff sorts it"
    )
    assert all(hasattr(module, name) for name in names)


@pytest.mark.parametrize("path", sorted(ROOT.glob("kg/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("word", ["util", "helper", "common", "manager", "base", "misc"])
def test_no_module_is_named_for_nothing(word):
    assert not [name for name in MODULES if word in name.rpartition(".")[2]]
