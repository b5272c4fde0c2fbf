# Every verb works in a fresh clone: it makes .venv first when that is missing or out of date.

# The first Python that is new enough; `make PYTHON=/path/to/python3.12 …` takes another.
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done),python3)

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT := demo-out
SAMPLE := rulesets/pingchuan-three-nos
PLUGINS := $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))

PO := $(wildcard rules_engine/locales/*/LC_MESSAGES/rules_engine.po)
MO := $(PO:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help setup demo test faults fuzz engines lint format bench docs messages samples clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) $(MO) ## Make .venv with the program and its tools

$(STAMP): pyproject.toml $(wildcard plugins/*/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "make: needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1 | head -n 1)." >&2; \
		echo "      Name another one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "make: $(PYTHON) cannot make virtual environments; install its venv package" >&2; \
		echo "      (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@command -v "$${CC:-cc}" >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || { \
		echo "make: needs a C compiler, for durable-rules; install gcc or clang" >&2; \
		echo "      (on Debian and Ubuntu: apt install gcc python3-dev)." >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) with $(PYTHON)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing what pyproject.toml asks for; this takes a minute or two"
	@# What an older checkout installed under names that belong to somebody else on the index.
	@$(BIN)/python -m pip uninstall --quiet --disable-pip-version-check --yes rules-engine \
		$(patsubst plugins/rules_engine_%,rules-engine-%,$(subst form_xlsx,form-xlsx,$(PLUGINS))) 2>/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation \
		$(PLUGINS:%=-e %)
	@touch $@

$(MO): %.mo: %.po $(STAMP)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

demo: setup ## Assess the sample township; the reports go to demo-out
	@RULES_ENGINE_STORE= RULES_ENGINE_HOME='$(CURDIR)/$(OUT)' $(BIN)/rules-engine \
		assess $(SAMPLE) --data $(SAMPLE)/sample \
		--report terminal --report html --report xlsx --report json \
		--report docx --out $(OUT)
	@echo; echo "Written to $(CURDIR)/$(OUT):"
	@cd $(OUT) && find . -path ./runs -prune -o -type f -print | sed 's|^\./|  |' | sort
	@echo "  runs (what the run keeps: data, ruleset, lines, results)"

test: setup ## Run the tests; ARGS='-k store' picks some
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

faults: setup ## Kill two hundred runs, and show what became of them
	@FAULTS=200 $(BIN)/python -m pytest tests/faults/test_killed.py -n 0

engines: setup ## Compare a second engine with the embedded one, over all rulesets and the corpus
	@ENGINES=all $(BIN)/python -m pytest tests/unit/testing/test_second_engine.py -n 2

fuzz: setup ## Hand in thousands of broken rulesets, deliveries, mappings and API answers
	@FUZZ=1 $(BIN)/python -m pytest tests/fuzz -n 2 $(ARGS)

lint: setup ## Check style, types, the import contract and the generated references
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

format: setup ## Put the code into the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## Measure townships to a nation against hand-written queries, and what-if against runs
	@$(BIN)/python -m benchmarks $(ARGS)

docs: setup ## Write the generated references again
	@$(BIN)/python docs/generate.py

samples: setup ## Write the sample records of the rulesets again
	@$(BIN)/python -m samples $(ARGS)

messages: $(STAMP) ## Gather the texts that users read, and compile their translations
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --keywords msg --keywords tr --no-location --sort-output \
		--project rules-engine --output-file build/rules_engine.pot rules_engine plugins
	@for po in $(PO); do \
		$(BIN)/pybabel --quiet update --input-file build/rules_engine.pot --output-file $$po \
			--locale $$(basename $$(dirname $$(dirname $$po))) --no-fuzzy-matching \
			--ignore-obsolete --ignore-pot-creation-date && \
		$(BIN)/pybabel compile --statistics --input-file $$po --output-file $${po%.po}.mo; done

clean: ## Remove .venv, the demo's output and everything built
	rm -rf $(VENV) $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
