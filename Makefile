# Everything a person or a CI machine does here. Needs GNU make 3.81 or newer, Python 3.11 or newer, and git.

VENV   := .venv
BIN    := $(VENV)/bin
PYTHON ?=

# Written last by .ci/install: without them what is in .venv is not taken for an installation.
RUN_READY := $(VENV)/ready-to-run
DEV_READY := $(VENV)/ready-to-develop

.PHONY: help install run test test-unit lint format docs check bench fuzz lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

install: $(RUN_READY) ## Make .venv with everything the service needs (PYTHON=… picks the interpreter)

run: $(RUN_READY) ## Start the whole service on this machine; Ctrl-C stops it
	@exec $(BIN)/consultant run

test: $(DEV_READY) ## Run all tests, installing the Debian packages that they need where that is allowed
	@bash .ci/install-debian-packages
	@exec $(BIN)/pytest --numprocesses 2 --dist loadfile

test-unit: $(DEV_READY) ## Run the quick tests only: no service, no socket
	@exec $(BIN)/pytest tests/unit tests/house

lint: $(DEV_READY) ## Check style, types and import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(DEV_READY) ## Put the code into its format
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

docs: $(RUN_READY) ## Write docs/settings.md from the settings themselves
	@$(BIN)/consultant settings > docs/settings.md

check: ## Run exactly what CI runs
	@exec bash .ci/run

bench: $(DEV_READY) ## Measure the service
	@$(BIN)/python -m tests.benchmarks.loop
	@$(BIN)/python -m tests.benchmarks.ingest
	@$(BIN)/python -m tests.benchmarks.letters
	@$(BIN)/python -m tests.benchmarks.reading
	@$(BIN)/python -m tests.benchmarks.reference
	@$(BIN)/python -m tests.benchmarks.search
	@$(BIN)/python -m tests.benchmarks.batch
	@$(BIN)/python -m tests.benchmarks.backlog
	@$(BIN)/python -m tests.benchmarks.drafting

fuzz: $(DEV_READY) ## Read 100,000 damaged mails
	@$(BIN)/python -m tests.corpora.fuzz_mail

lock: ## Renew the three lock files from pyproject.toml
	@exec bash .ci/lock

clean: ## Remove .venv and caches; var/, where the mail is, stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.lock pyproject.toml $(BIN)/python
	@PYTHON='$(PYTHON)' sh .ci/install requirements.lock $@

$(DEV_READY): requirements-dev.lock pyproject.toml $(BIN)/python
	@PYTHON='$(PYTHON)' sh .ci/install requirements-dev.lock $@ $(RUN_READY)

# No recipe: where the interpreter has gone (never made, or upgraded away), whatever needs it is made again.
$(BIN)/python:
