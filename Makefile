# Nothing to prepare: every target sets up what it needs (Python 3.11 or newer, git, make).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

python := .venv/bin/python
uv := .venv/bin/uv
uv_version := 0.13.9
as_root := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
sources := app tests alembic openapi
# The machine's Node if it has npm and is new enough for the contract's tools, else one from PyPI.
own_node := $(shell { node openapi/tools/node-fits.mjs && command -v npm; } >/dev/null 2>&1 || echo .venv-node/.ready)
with_node := $(if $(own_node),PATH="$(CURDIR)/.venv-node/bin:$$PATH")

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: .ready ## Set up the database with demonstration data and serve (args=... are passed on)
	@exec $(python) -m app.cli up $(args)

.PHONY: tour
tour: .ready ## Walk through one family's case over the API, step by step
	@exec $(python) -m app.cli tour $(args)

.PHONY: test
test: .ready .venv-fuzz/.ready ## Run the tests (args="tests/domain -x" for some of them)
	@$(python) -m pytest -n auto --dist worksteal $(args)

.PHONY: lint
lint: .ready ## Check format, style, types and import contracts
	.venv/bin/ruff format --check $(sources)
	.venv/bin/ruff check $(sources)
	.venv/bin/mypy app tests
	.venv/bin/lint-imports

.PHONY: check
check: lint .venv-fuzz/.ready ## Check everything: lint, every test, migration drift and contract drift
	@$(python) -m pytest -n auto --dist worksteal $(args)

.PHONY: contract
contract: .ready ## Write the contract, then hold it against each gate
	@$(python) -m app.cli export-contract
	@$(MAKE) --no-print-directory gates

.PHONY: gates
gates: .ready .venv-clients/.ready openapi/node_modules/.ready ## Lint the contract, mock it, drive typed clients
	@$(python) -m openapi.tools.gates

.PHONY: examples
examples: .ready ## Tell the stories again and write their answers into openapi/examples (look at the diff)
	@ASYSTA_EXAMPLES=record $(python) -m pytest -p no:randomly tests/promises/test_examples.py $(args)
	@$(MAKE) --no-print-directory contract

.PHONY: mock
mock: openapi/node_modules/.ready ## Answer from the contract alone, no server (args="--port 4010")
	@cd openapi && $(with_node) npm run --silent mock -- $(args)

.PHONY: fuzz
fuzz: .ready .venv-fuzz/.ready ## Fuzz the contract as each role (args="--role manager --examples 10")
	@$(python) -m tests.fuzz $(args)

.PHONY: mutants
mutants: .ready ## Take each protection of the rows away in turn: a test must turn red (args="--only family")
	@$(python) -m tests.mutations $(args)

.PHONY: bench
bench: .ready .venv-bench/.ready ## Measure against the floor and two peers (args="--rounds 3 --only R1,R2")
	@$(python) -m tests.bench $(args)

.PHONY: chaos
chaos: .ready ## Break things under load and count what is left (args="failover --seconds 20")
	@$(python) -m tests.chaos $(args)

.PHONY: format
format: .ready ## Put the sources into the house's format
	.venv/bin/ruff format $(sources)
	.venv/bin/ruff check --fix $(sources)

.PHONY: lock
lock: .ready ## Pin the dependencies anew (args=--upgrade for the newest)
	$(uv) pip compile --quiet --universal --generate-hashes --no-header $(args) \
		--group dev pyproject.toml --output-file requirements.lock
	$(uv) pip compile --quiet --universal --generate-hashes --no-header \
		--constraint requirements.lock pyproject.toml --output-file requirements-run.lock
	for group in fuzz node clients; do \
		$(uv) pip compile --quiet --universal --generate-hashes --no-header $(args) \
		--python-version 3.11 --group $$group --output-file requirements-$$group.lock; done
	$(uv) pip compile --quiet --universal --generate-hashes --no-header $(args) --python-version 3.11 \
		--constraint requirements.lock --group bench --output-file requirements-bench.lock

.PHONY: clean
clean: ## Remove everything that can be made again (the data in .data stays)
	rm -rf .venv .venv-* .ready openapi/node_modules openapi/generated
	rm -rf .coverage .coverage.* coverage.xml .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find $(sources) -name __pycache__ -prune -exec rm -rf {} +

# Bare Debian has neither pip nor the venv module: its package is installed if need be.
# A mirror that pip is set up to use is passed on to uv; if uv can't work, pip does it slowly.
.ready: requirements.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed (python3 --version).' >&2; exit 1; }
	@$(python) -m pip --version >/dev/null 2>&1 || { rm -rf .venv && python3 -m venv .venv; } \
		>/dev/null 2>&1 || { \
		echo 'Installing python3-venv ...' >&2; \
		$(as_root) apt-get update -qq >/dev/null && $(as_root) env DEBIAN_FRONTEND=noninteractive \
		apt-get install -qq -o Dpkg::Use-Pty=0 --no-install-recommends python3-venv >/dev/null || \
		{ echo 'Install the package python3-venv as root and try again.' >&2; exit 1; }; \
		rm -rf .venv; python3 -m venv .venv; }
	@echo 'Installing the dependencies ...' >&2
	@$(uv) --version 2>/dev/null | grep -q ' $(uv_version)' || \
		$(python) -m pip install --quiet --disable-pip-version-check uv==$(uv_version)
	@mirror=$$($(python) -m pip config get global.index-url 2>/dev/null || true); \
		[ -z "$$mirror" ] || export UV_DEFAULT_INDEX="$$mirror"; \
		$(uv) pip install --quiet --compile-bytecode --python $(python) --require-hashes -r requirements.lock || \
		$(python) -m pip install --quiet --require-hashes -r requirements.lock
	@$(python) -m compileall -q -j 0 app
	@touch .ready

# The fuzzer and the contract's tools have environments of their own: the product's tests never see
# what they bring along.
.venv-%/.ready: requirements-%.lock | .ready
	@echo 'Installing the tools of .venv-$* ...' >&2
	@[ -d .venv-$* ] || $(uv) venv --quiet --python $(python) .venv-$*
	@mirror=$$($(python) -m pip config get global.index-url 2>/dev/null || true); \
		[ -z "$$mirror" ] || export UV_DEFAULT_INDEX="$$mirror"; \
		$(uv) pip install --quiet --python .venv-$*/bin/python --require-hashes -r requirements-$*.lock
	@touch $@

openapi/node_modules/.ready: openapi/package-lock.json | $(own_node)
	@echo "Installing the contract's tools ..." >&2
	@cd openapi && $(with_node) npm ci --ignore-scripts --silent
	@touch $@
