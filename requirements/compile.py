"""Compile the pinned requirements: run.txt ⊂ test.txt ⊂ dev.txt, for every platform, with hashes and no index host."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
EXTRAS: dict[str, list[str]] = {"run": [], "test": ["--extra", "test"], "dev": ["--extra", "dev"]}


def main() -> None:
    """Write the three files, the larger ones constrained by none but the same resolution."""
    for name, extra in EXTRAS.items():
        command = [
            sys.executable, "-m", "uv", "pip", "compile", "--universal", "--generate-hashes",
            "--python-version", "3.11", "--quiet",
            "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", *extra,
            "--output-file", str(HERE / f"{name}.txt"), "pyproject.toml", str(HERE / "build.in"),
        ]  # fmt: skip
        subprocess.run(command, cwd=HERE.parent, check=True)


if __name__ == "__main__":
    main()
