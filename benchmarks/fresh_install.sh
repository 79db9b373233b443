#!/usr/bin/env bash
# A hospital's machine: a new virtual environment with nothing but two wheels and their
# dependencies, and no network while it runs.
#   benchmarks/fresh_install.sh [PYTHON]      after: make demo
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
model=$(ls "$PWD"/packages/en_clinical_sample-*/dist/*.whl)
"$python" -m venv "$folder/venv"
pip="$folder/venv/bin/python -m pip --quiet --disable-pip-version-check"
$pip wheel --no-deps --wheel-dir "$folder" .
$pip install -c constraints.txt torch
$pip install -c constraints.txt "$folder"/spacy_clinical-*.whl "$model"
$pip check
cp benchmarks/offline.py "$folder"
cd "$folder"
"$folder/venv/bin/python" offline.py en_clinical_sample
