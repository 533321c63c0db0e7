# Every chore is one command; `make help` lists them. Only Python 3.11 and make are needed to start.

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3 2>/dev/null))
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# uv is taken from the machine, or brought in with pip beside the environment that it fills.
UV     := $(shell command -v uv 2>/dev/null || echo $(VENV)/uv/bin/uv)
TESTS  ?= tests
SHELL  := /bin/bash

.DEFAULT_GOAL := help
.PHONY: help install refresh test check quick lint format dbt ui bench lock clean

help: ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## install everything into .venv, as locked

refresh: $(STAMP) ## land the sample plants, compute every month and year, write packages to exports/
	@$(BIN)/python -m orchestration.sample_refresh

# Python's checks keep one core and those of the models hardly two, so they run beside each other. Then in the order of
# the folders: whole refreshes first, many quick files last, so that both workers end together.
test: $(STAMP) ## every check and test
	@$(MAKE) --no-print-directory --jobs=2 lint dbt
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

check: $(STAMP) ## what a change needs before it is shown: lint, types, quick tests without properties; under a minute
	@$(MAKE) --no-print-directory --jobs=2 lint quick

# A part of `check`.
quick: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not hypothesis" tests/unit

lint: $(STAMP) ## style and types of Python
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP) ## rewrite Python in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

dbt: $(STAMP) ## parse the models, build them empty, run their unit tests, lint their SQL
	$(BIN)/python -m orchestration.dbt_tests

ui: $(STAMP) ## open the Dagster UI on http://localhost:3000
	@$(BIN)/python -m orchestration.ui

bench: $(STAMP) ## print the numbers of docs/benchmarks.md
	$(BIN)/python -m bench

lock: $(UV) ## resolve the dependencies again and write both lock files
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 requirements.in pyproject.toml --extra connectors -o requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 requirements-dev.in -o requirements-dev.lock

clean: ## remove computed state and caches; evidence in var/ goes too
	rm -rf var dbt_project/target dbt_project/logs .pytest_cache .mypy_cache .ruff_cache
	find exports -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

$(STAMP): requirements.lock requirements-dev.lock pyproject.toml | $(UV)
	@echo "Installing into $(VENV); the first time this takes a minute or two."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python requirements.lock requirements-dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/uv/bin/uv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $(VENV)/uv uv
