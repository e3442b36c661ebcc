# Everything a newcomer needs. Paths are relative: the checkout may lie in a directory with spaces.
#   make demo [PORT=8080] [ARGS=...]     starts the centre with people and callers to try it
#   make test [ARGS=...]                 all tests, against a real PostgreSQL and a real browser

ARGS ?=
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# Bytecode is compiled at set-up, so that the first start doesn't have to.
INSTALL := $(UV) pip install --quiet --python $(PY) --compile-bytecode
# A stamp is touched when its step has succeeded; a second run finds it newer than its sources and does nothing.
RUN := $(VENV)/.stamp-run
DEV := $(VENV)/.stamp-dev
UI := agents_ui/dist/.stamp
CHROMIUM := $(VENV)/.stamp-chromium
UI_SOURCES := $(shell find agents_ui -path agents_ui/node_modules -prune -o -path agents_ui/dist -prune -o -type f -print 2>/dev/null | grep -v ' ')

# Package managers keep caches at home; who has none (a service user) gets one here.
ifeq ($(shell test -n "$$HOME" && test -d "$$HOME" && test -w "$$HOME" && echo yes),)
export HOME := $(CURDIR)/$(VENV)/home
endif
export UV_LINK_MODE ?= copy
# Behind a company's proxy the system's certificates are the ones that count.
export UV_SYSTEM_CERTS ?= 1

.PHONY: help demo test check simulate storm bugs bench fresh ui pictures package lock clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:
	@echo "make demo     start the contact centre on http://127.0.0.1:8080 (PORT=9000, ARGS=--agents=40)"
	@echo "make test     all tests (ARGS='-k journey'; ARGS=--long: also what takes minutes more)"
	@echo "make check    style, types and the architecture's arrows"
	@echo "make simulate live a whole day of a centre in seconds (ARGS='monday-morning --report monday.html')"
	@echo "make storm    thousands of random days on all cores (ARGS='--seeds 5000 --seconds 600')"
	@echo "make bugs     plant one bug after the other: do random days find them? (ARGS=NAME)"
	@echo "make bench    all benchmarks; refreshes docs/benchmarks.md"
	@echo "make fresh    what a newcomer does: clone, make demo, and again (ARGS=--test: make test too)"
	@echo "make ui       build the agents' screens"
	@echo "make package  an sdist and a wheel in dist/"
	@echo "make lock     resolve the dependencies of pyproject.toml anew"
	@echo "make clean    remove what was installed and built; the data in .data stays"

demo: $(RUN) $(UI)
	@exec $(PY) -m callcenter demo $(ARGS)

# What pytest and the services it starts compile is kept, even where that is switched off: seconds for each process.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(DEV) $(UI) $(CHROMIUM)
	cd agents_ui && ../tools/npm run --silent test -- --passWithNoTests
	$(PY) -m pytest -q -n 2 --dist worksteal $(ARGS)

check: $(DEV)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -q tests/test_architecture.py

simulate: $(RUN)
	@$(PY) -m callcenter simulate $(ARGS)

storm: $(RUN)
	@$(PY) -m callcenter.simulate.storm $(ARGS)

bugs: $(RUN)
	@$(PY) -m callcenter.simulate.bugs $(ARGS)

bench: $(DEV) $(UI) $(CHROMIUM)
	$(PY) -m benchmarks

fresh:
	@tools/fresh_clone $(ARGS)

ui: $(UI)

pictures: $(DEV) $(UI) $(CHROMIUM)
	$(PY) tools/pictures.py

package: $(DEV) $(UI)
	$(UV) build --quiet --python $(PY) --out-dir dist
	@ls dist

lock: $(UV)
	$(UV) pip compile --quiet --universal --no-annotate --no-header --no-emit-index-url --python-version 3.11 \
		pyproject.toml --output-file requirements.lock
	$(UV) pip compile --quiet --universal --no-annotate --no-header --no-emit-index-url --python-version 3.11 \
		--extra dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) agents_ui/node_modules agents_ui/dist dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV): tools/make_venv
	@tools/make_venv $(VENV)

$(RUN): requirements.lock pyproject.toml $(UV)
	@echo "Installing the Python packages"
	@$(INSTALL) --requirement requirements.lock
	@$(INSTALL) --no-deps --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@echo "Installing the tools for development"
	@$(INSTALL) --requirement requirements-dev.lock
	@touch $@

agents_ui/node_modules/.stamp: agents_ui/package.json agents_ui/package-lock.json tools/npm $(RUN)
	@echo "Installing the packages of the screens"
	@cd agents_ui && ../tools/npm ci --no-audit --no-fund --silent
	@touch $@

$(UI): $(UI_SOURCES) agents_ui/node_modules/.stamp
	@echo "Building the screens"
	@cd agents_ui && ../tools/npm run --silent build
	@touch $@

$(CHROMIUM): tests/browser/chromium.py tools/npm $(DEV)
	@$(PY) tests/browser/chromium.py --install
	@touch $@
