# Every target does what it needs first; none asks a question. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_STAMP := $(VENV)/.run-installed
DEV_STAMP := $(VENV)/.dev-installed
TOOLS := tests/looks/tools
TOOLS_STAMP := $(TOOLS)/node_modules/.package-lock.json
WORKERS ?= 2

# Where the shell forbids Python to keep what it compiled, each of the servers that tests start would compile it anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup demo tools test sweep lint bench shots icons clean lock

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

# uv installs the locked files in seconds; where it cannot (a mirror that only pip is told of), pip does the same.
# The locks are complete, so there is nothing to resolve.
define install
$(PIP) install --no-deps --require-hashes -r requirements/uv.txt && \
$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --require-hashes -r $(1) 2>/dev/null || \
$(PIP) install --no-deps --require-hashes -r $(1)
endef

$(RUN_STAMP): requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(call install,requirements/run.txt)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements/dev.txt
	@$(call install,requirements/dev.txt)
	@touch $@

setup: $(RUN_STAMP) ## virtual environment with pinned dependencies

demo: setup ## a believable community on an embedded database, served (PORT=8000)
	@$(BIN)/council demo $(if $(PORT),--port $(PORT))

# What no Python package brings: a browser, a font, Java, npm (tests/browser.py), then the checkers of pages.
tools: $(DEV_STAMP)
	@$(BIN)/python -m tests.browser
	@$(MAKE) --no-print-directory $(TOOLS_STAMP)

$(TOOLS_STAMP): $(TOOLS)/package.json $(TOOLS)/package-lock.json
	@cd $(TOOLS) && npm ci --silent
	@touch $@

lint: $(DEV_STAMP) ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: tools ## everything: lint, both databases, browser journeys, every page's looks
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

sweep: tools ## every page in every combination of language, colours, letters, width; the large vote under each rule
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/looks tests/journeys/test_four_hundred_homes.py --every-view

bench: $(DEV_STAMP) ## ratios to yardsticks
	@$(BIN)/python -m bench

shots: $(DEV_STAMP) ## the README's picture, from a journey of the tests
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m pytest tests/journeys/test_pictures.py --keep-picture

icons: $(DEV_STAMP) ## the installed application's pictures, from static/mark.svg
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m tests.icons

lock: $(DEV_STAMP) ## pin the dependencies of pyproject.toml again, with hashes
	@echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" -o requirements/uv.txt -
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --extra build -o requirements/run.txt pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --extra build --extra dev -o requirements/dev.txt pyproject.toml

clean: ## remove what the other targets made, the demo's data too
	rm -rf $(VENV) $(TOOLS)/node_modules build demo-data .pytest_cache .mypy_cache .ruff_cache .hypothesis
