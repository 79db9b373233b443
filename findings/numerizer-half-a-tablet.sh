#!/usr/bin/env bash
# Doses in words as figures: what a dictated note says of tablets.
#
# Guess: "half a tablet" becomes "1/2 tablet", or stays; the words beside it stay; what happens to the
#   first dose of a line happens to the second.
# Behaviour: there is one tablet behind the half: "1/2 1 tablet". In a sentence the half loses its
#   numerator to the word before: "Take/2 1 tablet", where who looks for doses finds 1 tablet, twice
#   what was said; so with "Digoxin: half a milligram". Only the first of a line is treated so. "A
#   half" and "one and a half" are right. "Hepatitis A" becomes "Hepatitis 1" (open there as issue 24),
#   a third degree block "/3 degree".
# Version: numerizer 0.2.4.
# Source: numerizer/numerizer.py, numerize_numerals: the first "a" that stands alone is 1;
#   numerize_fractions: the blank before a fraction's word, and the word, become "/2" for a number
#   before it, whatever stands there; cleanup_fractions puts the 1 back only where no letter stands.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet numerizer==0.2.4

seen=$(cat <<'SEEN'
one and a half tablets -> 1.5 tablets
half a tablet -> 1/2 1 tablet
Take half a tablet in the morning and half a tablet at night. -> Take/2 1 tablet in the morning and 1/2 a tablet at night.
Digoxin: half a milligram -> Digoxin:1/2 1 milligram
Hepatitis A and B serology negative -> Hepatitis 1 and B serology negative
second and third degree block -> 2nd and/3 degree block
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from numerizer import numerize

for line in (
    "one and a half tablets",
    "half a tablet",
    "Take half a tablet in the morning and half a tablet at night.",
    "Digoxin: half a milligram",
    "Hepatitis A and B serology negative",
    "second and third degree block",
):
    print(line, "->", numerize(line))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: numerizer writes doses in another way than was seen" >&2
    exit 1
fi
