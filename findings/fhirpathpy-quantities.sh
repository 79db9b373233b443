#!/usr/bin/env bash
# FHIRPath over quantities with units, as rules of decision support and of FHIR's own invariants.
#
# Guess: quantities of one dimension compare, whatever their units: 1000 'ug' = 1 'mg' holds as
#   1000 'mg' = 1 'g' does, 500 'mg' > 1 'g' doesn't; quantities with one and the same unit compare
#   without any conversion.
# Behaviour: micrograms and milligrams are never equal, without a word; grams and milligrams are.
#   Every ordering of two quantities raises TypeError, of one unit too; so "potassium above
#   5.5 mmol/L" can't be asked.
# Version: fhirpathpy 2.2.4.
# Source: fhirpathpy/engine/nodes.py: FP_Quantity converts by a short table of its own and has no
#   `compare`, which FP_Type declares without an argument; invocations/equality.py calls it with one.
#   FHIRPath (HL7, N1), section 6.1.1 "Equals" and 6.2 "Comparison": units convert by UCUM.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet fhirpathpy==2.2.4

seen=$(cat <<'SEEN'
1000 'mg' = 1 'g' -> [True]
1000 'ug' = 1 'mg' -> [False]
500 'mg' > 1 'g' -> TypeError
6.1 'mmol/L' > 5.5 'mmol/L' -> TypeError
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from fhirpathpy import evaluate

for question in (
    "1000 'mg' = 1 'g'",
    "1000 'ug' = 1 'mg'",
    "500 'mg' > 1 'g'",
    "6.1 'mmol/L' > 5.5 'mmol/L'",
):
    try:
        print(question, "->", evaluate({}, question, []))
    except TypeError as error:
        print(question, "->", type(error).__name__)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: fhirpathpy compares quantities in another way than was seen" >&2
    exit 1
fi
