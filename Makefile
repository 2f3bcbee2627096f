# Every target does what it needs first; none asks a question. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_STAMP := $(VENV)/.run-installed
DEV_STAMP := $(VENV)/.dev-installed
WORKERS ?= 2

.PHONY: help setup demo test lint bench shots clean lock

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(RUN_STAMP): requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-deps --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements/dev.txt
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(RUN_STAMP) ## virtual environment with pinned dependencies

demo: setup ## a believable community on an embedded database, served
	@$(BIN)/council demo

lint: $(DEV_STAMP) ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: $(DEV_STAMP) ## everything: lint, both databases, browser journeys
	@$(BIN)/python -m tests.browser
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n $(WORKERS)

bench: $(DEV_STAMP) ## ratios to yardsticks
	@$(BIN)/python -m bench

shots: $(DEV_STAMP) ## the README's pictures, from the demo
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m docs.shots

lock: $(DEV_STAMP) ## pin the dependencies of pyproject.toml again, with hashes
	@$(BIN)/python -m pip --quiet install uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --extra build -o requirements/run.txt pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --extra build --extra dev -o requirements/dev.txt pyproject.toml

clean: ## remove what the other targets made, the demo's data too
	rm -rf $(VENV) build demo-data .pytest_cache .mypy_cache .ruff_cache .hypothesis
