#!/usr/bin/env bash
# Limits and links beside the tokens of a corpus in CoNLL-U.
#
# Guess: what stands in MISC behind the name and its first "=" is the value, whatever it holds, and the
#   sentence is written as it was read.
# Behaviour: conllu ends the value at the second "=": of the limit ">=92" is left ">", of a link to a
#   code all behind "?id". Written again, the file has lost it; nothing is raised. pyconll keeps it.
# Version: conllu 6.0.0, pyconll 3.3.1.
# Source: conllu/parser.py, parse_dict_value: the part is split at every "=", and the second piece
#   taken. Universal Dependencies, "CoNLL-U Format", MISC: a list parted by "|", as a rule of names and
#   values; no sign but the bar is kept for the format.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet conllu==6.0.0 pyconll==3.3.1

seen=$(cat <<'SEEN'
conllu: Code=kb?id|Limit=>|SpaceAfter=No
pyconll: Code=kb?id=431314004|Limit=>=92|SpaceAfter=No
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import conllu
import pyconll

MISC = "Code=kb?id=431314004|Limit=>=92|SpaceAfter=No"
SENTENCE = "\t".join(("1", "SpO2", "SpO2", "NOUN", "_", "_", "0", "root", "_", MISC)) + "\n\n"
print("conllu:", conllu.parse(SENTENCE)[0].serialize().strip().split("\t")[9])
print("pyconll:", pyconll.load_from_string(SENTENCE).conll().strip().split("\t")[9])
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: conllu reads MISC in another way than was seen" >&2
    exit 1
fi
