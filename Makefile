# Two commands do everything: `make report` and `make test`. Each makes the environment first if it is not there.
SHELL := bash
.SHELLFLAGS := -efu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME VIRTUAL_ENV
export PYTHONPATH := $(CURDIR)/src
.DEFAULT_GOAL := help
.PHONY: help report test claims corrupt verify identical faults bench why lab docs texts seal publish instrument import synthetic simulate lock clean no-edition

EDITION ?= 2015
EDITIONS := $(patsubst data/raw/%/edition.toml,%,$(wildcard data/raw/*/edition.toml))
# What a person gives reaches a command as a variable of the environment; make and the shell never expand it.
override EDITION := $(value EDITION)
override STEP := $(value STEP)
override AGAINST := $(value AGAINST)
override TIMES := $(value TIMES)
override FILE := $(value FILE)
export EDITION EDITIONS STEP AGAINST TIMES FILE
OUT := data/processed
STEPS := 1_protocol 2_interviews 3_learning_capacity 4_improvement 5_survey 6_claims 7_evidence 8_synthesis 9_provenance
PY := .venv/bin/python
COMMAND.claims := fruitmand.outputs.claims_listing
COMMAND.corrupt := lab.corrupt
COMMAND.why := fruitmand.pipeline.why
COMMAND.docs := fruitmand.outputs.documentation
COMMAND.texts := fruitmand.pipeline.texts
COMMAND.verify := fruitmand.pipeline.published
COMMAND.identical := lab.identical
COMMAND.faults := lab.faults
RUN ?=
# A job runs in a fork of the build's own server; behind a launcher (RUN='srun -n1') it runs by itself.
JOB = $(if $(RUN),$(RUN) $(PY) -m fruitmand.pipeline.run,$(PY) -IS src/fruitmand/pipeline/client.py $$PPID)

## help : show the targets
help:
	@echo "make TARGET [EDITION=$$EDITION]   editions: $$EDITIONS"; sed -n 's/^## \([a-z-]*\) : /  \1\t/p' Makefile | expand -t 12

## report : build the report of an edition, or of several: PDF appendix, figures, tables, pages, numbers
ifeq ($(and $(strip $(EDITION)),$(filter-out $(EDITIONS),$(EDITION))),)
report: $(if $(strip $(EDITION)),$(EDITION:%=$(OUT)/%/report/inputs.json),no-edition)
else
report: no-edition
endif
no-edition:
	@echo "There is no edition '$$EDITION'; there are: $$EDITIONS" >&2; exit 1

# What waits for what. What a job reads (raw files, modules, texts, results of other jobs) it writes down itself, in inputs.mk.
define order
$(STEPS:%=$(1)/%/inputs.json): | $(1)/check/inputs.json
$(patsubst %,$(1)/%/inputs.json,3_learning_capacity 4_improvement 5_survey 8_synthesis): | $(1)/1_protocol/inputs.json
$(1)/4_improvement/inputs.json: | $(1)/3_learning_capacity/inputs.json
$(1)/8_synthesis/inputs.json: | $(patsubst %,$(1)/%/inputs.json,2_interviews 3_learning_capacity 5_survey 6_claims 7_evidence)
$(1)/9_provenance/inputs.json: | $(patsubst %,$(1)/%/inputs.json,$(filter-out 9_provenance,$(STEPS)))
$(1)/render.nl/inputs.json $(1)/render.en/inputs.json: | $(STEPS:%=$(1)/%/inputs.json)
$(foreach step,$(STEPS),$(eval $(1)/parts.$(step)/inputs.json: | $(1)/$(step)/inputs.json))
$(1)/report/inputs.json: | $(patsubst %,$(1)/%/inputs.json,check render.nl render.en $(STEPS:%=parts.%))
endef
$(foreach edition,$(filter $(EDITIONS),$(EDITION)),$(eval $(call order,$(OUT)/$(edition))))
JOBS := check render.nl render.en report $(STEPS) $(STEPS:%=parts.%)
-include $(foreach edition,$(filter $(EDITIONS),$(EDITION)),$(wildcard $(JOBS:%=$(OUT)/$(edition)/%/inputs.mk)))
# A report that was deleted comes back, though its job has not changed.
$(foreach edition,$(filter $(EDITIONS),$(EDITION)),$(if $(wildcard reports/$(edition)/provenance.json),,$(eval $(OUT)/$(edition)/report/inputs.json: gone)))
.PHONY: gone
$(OUT)/%/inputs.json: | .venv/report.done
	@$(JOB) $(notdir $*) edition=$(patsubst %/,%,$(dir $*))

## test : check style and types, and run all tests
test: .venv/test.done
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && $(PY) -m pytest

## claims : print the verdict on every claim of an edition; AGAINST=… tests them on another edition's data
## corrupt : change the edition one thing at a time, and show which changes the checks catch
## why : say which inputs of a job (STEP=…) changed since it ran
claims corrupt why: .venv/report.done
	@$(PY) -m $(COMMAND.$@) "$$EDITION" $${STEP:+"$$STEP"} $${AGAINST:+"$$AGAINST"}

## bench : time the build as ratios against papermill's command line, its floor, pip, ploomber and jupyter-cache
bench: .venv/test.done .venv-lab/lab.done .venv-bench/bench.done
	@$(PY) -m lab.bench "$$EDITION" $$TIMES

## lab : open the notebooks in JupyterLab
lab: .venv-lab/lab.done
	@JUPYTER_PREFER_ENV_PATH=1 .venv-lab/bin/python -m jupyterlab notebooks

## docs : write the generated parts of the documentation anew (data dictionary, table of notebooks)
## texts : show the texts that changed, in both languages, and register them as read
docs texts: .venv/report.done
	@$(PY) -m $(COMMAND.$@)

## instrument : write the questionnaire of an edition for LimeSurvey, Qualtrics, ODK or Kobo, and for paper
instrument: .venv/report.done
	@$(PY) -m fruitmand.outputs.questionnaire.files "$$EDITION"

## import : read the answers to a survey (FILE=…) into an edition
import: .venv/report.done
	@$(PY) -m fruitmand.importers.survey "$$FILE" "$$EDITION"

## synthetic : make the synthetic editions anew
## simulate : draw many surveys with a known truth, and count how often the analysis finds it
synthetic simulate: .venv/report.done
	@$(PY) -m lab.$@ $$TIMES

## seal : write the checksum manifest of an edition's raw files when it is published
seal: .venv/report.done
	@$(PY) -m fruitmand.checks.command --seal "$$EDITION"

## publish : write the checksums of an edition's report, which `make verify` holds every other build to
## verify : build an edition anew elsewhere and compare it with what is published
publish: report .venv/test.done
	@$(PY) -m fruitmand.pipeline.published --publish "$$EDITION"
## identical : build an edition many times, in other folders, time zones, locales, seeds, jobs and Pythons, and compare the bytes
## faults : interrupt builds at random moments, and see that the next one ends with the same bytes
verify identical faults: .venv/test.done
	@$(PY) -m $(COMMAND.$@) "$$EDITION" $$TIMES

## lock : renew the locked requirements from pyproject.toml
lock: .venv/report.done
	@requirements/lock.sh

## clean : remove everything that the build made, and the environments
clean:
	@rm -rf .venv .venv-lab .venv-bench .cache $(OUT) $(EDITIONS:%=reports/%)

.venv/report.done: requirements/setup.sh requirements/report.txt requirements/uv.txt pyproject.toml
	@requirements/setup.sh .venv requirements/report.txt && touch $@
.venv/test.done: .venv/report.done requirements/test.txt
	@requirements/setup.sh .venv requirements/report.txt requirements/test.txt && touch .venv/report.done $@
.venv-lab/lab.done: requirements/setup.sh requirements/report.txt requirements/lab.txt requirements/uv.txt pyproject.toml
	@requirements/setup.sh .venv-lab requirements/report.txt requirements/lab.txt && touch $@
.venv-bench/bench.done: requirements/setup.sh requirements/report.txt requirements/bench.txt requirements/uv.txt pyproject.toml
	@requirements/setup.sh .venv-bench requirements/report.txt requirements/bench.txt && touch $@
