# Every target makes its own virtual environment, anew only when pyproject.toml has changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.installed-runtime
TOOLS := $(VENV)/.installed-tools

.DEFAULT_GOAL := help
.PHONY: help demo test lint types contracts check docs assets screenshots bench record clean

help:
	@echo "make demo       audit the sample tenant; no network, no sign-in"
	@echo "make test       run the tests with branch coverage"
	@echo "make lint       ruff: rules and format"
	@echo "make types      mypy, strict"
	@echo "make contracts  the import direction"
	@echo "make check      all of these but the demo"
	@echo "make docs       renew the generated pages: rules, options"
	@echo "make bench      measure, and write docs/performance.md"
	@echo "make assets     fetch the HTML report's layout library anew, by npm"
	@echo "make screenshots make the pictures of the HTML report; needs Chromium"
	@echo "make record     record the cassettes anew, from the sandbox"
	@echo "make clean      remove what these made"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(TOOLS): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev,fix,send,history,postgres]'
	touch $(RUNTIME) $@

# Codes 0, 1 and 4 are the program's answers, not its failures.
demo: $(RUNTIME)
	@$(BIN)/auditor demo; code=$$?; \
	case $$code in \
	0) echo "exit code 0: audited completely, nothing at or above the gate" ;; \
	1) echo "exit code 1: findings at or above the gate, as the sample tenant is meant to have" ;; \
	4) echo "exit code 4: nothing at or above the gate, but something could not be read" ;; \
	*) exit $$code ;; \
	esac

test: $(TOOLS)
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --cov --cov-branch

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/mypy

contracts: $(TOOLS)
	PYTHONPATH=.:rules:reports $(BIN)/lint-imports

check: lint types contracts test

record: $(TOOLS)
	PYTHONPATH=.:rules:reports $(BIN)/python -m tests.collect.record
	PYTHONPATH=.:rules:reports $(BIN)/python -m tests.collect.conformance
	PYTHONPATH=.:rules:reports $(BIN)/python -m tests.fix.guided.tapes
	PYTHONPATH=.:rules:reports $(BIN)/python -m tests.fix.tapes

assets: $(TOOLS)
	$(BIN)/python -m tests.reports.renew_layout

screenshots: $(TOOLS)
	PYTHONPATH=.:rules:reports $(BIN)/python -m tests.reports.screenshots

docs: $(TOOLS)
	$(BIN)/python -m tests.meta.docs

bench: $(TOOLS)
	$(BIN)/python -m benchmarks --write

clean:
	rm -rf $(VENV) dist build .coverage htmlcov .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
