#!/usr/bin/env bash
# A term's name with a comma or a colon in an OBO file.
#
# Guess: obonet reads the name that is meant, "diabetes, type 2: mild", from a name whose comma and
#   colon are escaped, as OBO allows: the file is parsed, so what is escaped comes back.
# Behaviour: the backslashes stay. A lookup by the name, or a list of terms made of it, has
#   "diabetes\, type 2\: mild", which no note says. Definitions and synonyms come as whole clauses,
#   quotes, scope and references included. fastobo gives the name that is meant.
# Version: obonet 1.3.0; fastobo 0.14.2 reads it.
# Source: obonet/read.py, parse_tag_line: a regular expression takes the value, nothing unescapes it.
#   OBO Flat File Format 1.4, "OBO escape characters": a reader takes "\X" for the character X.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet obonet==1.3.0 fastobo==0.14.2

cat > "$work/terms.obo" <<'OBO'
format-version: 1.4

[Term]
id: EX:0000001
name: diabetes\, type 2\: mild
synonym: "T2D\, mild" EXACT [EX:1]
OBO

seen=$(cat <<'SEEN'
obonet: diabetes\, type 2\: mild | ['"T2D\\, mild" EXACT [EX:1]']
fastobo: diabetes, type 2: mild | T2D, mild
SEEN
)
got=$("$work/venv/bin/python" - "$work/terms.obo" <<'PYTHON'
import sys

import fastobo
import obonet

term = obonet.read_obo(sys.argv[1]).nodes["EX:0000001"]
print("obonet:", term["name"], "|", term["synonym"])
name, synonym = fastobo.load(sys.argv[1])[0]
print("fastobo:", name.name, "|", synonym.synonym.desc)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: names of an OBO file are read in another way than was seen" >&2
    exit 1
fi
