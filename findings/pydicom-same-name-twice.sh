#!/usr/bin/env bash
# One patient's name from two machines, with and without the empty parts at its end.
#
# Guess: pydicom's PersonName, which knows the five parts of a name, says that "ADAMS^JOHN^^^" is
#   "ADAMS^JOHN": the parts are equal one by one, and the standard lets a writer leave the rest out.
# Behaviour: they are neither equal nor of one hash, though all parts are; so a set or a join over
#   names has the patient twice. An empty group at the end, "ADAMS^JOHN=", is left out as it should.
# Version: pydicom 3.0.2.
# Source: pydicom/valuerep.py, PersonName.__eq__ compares str(self), __hash__ the groups, each as it
#   is written.
#   DICOM PS3.5, section 6.2.1.1: null components and groups at the end, with their delimiters, may
#   be left out.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pydicom==3.0.2

seen=$(cat <<'SEEN'
ADAMS^JOHN^^^ equal False, parts equal True, names in a set 2
ADAMS^JOHN= equal True, parts equal True, names in a set 1
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from pydicom.valuerep import PersonName

PARTS = ("family_name", "given_name", "middle_name", "name_prefix", "name_suffix")


def parts(name):
    return [getattr(name, part) for part in PARTS] + [name.ideographic, name.phonetic]


short = PersonName("ADAMS^JOHN")
for written in ("ADAMS^JOHN^^^", "ADAMS^JOHN="):
    long = PersonName(written)
    same = f"equal {long == short}, parts equal {parts(long) == parts(short)}"
    print(f"{written} {same}, names in a set {len({long, short})}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: pydicom compares names in another way than was seen" >&2
    exit 1
fi
