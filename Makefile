# Two commands do everything: `make report` and `make test`. Each makes the environment first if it is not there.
SHELL := bash
.SHELLFLAGS := -efu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR .SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.PHONY: help lab-help report watch test test-web edition check coding-kit import instrument claims why lab seal verify clean docs texts publish synthetic simulate corrupt faults fuzz identical bench lock

# What a person gives reaches a command as a variable of the environment; neither make nor the shell ever expands it.
EDITION ?= 2015
$(foreach name,EDITION FROM FILE CODER ADD STEP AGAINST TIMES CORES,$(eval override $(name) := $$(value $(name))))
export EDITION FROM FILE CODER ADD STEP AGAINST TIMES CORES
export PYTHONPATH := $(CURDIR)/src
export PYTHONHASHSEED := 0
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME VIRTUAL_ENV
PY := .venv/bin/python
help: ## show what there is
	@sed -n 's/^\([a-z-]*\):.* ## /make \1\t/p' Makefile | expand -t 18
report: .venv/report.done ## build the report of an edition, EDITION="2015 …": PDF appendix, figures, tables, pages, numbers
	@stale=; for edition in $$EDITION; do made="data/processed/$$edition"; \
	  newer=$$(find -L "data/raw/$$edition" "$$made" "reports/$$edition" src notebooks requirements -name __pycache__ -prune \
	    -o \( -newercm "$$made/built" -o -xtype l \) -print -quit 2>&1) || newer=all; [ -z "$$newer" ] || stale=$$newer; done; \
	  if [ -z "$$stale$${EDITION:+x}" ] || [ -n "$$stale" ]; then exec $(PY) -m fruitmand.pipeline $$EDITION; fi; echo "nothing to be done"
watch: .venv/report.done ## build whenever a file is saved, until Ctrl-C: the quick way while you edit
	@exec $(PY) -m fruitmand.pipeline --watch $$EDITION
test: .venv/test.done ## check style and types, and run all tests
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && $(PY) -m pytest
test-web: report ### check every page that was built in a browser: WCAG 2.2 AA, narrow and wide, light and dark
	@cd tests/web && npm ci --silent --no-audit --no-fund && npm test --silent
edition: .venv/report.done ## begin an edition with the codebook, scales, agenda and items of another: EDITION=2026 FROM=2015
	@$(PY) -m fruitmand.importers.new_edition "$$EDITION" "$$FROM"
check: .venv/report.done ## list what is wrong with an edition's raw files, what is not there yet, and what to do next
	@$(PY) -m fruitmand.checks.command "$$EDITION"
coding-kit: .venv/report.done ## write the codebook for Taguette and REFI-QDA tools, and workbooks to code and to rate in
	@$(PY) -m fruitmand.outputs.coding_kit.files "$$EDITION"
import: .venv/report.done ## read FILE=… into an edition: coded interviews (CODER=…), ratings, or answers to the survey
	@$(PY) -m fruitmand.importers "$$FILE" "$$EDITION" "$$CODER" "$$ADD"
instrument: .venv/report.done ## write the questionnaire of an edition for LimeSurvey, Qualtrics, ODK or Kobo, and for paper
	@$(PY) -m fruitmand.outputs.questionnaire.files "$$EDITION"
claims: .venv/report.done ## print the verdict on every claim of an edition; AGAINST=… tests them on another edition's data
	@$(PY) -m fruitmand.outputs.claims_listing "$$EDITION" $${AGAINST:+"$$AGAINST"}
why: .venv/report.done ## say which inputs of a job (STEP=…) changed since it ran
	@$(PY) -m fruitmand.pipeline.why "$$EDITION" "$$STEP"
lab: .venv-lab/lab.done ## open the notebooks in JupyterLab
	@JUPYTER_PREFER_ENV_PATH=1 .venv-lab/bin/python -m jupyterlab notebooks
seal: .venv/report.done ## write the checksums of an edition's raw files when it is published
	@$(PY) -m fruitmand.checks.command --seal "$$EDITION"
verify: .venv/test.done ## build an edition anew elsewhere and compare it with what is published
	@$(PY) -m fruitmand.pipeline.published "$$EDITION"
clean: ## remove everything that was made, and the environments
	@set +f; rm -rf .venv .venv-lab .venv-bench .cache data/processed reports/*/
lab-help: ## show what maintainers have besides
	@sed -n 's/^\([a-z-]*\):.* ### /make \1\t/p' Makefile | expand -t 18
docs: .venv/report.done ### write the generated parts of the documentation anew
	@$(PY) -m fruitmand.outputs.documentation
texts: .venv/report.done ### show the texts that changed, in both languages, and register them as read
	@$(PY) -m fruitmand.report.text_register
publish: report .venv/test.done ### write the checksums of an edition's report, with which verify compares every other build
	@$(PY) -m fruitmand.pipeline.published --publish "$$EDITION"
synthetic: .venv/report.done ### make the synthetic editions anew
	@$(PY) -m lab.synthetic
simulate: .venv/report.done ### draw many surveys with a known truth, and count how often the analysis finds it
	@$(PY) -m lab.simulate $$TIMES
corrupt: .venv/test.done ### change an edition one thing at a time, and show which changes the checks catch
	@$(PY) -m lab.corrupt "$$EDITION"
faults: .venv/test.done ### interrupt builds at random moments, and see that the next one ends with the same bytes
	@$(PY) -m lab.faults "$$EDITION" $$TIMES
fuzz: .venv/test.done ### import damaged and mutated exports, and see that none is read wrongly
	@$(PY) -m lab.fuzz $$TIMES
identical: .venv/test.done ### build an edition many times, elsewhere and otherwise, and compare the bytes
	@$(PY) -m lab.identical "$$EDITION" $$TIMES
bench: .venv/test.done .venv-lab/lab.done .venv-bench/bench.done ### time the build as ratios against its peers and its floor
	@$(PY) -m lab.bench "$$EDITION" $$TIMES
lock: .venv/report.done ### renew the locked requirements from pyproject.toml
	@requirements/lock.sh
SETUP := requirements/setup.sh requirements/report.txt requirements/uv.txt pyproject.toml
.venv/report.done: $(SETUP); @requirements/setup.sh .venv requirements/report.txt && touch $@
.venv/test.done: .venv/report.done requirements/test.txt
	@requirements/setup.sh .venv requirements/report.txt requirements/test.txt && touch .venv/report.done $@
.venv-%/lab.done .venv-%/bench.done: $(SETUP) requirements/%.txt; @requirements/setup.sh .venv-$* requirements/report.txt requirements/$*.txt && touch $@
