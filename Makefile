# Everything a person does with this checkout. `make help` lists it.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin

# Containers often set it. The tests start Python hundreds of times, and each would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo check test bench docs connector lock

help: ## list what make can do here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what developing needs into .venv, and a browser for the tests
	@$(PYTHON) tools/setup.py dev
	@$(BIN)/python -m tools.browser
	@$(BIN)/python -m tools.node

demo: ## a sample medspa on this machine; ARGS="--at 2026-05-26T21:47" and the like are passed on
	@$(PYTHON) tools/setup.py run
	@exec $(BIN)/frontdesk demo $(ARGS)

check: ## formatting, lint, types, the one direction of imports, our own rules, the docs' links
	@$(PYTHON) tools/setup.py dev
	@$(BIN)/python -m tools.check

test: setup ## every test, those in real time first; ARGS="tests/scheduling -k autumn" picks some
	@$(if $(ARGS),,$(BIN)/pytest --numprocesses=2 -m realtime tests/voice || \
	    { echo "A call in real time fails where the machine is busy: those that failed, once more, with nothing beside."; \
	      $(BIN)/pytest --numprocesses=0 --last-failed -m realtime tests/voice; })
	@exec $(BIN)/pytest $(ARGS)

bench: ## the measurements of benchmarks/, on this machine
	@$(PYTHON) tools/setup.py dev
	@exec $(BIN)/python -m tools.bench $(ARGS)

docs: ## check the docs' links and names of files, and write them as pages to build/docs
	@$(PYTHON) tools/setup.py dev
	@exec $(BIN)/python -m tools.docs

connector: ## copy the skeleton of a connector: make connector name=acme
	@$(PYTHON) tools/setup.py dev
	@exec $(BIN)/python -m tools.connector "$(name)"

lock: ## choose the newest versions that fit pyproject.toml, and pin them in requirements/
	@$(PYTHON) tools/setup.py dev
	@exec $(BIN)/python -m tools.lock
