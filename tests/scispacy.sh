#!/usr/bin/env bash
# The tests that need scispaCy, in an environment of its own: it holds numpy below 2 and Python
# below 3.13.
# Exit 75 where it doesn't install here; else that of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bin="$folder/bin"
torch=$(grep '^torch==' constraints.txt)
if ! { "${PYTHON:-python3}" -m venv "$folder" &&
       "$bin/pip" install --quiet "$torch" &&
       "$bin/pip" install --quiet ".[minilm,scispacy,linker,dev]"; } >"$folder/log" 2>&1; then
    tail -3 "$folder/log"
    exit 75
fi
# The tests' own checkout stands first on the path: its entry points are those of the installed one.
PATH="$bin:$PATH" "$bin/python" -m pytest -q -p no:cacheprovider tests/test_scispacy.py \
    tests/knowledge/test_scispacy_candidates.py tests/pipeline/rules/test_clinical_abbreviations.py
