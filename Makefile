# `make` lists the targets.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-ray check format schemas record notebook bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/base ## read the five seed articles from cassettes, print the meetings, leave the results in out/
	@echo "Reading the five articles in seeds/, the model's replies replayed from cassettes/ (no key, no network)"
	@rm -rf out
	@$(BIN)/extractor run seeds --out out --model openai/desk-llm --replay cassettes
	@echo "Look at one: .venv/bin/extractor show 003_4a4f9f7d01dcf72d"

test: .venv/dev ## run the tests, network blocked
	@echo "Running the tests with the network blocked; loopback servers are allowed"
	$(BIN)/pytest -q -m "not slow"

test-all: .venv/dev ## run the tests with the slow ones: packaging, fresh environments
	$(BIN)/pytest -q

test-ray: .venv/dev ## install Ray (half a gigabyte) and run its test
	$(PIP) --editable '.[ray]'
	$(BIN)/pytest -q -o addopts="" tests/test_ray.py

check: .venv/dev ## lint, types, layers, schema drift, the gate on the seeds' scores, and the slow tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/extractor schema --check --out schemas
	rm -rf build/seeds
	$(BIN)/extractor run seeds --out build/seeds --model openai/desk-llm --replay cassettes > /dev/null
	$(BIN)/extractor eval --gold tests/gold --pred build/seeds --gate tests/gold-floors.json
	$(BIN)/pytest -q -m slow

format: .venv/dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schemas: .venv/dev ## write schemas/ from the models
	$(BIN)/extractor schema --out schemas

record: .venv/base ## record cassettes/ anew with your provider: make record MODEL=openai/gpt-5-mini
	@test -n "$(MODEL)" || { echo "Name the model: make record MODEL=openai/gpt-5-mini [BASE_URL=...]"; exit 2; }
	rm -rf out
	$(BIN)/extractor run seeds --out out --model $(MODEL) $(if $(BASE_URL),--base-url $(BASE_URL)) --record cassettes

notebook: .venv/dev ## execute the example notebook anew
	cd examples && ../$(BIN)/jupyter execute --inplace reading.ipynb

bench: .venv/dev ## run the benchmarks; see benchmarks/README.md
	$(BIN)/python benchmarks/grounding.py
	$(BIN)/python benchmarks/overhead.py
	$(BIN)/python benchmarks/evaluation.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/near.py
	$(BIN)/python benchmarks/batch.py
	$(BIN)/python benchmarks/rules.py
	$(BIN)/python benchmarks/rules_scores.py
	$(BIN)/python benchmarks/linking.py
	$(BIN)/python benchmarks/report.py

clean: ## remove the environment and what was built
	rm -rf .venv out build dist

.venv/bin/python:
	@echo "Creating .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv .venv

.venv/base: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing the library into .venv (once; about half a minute)"
	@$(PIP) --editable .
	@touch .venv/base

.venv/dev: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing the library and its development tools into .venv (once; about a minute)"
	@$(PIP) --editable '.[dev]'
	@touch .venv/dev .venv/base
