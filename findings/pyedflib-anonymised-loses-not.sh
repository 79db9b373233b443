#!/usr/bin/env bash
# A reader's remarks on an EEG, and the copy of the recording without the patient's name.
#
# Guess: the copy of a valid EDF+ file has another name and the same 20 remarks: pyedflib reads all of
#   them, whole, and anonymize_edf is asked to change the name alone.
# Behaviour: 10 are left of 20, and each ends after 40 characters: "right temporal sharp transients,
#   not epileptiform" ends at "not". As many remarks are kept as the recording has seconds, the first
#   ones. Nothing is raised or warned of; what EdfWriter.writeAnnotation is given is lost in the same
#   way. edfio writes and reads all.
# Version: pyedflib 0.1.42, edfio 0.4.13, numpy 2.4.6.
# Source: pyedflib/highlevel.py, write_edf, called by anonymize_edf, and the C library beneath: a
#   remark for each record of a second, unless set_number_of_annotation_signals says more, and 40 bytes
#   of text (EDFLIB_WRITE_MAX_ANNOTATION_LEN); issues 34, 187 and 215 there, pull request 290. EDF+
#   (Kemp and Olivan 2003) limits neither.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pyedflib==0.1.42 edfio==0.4.13 numpy==2.4.6

seen=$(cat <<'SEEN'
written by edfio: 20 '03 right temporal sharp transients, not epileptiform'
read by pyedflib: 20 '03 right temporal sharp transients, not epileptiform'
anonymised: 10 '03 right temporal sharp transients, not '
SEEN
)
got=$(cd "$work" && venv/bin/python - <<'PYTHON'
import edfio
import numpy as np
from pyedflib import highlevel

WORDS = "right temporal sharp transients, not epileptiform"
remarks = [edfio.EdfAnnotation(n / 4, None, f"{n:02} {WORDS}") for n in range(20)]
wave = edfio.EdfSignal(np.linspace(-1, 1, 2560), 256, label="EEG")
patient = edfio.Patient(name="Ann_Example")
edfio.Edf([wave], patient=patient, annotations=remarks).write("read.edf")
kept = edfio.read_edf("read.edf").annotations
print("written by edfio:", len(kept), repr(kept[3].text))
read = highlevel.read_edf("read.edf")[2]["annotations"]
print("read by pyedflib:", len(read), repr(str(read[3][2])))
highlevel.anonymize_edf("read.edf", "copy.edf", to_remove=["patientname"], new_values=["x"])
kept = edfio.read_edf("copy.edf").annotations
print("anonymised:", len(kept), repr(kept[3].text))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: pyedflib keeps other remarks than was seen" >&2
    exit 1
fi
