# make demo   see it work          make test   every check          make install   only set up
# make test-conformance   what others say of the MCP server (needs npm)
# make test-deploy   the image's commands, the chart and everything else in deploy/, without a container engine
.DEFAULT_GOAL := test
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# uv comes from the lock into .venv; it trusts the machine's certificates and never fetches a Python of its own.
UV      = UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv
COMPILE = $(UV) pip compile -q --universal --generate-hashes --no-header --annotation-style line

.PHONY: install test test-browser test-conformance test-deploy demo docs lint lock upgrade lock-check audit bench soak wheel clean

install: $(READY)

test: $(READY) lint
	$(BIN)/python -m pytest -n auto --cov --cov-report=term $(ARGS)

# Chromium comes from Debian: as root it is installed, otherwise this says how.
test-browser: $(READY)
	@command -v chromium >/dev/null || apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji >/dev/null || \
	  { echo "A browser is needed: apt-get install chromium fonts-noto-color-emoji"; exit 1; }
	$(UV) pip install -q --require-hashes -r locks/browser.lock
	$(BIN)/mypy --no-error-summary tests/browser
	$(BIN)/python -m pytest tests/browser $(ARGS)

test-conformance: $(READY)
	tests/conformance/run

# The pages in .cache/site, from an environment of their own; a dead link fails, and so does a page that loads from elsewhere.
docs: $(READY) .cache/docs/.ready
	.cache/docs/bin/zensical build --strict
	$(BIN)/python tests/docs/check_site.py .cache/site

.cache/docs/.ready: locks/docs.lock | $(BIN)/uv
	$(UV) venv -q --clear .cache/docs
	VIRTUAL_ENV= $(UV) pip sync -q --python .cache/docs --require-hashes locks/docs.lock
	@touch $@

test-deploy: $(READY) .cache/deploy/.ready
	$(BIN)/python -m pytest tests/deploy/checks $(ARGS)

demo: $(READY)
	$(BIN)/python -m bot.demo $(if $(CHECK),--check)
	$(if $(CHECK),$(BIN)/python -m mcp_server.demo --check)

lint: $(READY)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-logo

bench: $(READY)
	for script in $(filter-out bench/soak.py,$(wildcard bench/*.py)); do $(BIN)/python $$script || exit 1; done

# Both faces under mixed traffic and failing requests, for minutes or hours: make soak MINUTES=240
soak: $(READY)
	$(BIN)/python bench/soak.py --minutes $(or $(MINUTES),10)

# Once: a private environment with exactly what the lock says, every file checked by its hash.
$(BIN)/uv: locks/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r locks/uv.lock
	@touch $@

$(READY): $(BIN)/uv pyproject.toml locks/dev.lock
	$(UV) pip sync -q --require-hashes locks/dev.lock
	$(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

# What judges deploy/, beside our own environment: it is large.
.cache/deploy/.ready: $(BIN)/uv locks/deploy.lock
	$(UV) venv -q --clear .cache/deploy
	$(UV) pip sync -q --python .cache/deploy/bin/python --require-hashes locks/deploy.lock
	@touch $@

lock: $(BIN)/uv  ## after editing pyproject.toml: keeps every pin that still fits
	$(COMPILE) pyproject.toml --all-extras -o locks/run.lock $(UPGRADE)
	$(COMPILE) pyproject.toml --all-extras --group dev -c locks/run.lock -o locks/dev.lock $(UPGRADE)
	$(COMPILE) pyproject.toml -c locks/run.lock -o locks/core.lock $(UPGRADE)
	$(COMPILE) pyproject.toml --all-extras --group dev --group browser -c locks/dev.lock -o locks/browser.lock $(UPGRADE)
	$(COMPILE) --group pyproject.toml:docs -o locks/docs.lock $(UPGRADE)
	$(COMPILE) --group build -c locks/dev.lock -o locks/build.lock $(UPGRADE)
	$(COMPILE) --group deploy -c locks/dev.lock -o locks/deploy.lock $(UPGRADE)
	$(COMPILE) --group audit -o locks/audit.lock $(UPGRADE)

upgrade:  ## newest releases that are at least a week old
	$(MAKE) lock UPGRADE='--upgrade --exclude-newer "1 week"'

lock-check: lock
	git diff --exit-code -- locks
	! grep -nE '://|index-url|find-links' locks/*.lock

# What a release is: built, looked into, and run from an empty environment with nothing of this folder on its path.
PACKED = bot/demo/page/index.html bot/py.typed litmos/py.typed litmos/store/migrations/env.py mcp_server/dashboard.html mcp_server/py.typed
wheel: $(READY)
	rm -rf dist
	$(BIN)/python -m build --no-isolation >/dev/null
	for file in $(PACKED); do $(BIN)/python -m zipfile -l dist/*.whl | grep "^$$file " >/dev/null || { echo "the wheel lacks $$file"; exit 1; }; done
	$(UV) venv -q --clear .cache/wheel
	VIRTUAL_ENV= $(UV) pip sync -q --python .cache/wheel --require-hashes locks/run.lock
	VIRTUAL_ENV= $(UV) pip install -q --python .cache/wheel --no-deps dist/*.whl
	cd .cache && for program in litmos litmos-mcp litmos-bot; do wheel/bin/$$program --version || exit 1; done

# In a CI that reaches the databases of vulnerabilities; what cannot be looked up fails it.
audit: $(BIN)/uv locks/audit.lock
	$(UV) venv -q --clear .cache/audit
	$(UV) pip sync -q --python .cache/audit --require-hashes locks/audit.lock
	for lock in run dev uv; do \
	  .cache/audit/bin/pip-audit --strict --disable-pip --require-hashes -r locks/$$lock.lock || exit 1; done

clean:
	rm -rf $(VENV) .cache .ruff_cache .mypy_cache .pytest_cache .import_linter_cache .coverage* dist
