#!/usr/bin/env bash
# A cardiologist's remark beside the beats of an ECG.
#
# Guess: eleven annotations that wfdb writes are eleven when wfdb reads them, with their text, however
#   long; or, where the format has no room for the text, the writing is refused, as it is with a tab.
# Behaviour: a remark of 256 characters is taken, and its letters come back as 128 annotations at times
#   that they happen to spell: 22 atrial premature beats, 19 with a bundle branch block, 18 changes
#   of rhythm, where the remark says that there are none. The remark is empty, and the five beats
#   after it are three minutes late. With 255 characters all is right.
# Version: wfdb 4.3.1.
# Source: wfdb/io/annotation.py, field2bytes: the length goes into a byte, and its higher bits are
#   lost; Annotation.check_field looks for tabs and new lines in aux_note, not at its length. annot(5)
#   of the WFDB Applications Guide: AUX has ten bits for the length, of which this writer fills eight.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet wfdb==4.3.1

seen=$(cat <<'SEEN'
255: 11 annotations, the last at 11.0 s
   ":1 N:10
   remark of 255 characters
256: 139 annotations, the last at 198.96 s
   ":1 *:1 +:18 ?:1 A:22 B:19 D:2 N:10 ^:14 j:4 p:14 s:1 t:17 u:14 ~:1
   remark of 0 characters
SEEN
)
got=$(cd "$work" && venv/bin/python - <<'PYTHON'
from collections import Counter

import numpy as np
import wfdb

REMARK = (
    "Sinus rhythm, no ectopic beats in this strip. The baseline wanders with breathing; the T wave"
    " is flat in lead III, as in the recording of last year, and is not taken for ischaemia. The"
    " patient reported no symptoms. Repeat the recording after the change of dose next week, please."
)
samples = np.arange(1, 12) * 250
for length in (255, 256):
    remarks = [""] * 5 + [REMARK[:length]] + [""] * 5
    wfdb.wrann("ecg", "atr", samples, symbol=list('NNNNN"NNNNN'), aux_note=remarks, fs=250)
    read = wfdb.rdann("ecg", "atr")
    kinds = Counter(read.symbol)
    print(f"{length}: {len(read.sample)} annotations, the last at {read.sample[-1] / 250} s")
    print("  ", " ".join(f"{symbol}:{count}" for symbol, count in sorted(kinds.items())))
    print("   remark of", sum(len(text) for text in read.aux_note), "characters")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: wfdb writes long remarks in another way than was seen" >&2
    exit 1
fi
