#!/usr/bin/env bash
# SOFA scores of an intensive care unit, day by day.
#
# Guess: from "SOFA J3 : 9", the ninth of day three as French units write it, eds.sofa takes 9, or
#   nothing: it knows of "24h", of admission and of the maximum, and its score has a range.
# Behaviour: the day is the score: 3. "SOFA H24 : 8" is 24, the worst there is, and "SOFA du 12/03 est
#   à 9" is 12, each as an entity with `score_value`; "SOFA à 24h : 8" is 8. Of "à l'entrée à 10, à 24h
#   à 7" it keeps 10, with the method "24H". All are in the range, so nothing filters them out.
# Version: edsnlp 0.23.0, spaCy 3.8.18.
# Source: edsnlp/pipes/ner/scores/sofa/patterns.py, value_extract: the first number behind the word
#   that no "h" or digit follows; a letter before the number isn't looked at.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet edsnlp==0.23.0 spacy==3.8.18

seen=$(cat <<'SEEN'
SOFA à 24h : 8 -> ('SOFA à 24h : 8', 8, '24H')
SOFA J3 : 9 -> ('SOFA J3', 3, 'Non précisée')
SOFA H24 : 8 -> ('SOFA H24', 24, 'Non précisée')
Le SOFA du 12/03 est à 9 -> ('SOFA du 12', 12, 'Non précisée')
SOFA à l'entrée à 10, à 24h à 7 -> ("SOFA à l'entrée à 10", 10, '24H')
SEEN
)
got=$("$work/venv/bin/python" -W ignore - 2>"$work/errors" <<'PYTHON'
import edsnlp

nlp = edsnlp.blank("eds")
nlp.add_pipe("eds.sentences")
nlp.add_pipe("eds.sofa")
for note in (
    "SOFA à 24h : 8",
    "SOFA J3 : 9",
    "SOFA H24 : 8",
    "Le SOFA du 12/03 est à 9",
    "SOFA à l'entrée à 10, à 24h à 7",
):
    (found,) = nlp(note).spans["sofa"]
    print(note, "->", (found.text, found._.score_value, found._.score_method))
PYTHON
) || { cat "$work/errors" >&2; exit 1; }
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: edsnlp reads other SOFA scores than was seen" >&2
    exit 1
fi
