# Set-up, demo, tests. Only Python 3.11 or newer with venv and pip, and make, are needed; everything goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --group dev --no-header --no-annotate --quiet --upgrade

.PHONY: demo test sweep lint browser ascmhl bench lock help clean

help:  ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

# pip learned --group in 25.1; the pip that comes with a Python may be older.
$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) 'pip>=25.1'
	@touch $@

$(VENV)/program: $(VENV)/python pyproject.toml constraints.txt
	@echo "Installing Interview Archive into $(VENV), once ..."
	$(INSTALL) -e .
	@touch $@

$(VENV)/test: $(VENV)/program
	$(INSTALL) --group test
	@touch $@

$(VENV)/lint: $(VENV)/test
	$(INSTALL) --group lint
	@touch $@

demo: $(VENV)/program  ## Run the main job on the sample footage
	$(BIN)/archive demo demo

test: $(VENV)/test  ## Run the tests
	$(BIN)/python -m pytest -n auto

sweep: $(VENV)/test  ## Kill, cut off and refuse the command at every place there is; hours, and it goes on where it was
	$(BIN)/python tests/sweep/whole.py $(PIECE)

lint: $(VENV)/lint  ## Check style, types and the house's rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/docs.py --check

browser:  ## Install Chromium for the tests in a browser (Debian and Ubuntu; needs root)
	command -v chromium || command -v google-chrome || (apt-get update && apt-get install --yes chromium)

ascmhl: .venv-ascmhl/bin/ascmhl  ## Install the reference tool for MHL, which tests hold our histories to

# It needs another Click than sqlite-utils does, so it lives by itself.
.venv-ascmhl/bin/ascmhl:
	$(PYTHON) -m venv .venv-ascmhl
	.venv-ascmhl/bin/python -m pip install --quiet --disable-pip-version-check ascmhl==1.2

bench: $(VENV)/test  ## Measure what the README claims
	for script in bench/*.py; do $(BIN)/python $$script || exit 1; done

lock:  ## Write the lock and the constraints for pip again, with today's versions (needs uv)
	$(LOCK) --generate-hashes --output-file requirements.lock
	sed -e '/--hash=/d' -e 's/ \\$$//' requirements.lock > constraints.txt

clean:  ## Remove what was installed and made here
	rm -rf $(VENV) .venv-ascmhl demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
