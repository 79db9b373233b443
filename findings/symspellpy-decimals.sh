#!/usr/bin/env bash
# Spelling correction of a line with doses and results.
#
# Guess: told to leave alone what is no word and what has digits, lookup_compound mends the words and
#   leaves each number as it is.
# Behaviour: the point is a border of words to it, so "2.5" becomes "2 5", "7.5%" becomes "7 5", and
#   "120/80" "120 80": a dose of two and a half is a two and a five. The unit "mg" is a misspelt
#   "my", and "metformin", which the list of words that comes with it doesn't know, "me forming".
#   With split_by_space the number stays.
# Version: symspellpy 6.10.1, with the list of English words that it brings.
# Source: symspellpy/helpers.py, parse_words: a regular expression of letters and digits, used by
#   SymSpell.lookup_compound before any of the settings are looked at; is_acronym for the digits.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet symspellpy==6.10.1

seen=$(cat <<'SEEN'
INR 2.5 -> INR 2 5
hba1c 7.5% -> hba1c 7 5
bp 120/80 -> by 120 80
metformin 500 mg -> me forming 500 my
INR 2.5 by blanks -> INR 2.5
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from importlib.resources import files

from symspellpy import SymSpell

speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
words = files("symspellpy") / "frequency_dictionary_en_82_765.txt"
speller.load_dictionary(str(words), term_index=0, count_index=1)
LEAVE = {"ignore_non_words": True, "ignore_term_with_digits": True}
for line in ("INR 2.5", "hba1c 7.5%", "bp 120/80", "metformin 500 mg"):
    print(line, "->", speller.lookup_compound(line, 2, **LEAVE)[0].term)
(best, *_) = speller.lookup_compound("INR 2.5", 2, split_by_space=True, **LEAVE)
print("INR 2.5 by blanks ->", best.term)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: symspellpy corrects numbers in another way than was seen" >&2
    exit 1
fi
