"""schemathesis asks the real server for what its OpenAPI document describes, rightly and wrongly."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from live_server import HERE, LiveServer

# What the data are for a parameter of type iri is not in the document, nor that lang is read leniently, nor the method
# QUERY, which OpenAPI 3.1 has no place for: so nothing is checked about what is accepted.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
SECONDS = 45


@pytest.mark.skipif(
    importlib.util.find_spec("schemathesis") is None,
    reason="the interop extra is not installed: schemathesis is missing",
)
def test_nothing_that_the_document_describes_fails(tmp_path: Path) -> None:
    with LiveServer(deadline=2, result_bytes=200_000, page_bytes=100_000) as server:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json"),
            *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
            *("--generation-deterministic", "--max-examples", "20", "--max-time", str(SECONDS)),
            *("--continue-on-failure", "--no-color", "--warnings", "off"),
        ]
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE / "fuzzing")}
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=2 * SECONDS, cwd=tmp_path, env=environment, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "generated" in ran.stdout
