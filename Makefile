.PHONY: help setup check docs

help:    ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST)

setup:   ## environment as locked, and the commit hooks
	python3 -m venv .venv
	.venv/bin/pip install $(if $(wildcard constraints.txt),-c constraints.txt) -e ".[test,dev]"
	.venv/bin/pre-commit install

check:   ## everything that must hold
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest
	$(MAKE) docs

docs:    ## the site, into site/
	PATH="$(CURDIR)/.venv/bin:$$PATH" bash docs/build
