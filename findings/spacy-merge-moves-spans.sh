#!/usr/bin/env bash
# Coded mentions in doc.spans, and a component behind them that makes one token of each entity.
#
# Guess: after merge_entities the spans of doc.spans stand on the words that they stood on, or on the
#   token that holds them; doc.ents does, in the same pipeline.
# Behaviour: what stands within or behind a merge moves to later words and takes its label and code
#   along: the code of chest pain is on "dyspnea without", the code of pneumonia, which the note
#   rules out, on "today". The characters are still those of before, so text and offsets no longer
#   agree. A span near the end falls off and raises when it is looked at; else nothing is raised or
#   warned of.
# Version: spaCy 3.8.18.
# Source: spacy/tokens/_retokenize.pyx, _merge and _split: arrays of tokens are rewritten, and with
#   them doc.ents, which are marks on tokens; a group of doc.spans holds indices of tokens, which
#   stay. Issue 12024 there, open.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet spacy==3.8.18

seen=$(cat <<'SEEN'
before 29857009: 'chest pain' at 13
before 267036007: 'dyspnea' at 28
before 233604007: 'pneumonia' at 53
before entity: ['Severe acute chest pain']
after 29857009: 'dyspnea without' at 13
after 267036007: 'of' at 28
after 233604007: 'today' at 53
after entity: ['Severe acute chest pain']
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import spacy
from spacy.tokens import Span

nlp = spacy.blank("en")
doc = nlp("Severe acute chest pain and dyspnea without signs of pneumonia on film today.")


def place(words, label, code):
    span = doc.char_span(doc.text.index(words), doc.text.index(words) + len(words))
    return Span(doc, span.start, span.end, label=label, kb_id=code)


def show(when):
    for span in doc.spans["coded"]:
        print(f"{when} {span.kb_id_}: {span.text!r} at {span.start_char}")
    print(when, "entity:", [ent.text for ent in doc.ents])


doc.spans["coded"] = [
    place("chest pain", "FINDING", "29857009"),
    place("dyspnea", "FINDING", "267036007"),
    place("pneumonia", "DISORDER", "233604007"),
]
doc.ents = [place("Severe acute chest pain", "FINDING", "")]
show("before")
nlp.create_pipe("merge_entities")(doc)
show("after")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: spans stand at other words after a merge than was seen" >&2
    exit 1
fi
