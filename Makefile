# Everything happens in .venv, which is made when it is first needed and brought up to date when the lock changes.
#
#   make demo    one real experiment, from set-up to result        make docs    rewrite what is generated in docs/ and README.md
#   make test    lint, then all tests                              make lock    renew requirements.lock from pyproject.toml
#   make lint    ruff and mypy                                     make clean   remove caches and .venv (runs are kept)
#   make bench   times against other libraries, as ratios             make calibrate  whether what regcli says holds, by simulation
#   make scripts  the scripts that draw in pages, from vl-convert

# The first interpreter that runs and is new enough (a name on the PATH may be a shim for a version which is not installed).
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint bench calibrate docs scripts lock clean

demo: $(READY)
	$(BIN)/regcli fit configs/diabetes.yaml

test: lint
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/mypy

# Peers that regcli does not run on live in build/bench and build/bench-adelie, those that can be installed here; R's glmnet is taken
# where it is installed. BENCH="--quick" sees whether all runs.
bench: $(READY) build/bench/.ready build/bench-adelie/.ready
	$(BIN)/python benchmarks/run.py $(BENCH)

# $(1): environment, requirements, options of pip
define PEERS
rm -rf $(1) && $(BIN)/python -m venv $(1)
sed 's/#.*//' $(2) | xargs -n 1 sh -c '$(1)/bin/python -m pip --disable-pip-version-check --quiet install $(3) "$$0" \
	|| echo "left out, cannot be installed here: $$0" >&2'
@touch $(1)/.ready
endef

build/bench/.ready: benchmarks/requirements.txt requirements.lock | $(READY)
	$(call PEERS,build/bench,benchmarks/requirements.txt,-c requirements.lock)

build/bench-adelie/.ready: benchmarks/requirements-adelie.txt | $(READY)
	$(call PEERS,build/bench-adelie,benchmarks/requirements-adelie.txt)

# Takes a few minutes a study; writes docs/calibration.md. STUDY="verdicts drift" runs these alone.
calibrate: $(READY)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/calibration/run.py $(STUDY)

docs: $(READY)
	$(BIN)/python docs/generate.py

scripts: $(READY)
	$(BIN)/python -m regcli.page.scripts

# The installation compiles the kernels where there is a compiler, anew when they change.
$(READY): requirements.lock pyproject.toml setup.py $(wildcard regcli/*/kernels/*.[ch] regcli/*/*/kernels/*.[ch]) | $(BIN)/pip
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

# pip is the last thing venv puts in place: a set-up that was cut short is begun again.
$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "regcli needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv

# Resolves the ranges of pyproject.toml afresh, in an environment of its own, on the oldest Python supported.
lock:
	rm -rf build/lock && python3.11 -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install '.[dev]'
	{ sed '/^[^#]/,$$d' requirements.lock; \
	  build/lock/bin/python -m pip freeze --disable-pip-version-check --exclude regcli; } > build/requirements.lock
	mv build/requirements.lock requirements.lock
	rm -rf build/lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f regcli/linear/kernels/_compiled.* regcli/families/network/_compiled.*
