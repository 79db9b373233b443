#!/usr/bin/env bash
# Patients of two registries, blocked by the Soundex code of their surnames.
#
# Guess: plain surnames have one code, whichever library makes it: Soundex is a fixed method, a letter
#   and three digits, and names that it takes for the same in one are the same in the other.
# Behaviour: Scott, Skinner, Schmidt, Lloyd and Pfister have other codes in pyphonetics, and Lloyd isn't
#   with Loyd any more, nor Schmidt with Smith: pairs for which one blocks by Soundex at all. In
#   phonetics nearly every name has another, with a digit for vowels and as long as the name. Lee,
#   Jackson and Robert agree in two of three, so tests pass; what isn't in the same block is never
#   compared, and the patient stays two.
# Version: jellyfish 1.3.0, pyphonetics 0.5.3, phonetics 1.0.5.
# Source: pyphonetics/phonetics/soundex.py, phonetics: one code that repeats the first letter's is
#   dropped, which is the letter's own, before repeats are squeezed; phonetics/soundex.py: no vowel is
#   left out (issue 10 there). National Archives, "The Soundex Indexing System", names with letters
#   side by side: Pfister is P236.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet jellyfish==1.3.0 pyphonetics==0.5.3 phonetics==1.0.5

seen=$(cat <<'SEEN'
Lee: L000 L000 L000
Jackson: J250 J250 J0205
Robert: R163 R163 R01063
Scott: S300 S230 S203
Skinner: S560 S256 S20506
Schmidt: S530 S253 S20503
Smith: S530 S530 S5030
Lloyd: L300 L430 L403
Loyd: L300 L300 L030
Pfister: P236 P123 P102306
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import jellyfish
import phonetics
import pyphonetics

pyphonetics_soundex = pyphonetics.Soundex().phonetics
for name in "Lee Jackson Robert Scott Skinner Schmidt Smith Lloyd Loyd Pfister".split():
    codes = jellyfish.soundex(name), pyphonetics_soundex(name), phonetics.soundex(name)
    print(f"{name}:", *codes)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: surnames have other codes than were seen" >&2
    exit 1
fi
