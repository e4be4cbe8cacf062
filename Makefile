# Two commands do everything: `make report` and `make test`. Each makes the environment first if it is not there.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV
.DEFAULT_GOAL := help
.PHONY: help report test claims corrupt lab docs texts seal lock clean

EDITION ?= 2015
EDITIONS := $(patsubst data/raw/%/edition.toml,%,$(wildcard data/raw/*/edition.toml))
RAW := data/raw/$(EDITION) $(wildcard data/raw/$(EDITION)/*)
CODE := $(wildcard src/fruitmand/*.py src/fruitmand/*/*.py src/fruitmand/build/*.typ src/fruitmand/build/*.j2 src/fruitmand/page/text/* src/fruitmand/page/fonts/*)
OUT := data/processed/$(EDITION)
STEPS := 1_protocol 2_interviews 3_learning_capacity 4_improvement 5_survey 6_claims 7_evidence 8_synthesis 9_provenance
PY := .venv/bin/python
RUN ?=

## help : show the targets
help:
	@echo "make TARGET [EDITION=$(EDITION)]   editions: $(EDITIONS)"; sed -n 's/^## \([a-z-]*\) : /  \1\t/p' Makefile | expand -t 12

## report : build the report of an edition: PDF appendix, figures, tables, pages, numbers
ifneq ($(filter $(EDITION),$(EDITIONS)),)
report: $(OUT)/report.done
else
report:
	@echo "There is no edition $(EDITION); there are: $(EDITIONS)" >&2; exit 1
endif

$(OUT)/checked: $(RAW) $(CODE) .venv/report.done
	@echo "edition $(EDITION)"; $(RUN) $(PY) -m fruitmand.data.check $(EDITION); mkdir -p $(@D); touch $@
$(OUT)/%/executed.ipynb: notebooks/%.ipynb $(OUT)/checked
	@$(RUN) $(PY) -m fruitmand.build.run $* edition=$(EDITION)
$(foreach step,$(filter-out 1_protocol,$(STEPS)),$(OUT)/$(step)/executed.ipynb): $(OUT)/1_protocol/executed.ipynb
$(OUT)/4_improvement/executed.ipynb: $(OUT)/3_learning_capacity/executed.ipynb
$(OUT)/8_synthesis/executed.ipynb: $(OUT)/2_interviews/executed.ipynb $(OUT)/3_learning_capacity/executed.ipynb $(OUT)/6_claims/executed.ipynb $(OUT)/7_evidence/executed.ipynb
$(OUT)/9_provenance/executed.ipynb: $(filter-out %/9_provenance/executed.ipynb,$(STEPS:%=$(OUT)/%/executed.ipynb))
$(OUT)/report.done: $(STEPS:%=$(OUT)/%/executed.ipynb)
	@$(RUN) $(PY) -m fruitmand.build.report $(EDITION); touch $@

## test : check style and types, and run all tests
test: .venv/test.done
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && $(PY) -m pytest

## claims : print the verdict on every claim of an edition; AGAINST=… tests them on another edition's data
claims: .venv/report.done
	@$(PY) -m fruitmand.build.claims $(EDITION) $(AGAINST)

## corrupt : change the edition one thing at a time, and show which changes the checks catch
corrupt: .venv/report.done
	@$(PY) -m fruitmand.build.corrupt $(EDITION)

## lab : open the notebooks in JupyterLab
lab: .venv-lab/lab.done
	@JUPYTER_PREFER_ENV_PATH=1 .venv-lab/bin/python -m jupyterlab notebooks

## docs : write the generated parts of the documentation anew (data dictionary, table of notebooks)
docs: .venv/report.done
	@$(PY) -m fruitmand.build.docs

## texts : show the texts that changed, in both languages, and register them as read
texts: .venv/report.done
	@$(PY) -m fruitmand.build.texts

## seal : write the checksum manifest of an edition when it is published
seal: .venv/report.done
	@$(PY) -m fruitmand.data.check --seal $(EDITION)

## lock : renew the locked requirements from pyproject.toml
lock: .venv/report.done
	@requirements/lock.sh

## clean : remove everything that the build made, and the environments
clean:
	@rm -rf .venv .venv-lab data/processed $(EDITIONS:%=reports/%)

.venv/report.done: requirements/setup.sh requirements/report.txt requirements/uv.txt pyproject.toml
	@requirements/setup.sh .venv requirements/report.txt && touch $@
.venv/test.done: .venv/report.done requirements/test.txt
	@requirements/setup.sh .venv requirements/report.txt requirements/test.txt && touch .venv/report.done $@
.venv-lab/lab.done: requirements/setup.sh requirements/report.txt requirements/lab.txt requirements/uv.txt pyproject.toml
	@requirements/setup.sh .venv-lab requirements/report.txt requirements/lab.txt && touch $@
