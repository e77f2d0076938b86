# make demo    search the sample archive at http://127.0.0.1:8000 (PORT=, PRESSMARK_HOME=)
# make test    every check and every test
# make check   types, style, import rule
# make extraction-score, relevance-score, bench, bench-adding, bench-fresh, bench-marks, bench-peers
#              what tests/bench/ measures; ARGS= is handed on, --help says what there is;
#              make extraction-peers installs what extraction is measured beside
# make crash   kill, fill, flip and load everything, for hours
# make lock    pin the requirements anew, with hashes
.PHONY: demo test check lock clean crash extraction-peers extraction-score relevance-score bench bench-adding bench-fresh bench-marks bench-peers
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
PRESSMARK_HOME ?= var/demo
VENV := .venv
COMPILE = $(VENV)/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check
# Without this, pip looks for a folder in a home that may not exist.
export PIP_NO_CACHE_DIR := 1

help:
	@sed -n 's/^# make/make/p' Makefile

$(VENV)/.run: requirements.txt setup.cfg pyproject.toml
	@echo "Setting up $(VENV); this takes about a minute, once."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -qq --require-hashes -r requirements.txt
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt $(VENV)/ocfl
	@echo "Adding what the tests need."
	@$(PIP) install -qq --require-hashes -r requirements-dev.txt
	@touch $@

# By itself: what the validator of OCFL needs does not go together with what the archive does.
$(VENV)/ocfl: requirements-ocfl.txt $(VENV)/.run
	@echo "Adding a validator of OCFL."
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip --disable-pip-version-check install -qq --require-hashes -r $<
	@touch $@

demo: export PRESSMARK_HOME := $(PRESSMARK_HOME)
demo: $(VENV)/.run
	@$(VENV)/bin/pressmark init
	@$(VENV)/bin/pressmark authorities import corpus/authorities/*.csv
	@$(VENV)/bin/pressmark add --manifest corpus/manifest.csv >$(VENV)/demo.log
	@echo "Anybody may read it. For the desk and the jobs, make yourself an account meanwhile:"
	@echo "  PRESSMARK_HOME=$(PRESSMARK_HOME) $(VENV)/bin/pressmark user add NAME --role librarian"
	@$(VENV)/bin/pressmark serve --port $(PORT)

check: $(VENV)/.dev
	$(VENV)/bin/mypy
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/python -m pytest -q tests/test_imports.py

test: check
	$(VENV)/bin/python -m pytest

# To be run with the oldest Python that is supported: newer ones would pin packages that
# it cannot install.
lock: $(VENV)/.dev
	$(COMPILE) -o requirements.txt setup.cfg requirements.in
	$(COMPILE) -c requirements.txt -o requirements-dev.txt requirements-dev.in
	$(COMPILE) -o requirements-ocfl.txt requirements-ocfl.in

extraction-peers: $(VENV)/.dev
	$(PIP) install -q "newspaper4k[hi,ja,th,zh]"

extraction-score: $(VENV)/.dev
	$(VENV)/bin/python -m tests.bench.extraction $(ARGS)

relevance-score: $(VENV)/.dev
	$(VENV)/bin/python -m tests.bench.relevance $(ARGS)

crash: $(VENV)/.dev
	PRESSMARK_CRASH_EVERY=1 $(VENV)/bin/python -m pytest tests/crash
	$(VENV)/bin/python -m tests.crash.killed_adding 1000
	$(VENV)/bin/python -m tests.crash.killed_indexing 1000
	$(VENV)/bin/python -m tests.crash.failing
	$(VENV)/bin/python -m tests.crash.same_document 32 100
	$(VENV)/bin/python -m tests.crash.commits 1000
	$(VENV)/bin/python -m tests.crash.index_flips 1000
	$(VENV)/bin/python -m tests.crash.original_flips 100
	$(VENV)/bin/python -m tests.crash.flips 100
	$(VENV)/bin/python -m tests.crash.state_machine 200 50
	$(VENV)/bin/python -m tests.crash.backups 50 20
	$(VENV)/bin/python -m tests.crash.resumed 10000
	$(VENV)/bin/python -m tests.bench.load 10000 60
	$(VENV)/bin/python -m tests.bench.load 20000 60 "" 600

bench: $(VENV)/.dev
	$(VENV)/bin/python -m tests.bench.engine $(ARGS)

bench-adding: $(VENV)/.dev
	$(VENV)/bin/python -m tests.bench.adding $(or $(ARGS),20000)

bench-fresh: $(VENV)/.dev
	$(VENV)/bin/python -m tests.bench.fresh $(or $(ARGS),215770 60 30)

bench-marks: $(VENV)/.dev
	$(VENV)/bin/python -m tests.bench.marks $(ARGS)

bench-peers: $(VENV)/.dev
	$(VENV)/bin/python -m tests.bench.peers $(ARGS)

clean:
	rm -rf $(VENV) build dist *.egg-info
