#!/usr/bin/env bash
# How hard a leaflet for patients is to read, by formulas that count words a sentence.
#
# Guess: shorter sentences make a leaflet easier: "Stop smoking. Drink water." has two of them, and
#   "Take 2.5 mg now." one.
# Behaviour: sentences of one and two words aren't counted, but their words are: seven plain
#   instructions are one sentence of 14 words, nine school years harder than seven of three and four
#   words. A dose with a point ends a sentence, so that it makes a text easier. Nothing warns.
# Version: textstat 0.7.13.
# Source: textstat/backend/counts/_count_sentences.py: a sentence ends at each ".", "!" and "?", those
#   of at most two words are subtracted; metrics divide by what is left. The docstring says "Number of
#   sentences in `text`".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet textstat==0.7.13

seen=$(cat <<'SEEN'
two words each: 1 sentences, 14 words, grade 9.5
three or four: 7 sentences, 23 words, grade 0.5
one dose: 1 sentences, 11 words, grade 2.1
the same, halved: 2 sentences, 11 words, grade 0.2
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import textstat

TEXTS = {
    "two words each": "Stop smoking. Drink water. Eat fruit. Walk daily. Sleep well. Take tablets. Call us.",
    "three or four": "Stop smoking now. Drink more water. Eat some fruit. Go for walks daily. "
    "Try to sleep well. Take your tablets. Do call us.",
    "one dose": "Take the tablet of 5 mg each morning before you eat.",
    "the same, halved": "Take the tablet of 2.5 mg each morning before you eat.",
}
for what, text in TEXTS.items():
    counts = f"{textstat.sentence_count(text)} sentences, {textstat.lexicon_count(text)} words"
    print(f"{what}: {counts}, grade {textstat.automated_readability_index(text):.1f}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: textstat counts sentences in another way than was seen" >&2
    exit 1
fi
