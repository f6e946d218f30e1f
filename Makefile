# make review   make the environment, then the annual review of the example company: outputs/2025/report.html
# make test     make the environment with the test extras, then run every check
#
# Both work on a fresh clone with nothing but Python 3.11 or later. PYTHON=python3.12 make review picks another one.
# The environment is .venv; packages are installed again only when their list has changed.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NOTEBOOKS := $(wildcard notebooks/0[1-6]_*.ipynb)

.PHONY: review test check environment requirements contract clean
.DELETE_ON_ERROR:

review: .venv/.package
	@$(BIN)/review run 2025

# what starts kernels uses all processors by itself, and runs one test at a time
test: check
	$(BIN)/pytest --nbval-lax --numprocesses=2 --dist=loadfile -m "not kernel" tests $(NOTEBOOKS)
	$(BIN)/pytest -m kernel tests

# everything but the tests: seconds, not minutes
check: .venv/.test-package
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

environment: .venv/.test-package

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Hint: PYTHON=python3.12 make review")'
	$(PYTHON) -m venv .venv

# not compiled now: most modules are never imported, and those that are get compiled then
.venv/.packages: requirements.txt | $(BIN)/python
	$(PIP) install --no-compile --require-hashes --requirement requirements.txt
	@touch $@

.venv/.test-packages: requirements-test.txt .venv/.packages
	$(PIP) install --no-compile --require-hashes --requirement requirements-test.txt
	@touch $@

# the package itself, from this folder: hatchling is among the pinned packages, so nothing is fetched for it
.venv/.package: pyproject.toml .venv/.packages
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test-package: .venv/.test-packages .venv/.package
	@touch $@

# the pins, after a change of pyproject.toml; needs uv (https://docs.astral.sh/uv/)
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
requirements:
	$(COMPILE) --extra build --output-file requirements.txt
	$(COMPILE) --extra build --extra test --constraint requirements.txt --output-file requirements-test.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

# the tables of docs/data-contract.md, after a change of review_kit/schema
contract: .venv/.package
	@$(BIN)/python -c 'import pathlib; from review_kit.schema import render_contract as tables; \
	page = pathlib.Path("docs/data-contract.md"); head = page.read_text(encoding="utf-8").split("## Input tables")[0]; \
	page.write_text(head + tables(), encoding="utf-8", newline="\n")'
