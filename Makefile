# The two commands of the README: `make serve` and `make test`. Both set up .venv on their own.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7878
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help serve build validate test test-all bench lint format lock clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

serve: build ## Set up, build and validate the graph, serve it on http://127.0.0.1:7878
	@$(BIN)/oncokg serve --release release --host $(HOST) --port $(PORT)

build: .venv/run.stamp ## Build the release from the curated records
	@$(BIN)/oncokg build --out release

validate: .venv/test.stamp ## Run shapes, rule queries and the reasoner over the records
	@$(BIN)/oncokg validate

test: .venv/test.stamp ## Set up and run the test suite
	@$(BIN)/python -m pytest -m "not stores and not thorough"

test-all: .venv/dev.stamp ## The same with every export checked by its own library, and other stores where they are installed
	@$(BIN)/python -m pytest

bench: .venv/dev.stamp ## Measure our server beside others (docs/benchmark.md); QUICK=1: the curated graph only
	@$(BIN)/python -m bench.run $(if $(QUICK),--quick)

lint: .venv/dev.stamp ## Linters and type checker
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: .venv/dev.stamp ## Format the Python code
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

lock: .venv/dev.stamp ## Compile the pinned requirements anew
	@$(BIN)/python requirements/compile.py

clean: ## Remove the environment and what was built
	rm -rf .venv release dist build

# One stamp an extra: run ⊂ test ⊂ dev. Every package is pinned with its hashes; --no-deps, because the lists are whole and
# pip 23 resolves an extra (coverage[toml]) to a version newer than its pin before it looks at the pin (pypa/pip#9644).
.venv/%.stamp: requirements/%.txt pyproject.toml | .venv/pip.stamp
	@echo "installing the packages of requirements/$*.txt (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/$*.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/pip.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "OncoKG needs Python 3.11 or newer, and '$(PYTHON)' is not: install one and run 'make PYTHON=python3.11 …'" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python has no venv module: on Debian or Ubuntu run 'sudo apt-get install python3-venv' and try again" >&2; exit 2; }
	@$(PYTHON) -m venv .venv
	@touch $@
