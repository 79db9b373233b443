#!/usr/bin/env bash
# A dose in words, as prescriptions of controlled drugs want it beside the figures.
#
# Guess: 0.05, 0.5 and 0.005 have other words each, in every language that the library has, as in
#   English: "zero point zero five".
# Behaviour: in two of them they have the same. Persian calls each of the three "half", and 1.05 "one
#   and a half"; Bengali says "zero point five" for all, "two point one" for 2.01: ten and a hundred
#   times the dose. Persian tells 2.01 from 2.1: its slip is with a five alone. Nothing is raised or
#   warned of.
# Version: num2words 0.5.14.
# Source: num2words/lang_FA.py, fractional: a 5 is "half" whatever the place that it stands at;
#   num2words/lang_BN.py, parse_number: the digits behind the point become a whole number, which has no
#   zeros before it.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet num2words==0.5.14

seen=$(cat <<'SEEN'
bn: 0.5 = 0.05 = 0.005, শূন্য দশমিক পাঁচ
bn: 1.5 = 1.05, এক দশমিক পাঁচ
bn: 2.1 = 2.01, দুই দশমিক এক
bn: 12.5 = 12.05, বারো দশমিক পাঁচ
fa: 0.5 = 0.05 = 0.005, نیم
fa: 1.5 = 1.05, یک و نیم
fa: 12.5 = 12.05, دوازده و نیم
en: one point five, one point zero five
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from num2words import CONVERTER_CLASSES, num2words

DOSES = [0.5, 0.05, 0.005, 1.5, 1.05, 2.1, 2.01, 12.5, 12.05]


def in_words(dose, language):
    # Some languages have no words for fractions, and say so.
    try:
        return num2words(dose, lang=language)
    except (NotImplementedError, TypeError, ValueError):
        return f"none for {dose}"


for language in sorted(CONVERTER_CLASSES):
    doses = {}
    for dose in DOSES:
        doses.setdefault(in_words(dose, language), []).append(str(dose))
    for words, same in doses.items():
        if len(same) > 1:
            print(f"{language}: {' = '.join(same)}, {words}")
print("en:", ", ".join(num2words(dose) for dose in (1.5, 1.05)))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: num2words has other words for doses than were seen" >&2
    exit 1
fi
