# Every command of the project. `make` alone lists them; each one sets up what it needs.

PYTHON := .venv/bin/python
CATALOGUES := $(wildcard outreach/translations/*/LC_MESSAGES/*.po)
TRANSLATIONS := .venv/.translations
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo demo-reset install test test-faults test-mailloop check bench lighthouse html screenshots translations lock clean
.DEFAULT_GOAL := help

help:  ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: .venv/.run $(TRANSLATIONS)  ## Try everything on this machine, with invented people; Ctrl-C stops it
	@.venv/bin/outreach demo $(ARGS)

demo-reset: .venv/.run $(TRANSLATIONS)  ## The same from a fresh start: forget what was done in the demonstration
	@.venv/bin/outreach demo --reset $(ARGS)

install: .venv/.run $(TRANSLATIONS)  ## Set up the service in .venv, ready for `.venv/bin/outreach`
	@echo "Ready: .venv/bin/outreach --help"

test: .venv/.dev $(TRANSLATIONS)  ## Run every test, browser and PostgreSQL included; ARGS="tests/rsvp -k late" chooses
	@tools/environment.sh browser
	@$(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS)

test-faults: .venv/.dev $(TRANSLATIONS)  ## Kill, cut, freeze and refuse while 2,000 messages leave; SEEDS=20 for more runs than three
	@SEEDS=$${SEEDS:-3} $(PYTHON) -m pytest -n 2 --dist loadfile tests/faults $(ARGS)

test-mailloop: .venv/.dev $(TRANSLATIONS)  ## Send 200 messages through Postfix into Dovecot and read what returns (Debian, as root)
	@$(PYTHON) -m pytest tests/mailloop $(ARGS)

check: .venv/.dev $(TRANSLATIONS)  ## Lint, types, import order, migrations, translations, messages and the bars for the code
	@echo "Linting."
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check . || { echo "Run .venv/bin/ruff format on the files above."; exit 1; }
	@echo "Checking types."
	@.venv/bin/mypy
	@echo "Checking who imports whom."
	@report=$$(.venv/bin/lint-imports --no-logo 2>&1) || { echo "$$report"; exit 1; }
	@echo "Checking migrations."
	@$(PYTHON) -m tools.migrations
	@echo "Checking translations."
	@$(PYTHON) -m tools.translations check
	@echo "Checking messages against what mail programs know."
	@$(PYTHON) -m tools.mail_rules
	@echo "Measuring the code."
	@$(PYTHON) -m tools.bars

bench: .venv/.run $(TRANSLATIONS)  ## Measure sending against Postfix's own tools; ARGS="--json" for machines
	@if command -v smtp-sink >/dev/null || [ -x /usr/sbin/smtp-sink ]; then \
		PATH="$$PATH:/usr/sbin" .venv/bin/outreach bench send $(ARGS); \
	else echo "Nothing measured: smtp-sink and smtp-source are missing. They come with Postfix (apt-get install postfix)."; fi

lighthouse: .venv/.dev $(TRANSLATIONS)  ## Judge the pages of recipients with Lighthouse: 98 out of 100 or more (needs node)
	@tools/environment.sh browser
	@tools/environment.sh judges
	@$(PYTHON) -m tools.lighthouse

html: .venv/.dev $(TRANSLATIONS)  ## Read every state of every public page, and every message, with the Nu HTML checker (needs java)
	@tools/environment.sh browser
	@tools/environment.sh judges
	@$(PYTHON) -m tools.markup

screenshots: .venv/.dev $(TRANSLATIONS)  ## Picture every page in both languages, wide and narrow, into screenshots/
	@tools/environment.sh browser
	@$(PYTHON) -m tools.screenshots $(ARGS)

translations: .venv/.dev  ## Gather the strings of each room into its French catalogue, then compile; ARGS="contacts" one room
	@$(PYTHON) -m tools.translations update $(ARGS)
	@$(PYTHON) -m tools.translations compile
	@touch $(TRANSLATIONS)

lock: pyproject.toml  ## Choose versions anew and write both lock files (needs uv)
	@command -v uv >/dev/null || { echo "uv is missing: python3 -m pip install uv."; exit 1; }
	@uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header -p 3.11 \
		--extra build pyproject.toml -o requirements.txt
	@uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header -p 3.11 \
		--extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@echo "requirements.txt and requirements-dev.txt are written."

clean:  ## Remove the environment and everything made from the sources; the data in var/ stays
	@rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis screenshots
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find outreach -name '*.mo' -delete
	@echo "Clean."

.venv/.run: requirements.txt pyproject.toml tools/environment.sh
	@tools/environment.sh run

.venv/.dev: requirements-dev.txt .venv/.run
	@tools/environment.sh dev

$(TRANSLATIONS): $(CATALOGUES) tools/translations.py .venv/.run
	@$(PYTHON) -m tools.translations compile
	@touch $@
