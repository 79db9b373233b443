#!/usr/bin/env bash
# A language model names a dose; spacy-llm looks for it in the note.
#
# Guess: the answer "DOSE: 5 mg" becomes the one entity "5 mg"; "15 mg" is another dose, and what
#   begins inside of a token is no match.
# Behaviour: "5 mg" is found inside of "15 mg" too. The match is then shrunk to whole tokens, and the
#   unit alone, "mg", becomes a DOSE, with a place where the model's words don't stand.
# Version: spacy-llm 0.7.4, task spacy.NER.v2 (v3 reads answers with the same function), spaCy 3.8.18.
# Source: spacy_llm/tasks/util/parsing.py, find_substrings: str.find, without borders of words;
#   spacy_llm/tasks/span/parser.py then calls Doc.char_span with alignment_mode "contract".
# Output seen: the line of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet spacy==3.8.18 spacy-llm==0.7.4

seen="[('mg', 11, 'DOSE'), ('5 mg', 21, 'DOSE')]"
got=$("$work/venv/bin/python" - 2>"$work/errors" <<'PYTHON'
import warnings

import spacy
from spacy_llm.tasks.ner.registry import make_ner_task_v2

warnings.simplefilter("ignore")
doc = spacy.blank("en")("Digoxin 15 mg, later 5 mg.")
task = make_ner_task_v2(labels=["DOSE"])
(made,) = task.parse_responses([[doc]], [["DOSE: 5 mg"]])
print([(ent.text, ent.start_char, ent.label_) for ent in made.ents])
PYTHON
) || { cat "$work/errors" >&2; exit 1; }
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: answers of a model are found at other places than were seen" >&2
    exit 1
fi
