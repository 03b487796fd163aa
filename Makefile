# `make help` lists what there is.
SHELL := /bin/sh
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help

.PHONY: help
help: ## List targets and variables
	@echo "targets:"
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'
	@echo "variables:"
	@sed -n 's/^\([A-Z][A-Z_]*\) *?=\([^#]*\)## \(.*\)/  \1|\3 (default:\2)/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

.PHONY: setup
setup: ## Make .venv and .blender from the pinned requirements
	@setup/setup.sh

.PHONY: setup-dev
setup-dev: ## The same, with what tests and checks need
	@setup/setup.sh --dev

.PHONY: lock
lock: ## Pin requirements/*.in anew, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "lock: needs uv; install it, e.g. pipx install uv" >&2; exit 2; }
	@for set in run dev; do \
	  uv pip compile --quiet --no-header --no-emit-index-url --generate-hashes --python-version 3.11 \
	    requirements/$$set.in -o requirements/$$set.txt || exit 1; \
	done

.PHONY: clean
clean: ## Remove the environment and caches (what was rendered stays)
	rm -rf .venv .blender .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
