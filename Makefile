# One command for each thing to do; `make` alone lists them. Needs Python 3.11 or newer, nothing else.
# A locked package set is installed once into .venv; after that the targets need no network.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

BIN := .venv/bin
PACKAGES := $(wildcard workshop polls breakouts reflection)
# Types are for the product; tests and benchmarks say what they mean by running.
TYPED_FILES := $(PACKAGES) $(wildcard manage.py tests/services.py tests/run)
TEMPLATES = $(shell git ls-files --cached --others --exclude-standard '*.html')

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: base ## start Plenary with a demonstration workshop on port 8000
	@exec $(BIN)/python manage.py demo

.PHONY: test
test: dev ## all tests, with a real PostgreSQL, Redis and browser; ARGS='-k name' goes to pytest
	@$(BIN)/python tests/run -- $(ARGS)

.PHONY: faults soak fuzz
faults: dev ## tests that kill, restart, freeze and cut; writes docs/reliability.md
	@FAULTS_TABLE=1 $(BIN)/python tests/run faults -- -s $(ARGS)

soak: dev ## twenty minutes of churn in which nothing may grow (SOAK_MINUTES=3 for three); writes docs/soak.md
	@$(BIN)/python tests/run soak -- $(ARGS)

fuzz: dev ## random and hostile input, as much as there is time for (FUZZ_SHARE=0.1 for a tenth); writes docs/fuzz.md
	@$(BIN)/python tests/run fuzz -- $(ARGS)

.PHONY: bench
bench: dev ## measure speed and capacity (10 minutes); writes docs/benchmarks.md; ARGS='fanout votes' for some
	@$(BIN)/python benchmarks/report.py $(ARGS)

.PHONY: stack
stack: dev ## the services of docker-compose.yml without Docker: web processes, nginx, PostgreSQL, Redis
	@exec $(BIN)/python -m tests.stack $(ARGS)

.PHONY: shots
shots: dev ## screenshots of every page and state into data/shots; ARGS='learner-poll screen' for some
	@$(BIN)/python -m tests.shots $(ARGS)

# Each check is a target of its own, so that `make -k lint` tells all faults at once.
.PHONY: lint
lint: lint-ruff lint-format lint-types lint-templates lint-security lint-layers lint-migrations lint-deploy lint-compose lint-files ## everything that can be checked without running tests

.PHONY: lint-ruff lint-format lint-types lint-templates lint-security lint-layers lint-migrations lint-deploy lint-compose lint-files
lint-types lint-migrations lint-deploy messages: export SECRET_KEY := only-for-the-checks-0123456789abcdefghijklmnopqrstuvwxyz
lint-types lint-migrations lint-deploy messages: export DATABASE_URL := sqlite://:memory:
lint-deploy: export PUBLIC_URL := https://plenary.example

lint-ruff: dev
	@$(BIN)/ruff check --quiet .

lint-format: dev
	@$(BIN)/ruff format --quiet --check . || { echo "unformatted files: $(BIN)/ruff format ."; exit 1; }

lint-types: dev
	@$(BIN)/mypy --scripts-are-modules $(TYPED_FILES)

lint-templates: dev
	@$(if $(TEMPLATES),$(BIN)/djade --check --target-version 5.2 $(TEMPLATES))

lint-security: dev
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(PACKAGES) $(wildcard manage.py)

lint-layers: dev
	@$(BIN)/lint-imports --no-logo

lint-migrations: dev
	@$(BIN)/python manage.py makemigrations --check --dry-run

lint-deploy: dev
	@$(BIN)/python manage.py check --deploy --fail-level ERROR

# The schema is in the package: no network.
lint-compose: dev
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml

lint-files:
	@.ci/check-files

.PHONY: format
format: dev ## put Python and templates in the house's form
	@$(BIN)/ruff check --quiet --fix --exit-zero .
	@$(BIN)/ruff format --quiet .
	@$(if $(TEMPLATES),$(BIN)/djade --target-version 5.2 $(TEMPLATES) || true)

.PHONY: lock
lock: ## write the locked package sets anew from pyproject.toml; ARGS=--upgrade for newer versions
	@requirements/install.sh dev
	@requirements/lock.sh $(ARGS)

# Catalogues name files, neither lines nor days, so that they change with their sentences alone. The compiled ones are
# committed too: running needs no gettext.
COLLECTED := --all --no-obsolete --add-location file $(addprefix --ignore=,.venv .venv-* frontend data tests benchmarks)

.PHONY: messages
messages: base ## collect and compile the translations (needs gettext)
	@command -v msgfmt >/dev/null || { echo "plenary: needs gettext: apt install gettext" >&2; exit 1; }
	@$(BIN)/python manage.py makemessages $(COLLECTED)
	@$(BIN)/python manage.py makemessages $(COLLECTED) --domain djangojs --ignore=vendor
	@sed -i '/^"POT-Creation-Date:/d' locale/*/LC_MESSAGES/*.po
	@$(BIN)/python manage.py compilemessages --ignore=.venv

# Browsers get a few small files in place of many; they are committed too: running needs no Node. No kinds but our own.
.PHONY: frontend
frontend: base frontend/node_modules ## make the files for browsers after a change of a module or style sheet (needs Node 20 and npm)
	@EXTRA_APPS= SECRET_KEY=only-for-the-build-0123456789abcdefghijklmnopqrstuvwxyz DATABASE_URL=sqlite://:memory: \
		$(BIN)/python manage.py bundles | node frontend/build.mjs

frontend/node_modules: frontend/package-lock.json
	@cd frontend && npm ci --silent --no-audit --no-fund && touch node_modules

.PHONY: clean
clean: ## remove what tools made; .venv and all data stay
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

.PHONY: base dev
base:
	@requirements/install.sh base
dev:
	@requirements/install.sh dev
