# Two commands matter: `make run` opens perfkata, `make test` passes its tests. Both set
# everything up first, in .venv, and at once the second time. PYTHON=… chooses the
# interpreter, 3.11 or newer.

BIN := .venv/bin
export PYTHON

.PHONY: help setup run test readme constraints bench mutants soak

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

setup: ## make .venv with everything in it
	@scripts/setup

run: setup ## open perfkata
	@$(BIN)/perfkata

test: setup ## lint, types, and every test
	@echo "ruff"
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --check --quiet .
	@echo "mypy"
	@$(BIN)/python -m mypy --no-error-summary
	@$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report term

readme: setup ## write the generated parts of README.md and docs again
	@PERFKATA_RECORD=1 $(BIN)/python -m pytest -q -k generated tests/test_documentation.py

constraints: setup ## pin the newest versions of all packages in constraints.txt
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(BIN)/python -m venv "$$folder" && \
	"$$folder/bin/pip" install --quiet '.[dev]' && \
	"$$folder/bin/pip" freeze --all --exclude pip --exclude perfkata >"$$folder/pins" && \
	{ sed -n '/^#/p' constraints.txt; cat "$$folder/pins"; } >"$$folder/new" && \
	cp "$$folder/new" constraints.txt

bench: setup ## speed, alone on the machine; most of an hour
	@$(BIN)/perfkata check --bars
	@$(BIN)/python -m benchmarks

mutants: setup ## break the judge on purpose and count what the tests notice
	@$(BIN)/python -m benchmarks.mutants

soak: setup ## the contract of every question on 200 seeds
	@$(BIN)/perfkata check --seeds 200
