# The whole of daily work. `make help` says what each target does.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# What render.yaml and the Dockerfile set, too: memory stays flat, and nothing may rely on `assert`.
SERVICE_ENVIRONMENT := MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=65536 PYTHONOPTIMIZE=1 PYTHONUNBUFFERED=1

.DEFAULT_GOAL := help
.PHONY: help setup setup-all run test lint bench bench-blip blip lock vendor chromium clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.service vendor ## Install what the web service and the analysis need (no torch)

setup-all: setup $(VENV)/.test $(VENV)/.blip chromium ## Also install what tests and benchmarks need

run: setup ## Start the service on 127.0.0.1:$PORT (10000), with SQLite and no key
	@$(SERVICE_ENVIRONMENT) $(BIN)/gunicorn -c gunicorn.conf.py app:app

test: setup-all lint ## Run all checks; all tests on SQLite, then on PostgreSQL what touches a database
	@$(PYTEST) $(PYTEST_ARGS)
	@$(PYTEST) --database=postgresql $(PYTEST_ARGS) || [ $$? -eq 5 ]

# 5: none of the chosen tests touches a database. Two processes, each file in one of them: a file's fixtures are made once, and its tests keep their order.
PYTEST := $(BIN)/pytest -n 2 --dist loadfile

lint: $(VENV)/.test $(VENV)/.blip ## Check style, types and house rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: setup-all ## Measure speed and memory into benchmarks/RESULTS.md (needs root for hard limits)
	@$(BIN)/python -m benchmarks

MODEL ?= Salesforce/blip-image-captioning-base

blip: setup $(VENV)/.blip ## Prepare the captioning model: make blip MODEL=hub-id-or-folder
	@$(BIN)/flask blip prepare "$(MODEL)"

bench-blip: setup $(VENV)/.blip ## Measure the captioner against transformers, with random weights of full size
	@$(BIN)/python -m benchmarks.blip

lock: $(VENV)/.test ## Pin all dependencies anew
	@$(BIN)/python -m pip install --quiet uv
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) -c requirements.txt --extra test pyproject.toml -o requirements-test.txt
	@rm -f requirements-blip.txt # Else its "torch==2.13.0" is preferred to the CPU build, and brings CUDA along.
	@UV_FIND_LINKS="$$PIP_FIND_LINKS" $(LOCK:--generate-hashes=) -c requirements.txt --extra blip pyproject.toml -o requirements-blip.txt
	@sed -i 's/^torch==\([0-9.]*\)+cpu/torch==\1/; /^--find-links/d' requirements-blip.txt

LOCK = $(BIN)/uv pip compile --quiet --python-version 3.11 --no-emit-index-url --no-strip-extras \
	--no-annotate --no-header --generate-hashes

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	|| { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.service: requirements.txt $(VENV)/bin/python
	@echo "Installing the service (about a minute)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.service
	@echo "Installing what tests need"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

$(VENV)/.blip: requirements-blip.txt $(VENV)/.service
	@echo "Installing torch and transformers (only to prepare and to compare; 1 GB, some minutes)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-blip.txt
	@touch $@

vendor: static/vendor/.fetched ## Fetch the front-end files from npm

static/vendor/.fetched: package-lock.json
	@npm ci --silent --no-fund --no-audit && npm run --silent vendor && touch $@ \
	|| echo "npm is not here or failed: pages will work without their JavaScript"

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	{ echo "Installing chromium for the browser tests"; $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium; }

clean: ## Remove everything that make has installed
	@rm -rf $(VENV) node_modules static/vendor build
