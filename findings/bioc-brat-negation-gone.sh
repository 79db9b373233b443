#!/usr/bin/env bash
# A note annotated in brat, taken to BioC: a mention with a negation, a code and an annotator's remark.
#
# Guess: bioc, which reads both, carries over what both hold: the mention's type, that it is negated,
#   its code in UMLS, and the remark beside it.
# Behaviour: the negation is gone: a disease that the note rules out looks like one that it asserts.
#   The type of a mention with a remark is "AnnotatorNotes", the remark's own, so that the disease
#   isn't one any more. Of "Severity mild" the word "mild" is left. Lines of normalization (N1)
#   aren't even read: saved again as brat, the corpus has no codes. Nothing is raised or logged.
# Version: bioc 2.1.
# Source: bioc/tools/brat2bioc.py, brat2bioc_doc: the infons "type" and "note_id" are set for the
#   remark over those of the mention, and of attributes only the values are joined;
#   bioc/brat/decoder.py, load_ann: no branch for lines that begin with N. brat's page "Standoff
#   format", "Normalization annotations" and "Attribute and modification annotations".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet bioc==2.1

seen=$(cat <<'SEEN'
brat again: T1 T2 A1 A2 #1
BioC: asthma {'attributes': '', 'note': 'see page 2', 'note_id': '#1', 'type': 'AnnotatorNotes'}
BioC: eczema {'attributes': 'mild', 'note_id': 'A2', 'type': 'Disease'}
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from bioc import brat
from bioc.tools.brat2bioc import brat2bioc_doc

NOTE = "No asthma. Mild eczema."
LINES = """\
T1	Disease 3 9	asthma
A1	Negated T1
N1	Reference T1 UMLS:C0004096	Asthma
#1	AnnotatorNotes T1	see page 2
T2	Disease 16 22	eczema
A2	Severity T2 mild
N2	Reference T2 UMLS:C0013595	Eczema
"""
document = brat.loads(NOTE, LINES)
print("brat again:", " ".join(line.split("\t")[0] for line in brat.dumps_ann(document).splitlines()))
for mention in brat2bioc_doc(document).annotations:
    print("BioC:", mention.text, dict(sorted(mention.infons.items())))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: bioc carries other things from brat than was seen" >&2
    exit 1
fi
