#!/usr/bin/env bash
# A CAS with two views, such as a report and its plain text, in UIMA's JSON.
#
# Guess: load_cas_from_json reads what Cas.to_json wrote, as load_cas_from_xmi does with to_xmi: a
#   CAS holds any number of views.
# Behaviour: ValueError, "A view with name [plain] already exists!": a CAS with any view but the
#   first can be written as JSON and not read. As XMI it comes back, and its first view may have no
#   text, so that `cas.sofa_string` is None where a note is there, in the view "plain".
# Version: dkpro-cassis 0.12.0.
# Source: cassis/json.py, CasJsonDeserializer: _parse_sofa makes the view of each Sofa, _parse_view
#   makes it once more; only _InitialView is looked up before. UIMA JSON CAS 0.4, "%VIEWS".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet dkpro-cassis==0.12.0

seen=$(cat <<'SEEN'
XMI: {'_InitialView': None, 'plain': 'Denies pain.'}
JSON: ValueError
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from cassis import Cas, load_cas_from_json, load_cas_from_xmi

cas = Cas()
view = cas.create_view("plain")
view.sofa_string, view.sofa_mime = "Denies pain.", "text/plain"
annotation = cas.typesystem.get_type("uima.tcas.Annotation")
view.add(annotation(begin=7, end=11))

read = load_cas_from_xmi(cas.to_xmi(), typesystem=cas.typesystem)
names = [one.sofa.sofaID for one in read.views]
print("XMI:", {name: read.get_view(name).sofa_string for name in names})
try:
    load_cas_from_json(cas.to_json())
    print("JSON: read")
except ValueError as error:
    print("JSON:", type(error).__name__)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: a CAS with two views is read in another way than was seen" >&2
    exit 1
fi
