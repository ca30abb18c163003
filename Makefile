# `make help` lists what there is. Everything installs into .venv, once; a change of the pins installs again.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

# Only the tests and the tools of a developer need requirements-dev.txt; it holds the pins of requirements.txt too.
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo test chaos mutants rehearse check format bench docs lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(RUNTIME) ## start the shop; without a TOKEN, the demo
	@exec $(BIN)/python run.py $(ARGS)

demo: $(RUNTIME) ## start the demo, whatever TOKEN says
	@exec $(BIN)/python run.py --demo $(ARGS)

test: check ## check, then run all tests beside private servers; ARGS="-k cart" picks some
	@exec $(BIN)/python -m tests.servers pytest $(ARGS)

chaos: $(DEVELOPMENT) ## let it rain: deaths, races and the state machine, for long; ARGS="--only races" picks steps
	@exec $(BIN)/python -m tests.chaos $(ARGS)

mutants: $(DEVELOPMENT) ## how much of what handles money the tests look at; ARGS="--only bonus" picks modules
	@exec $(BIN)/python -m tests.servers python -m tests.mutants $(ARGS)

rehearse: $(DEVELOPMENT) ## install the shop in a bare Debian tree, and remove it again; root, ten minutes
	@PYTHON=$(abspath $(BIN)/python) exec bash tests/install/rehearse.sh $(ARGS)

check: $(DEVELOPMENT) ## lint, format and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: $(DEVELOPMENT) ## put the code in form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: $(DEVELOPMENT) ## run the benchmark suite beside private servers
	@exec $(BIN)/python -m tests.servers python -m bench $(ARGS)

docs: $(DEVELOPMENT) ## write docs/cli.md and the man page anew from the commands
	@$(BIN)/python -m bot.cli.manual

lock: $(DEVELOPMENT) ## pin anew what requirements*.in ask for; ARGS=--upgrade takes newer versions
	@$(LOCK) $(ARGS) requirements.in --output-file requirements.txt
	@$(LOCK) $(ARGS) requirements-dev.in --output-file requirements-dev.txt

clean: ## remove the environment and every cache; never data/ or logs/
	@rm -rf $(VENV) .servers .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing what the shop needs (about half a minute, once) ..."
	@$(PIP) install --quiet --require-hashes -r $<
	@touch $@

$(DEVELOPMENT): requirements-dev.txt | $(BIN)/python
	@echo "Installing what the tests need (about a minute, once) ..."
	@$(PIP) install --quiet --require-hashes -r $<
	@touch $@ $(RUNTIME)

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "The shop needs Python 3.11 or newer: install it, or name one with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The shop needs Python 3.11 or newer; $(PYTHON) is older: name another with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv: install it (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
