#!/usr/bin/env bash
# FHIR bundles as a table for research: from one file, and from a folder of files.
#
# Guess: a folder gives the rows of its files: the same columns, the same codes.
# Behaviour: from a folder every code is the empty string: of the diagnoses, of the tests, and of what
#   tells that a diagnosis was refuted; the columns are called ".codes.codes". Texts, values and
#   references stay, so the table looks whole; a count by code has one row, and a filter that leaves
#   out the refuted leaves out nobody. From one file, and by fhiry.parallel, the codes are there.
# Version: fhiry 5.2.2, pandas 2.3.3.
# Source: fhiry/fhiry.py, Fhiry.process_source: process_df for each file and once more for all; in
#   base_fhiry.py convert_object_to_list takes every column with "coding" in its name, the made one
#   too, and process_list gives nothing for what is no list. "RENAME" and the rest run twice as well.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet fhiry==5.2.2 pandas==2.3.3

mkdir "$work/bundles"
cat > "$work/bundles/one.json" <<'JSON'
{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {
  "resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"},
  "verificationStatus": {"coding": [{"code": "refuted"}]},
  "code": {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.96", "code": "84114007"}],
    "text": "heart failure"}}}]}
JSON

seen=$(cat <<'SEEN'
filename: {'code.text': 'heart failure', 'verificationStatus.coding.codes': 'refuted', 'code.coding.codes': '84114007'}
folder: {'code.text': 'heart failure', 'verificationStatus.coding.codes.codes': '', 'code.coding.codes.codes': ''}
SEEN
)
got=$("$work/venv/bin/python" - "$work/bundles" 2>"$work/errors" <<'PYTHON'
import contextlib
import io
import sys

from fhiry import Fhiry

for where, path in (("filename", sys.argv[1] + "/one.json"), ("folder", sys.argv[1])):
    reader = Fhiry()
    setattr(reader, where, path)
    with contextlib.redirect_stdout(io.StringIO()):
        reader.process_source()
    (row,) = reader.df.to_dict("records")
    print(f"{where}:", {name: row[name] for name in row if "code" in name})
PYTHON
) || { cat "$work/errors" >&2; exit 1; }
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: fhiry reads the codes of a folder in another way than was seen" >&2
    exit 1
fi
