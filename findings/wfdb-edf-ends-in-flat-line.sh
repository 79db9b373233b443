#!/usr/bin/env bash
# Ten seconds of an ECG of two leads, begun at 22:30:15 on 5 March 2024; one lead was off for a second. They
# are written as a WFDB record, and made an EDF file by the library's converter.
#
# Guess: what is read from the EDF file is the same: its millivolts, its length, its start; a gap stays a gap
#   or is refused, and doesn't become a voltage.
# Behaviour: ten seconds are twenty, and a minute is seventy: a block of the lowest voltage stands at the end, a
#   flat line that nobody had. Of fourteen seconds V1 loses the last four, which are flat too, and lead II
#   has them behind its own as if they were its, twice as high. The second of the loose lead is the lowest
#   voltage. All began at midnight on 1 January 1985. The record, read by the library, is what it was. What
#   the converter prints says nothing of it.
# Version: wfdb 4.3.1, pyedflib 0.1.42, edfio 0.4.18, which read the file alike; numpy 2.4.6.
# Source: wfdb/io/convert/edf.py, wfdb_to_edf: the number of blocks is a quotient plus one, and the last is
#   written without filling up each lead; the start is taken if the word "record", not the record, has one;
#   EDF has no value for missing. Its page says that transducers and prefiltering aren't preserved.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet wfdb==4.3.1 pyedflib==0.1.42 edfio==0.4.18 numpy==2.4.6

seen=$(cat <<'SEEN'
10 s, record: begun 2024-03-05 22:30:15, 10 s, lead off a gap, flat at the end 0.005 s
10 s, EDF by pyedflib: begun 1985-01-01 00:00:00, 20 s, lead off -0.75 mV, flat at the end 10 s
10 s, EDF by edfio: begun 1985-01-01 00:00:00, 20 s, lead off -0.75 mV, flat at the end 10 s
14 s, record: begun 2024-03-05 22:30:15, 14 s, lead off a gap, flat at the end 0.005 s
14 s, EDF by pyedflib: begun 1985-01-01 00:00:00, 20 s, lead off -0.75 mV, flat at the end 10 s
14 s, EDF by edfio: begun 1985-01-01 00:00:00, 20 s, lead off -0.75 mV, flat at the end 10 s
14 s, lead II after its end and the last 4 s of V1: correlation 1.000, greatest 1.50 mV
60 s, record: begun 2024-03-05 22:30:15, 60 s, lead off a gap, flat at the end 0.005 s
60 s, EDF by pyedflib: begun 1985-01-01 00:00:00, 70 s, lead off -0.75 mV, flat at the end 10 s
60 s, EDF by edfio: begun 1985-01-01 00:00:00, 70 s, lead off -0.75 mV, flat at the end 10 s
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import contextlib
import datetime
import io

import edfio
import numpy as np
import pyedflib
import wfdb
from wfdb.io.convert.edf import wfdb_to_edf

RATE = 200


def show(what, start, lead):
    flat = len(lead) - np.flatnonzero(np.diff(lead))[-1] - 1
    loose = lead[RATE * 3 // 2]
    off = "a gap" if np.isnan(loose) else f"{loose:.2f} mV"
    print(f"{what}: begun {start}, {len(lead) / RATE:g} s, lead off {off},", end=" ")
    print(f"flat at the end {flat / RATE:g} s")


for seconds in (10, 14, 60):
    turns = 2 * np.pi * np.arange(seconds * RATE) / RATE
    leads = np.column_stack([1.5 * np.sin(1.2 * turns), 0.75 * np.sin(2.3 * turns)])
    leads[RATE : 2 * RATE, 1] = np.nan
    begun = {"base_time": datetime.time(22, 30, 15), "base_date": datetime.date(2024, 3, 5)}
    names = {"units": ["mV", "mV"], "sig_name": ["II", "V1"], "fmt": ["16", "16"]}
    wfdb.wrsamp("ecg", fs=RATE, p_signal=leads, **names, **begun)
    record = wfdb.rdrecord("ecg")
    show(f"{seconds} s, record", record.base_datetime, record.p_signal[:, 1])
    with contextlib.redirect_stdout(io.StringIO()):
        wfdb_to_edf("ecg")
    with pyedflib.EdfReader("ecg.edf") as file:
        show(f"{seconds} s, EDF by pyedflib", file.getStartdatetime(), file.readSignal(1))
        behind = file.readSignal(0)[seconds * RATE :][: seconds % 10 * RATE]
    file = edfio.read_edf("ecg.edf")
    begun = f"{file.startdate} {file.starttime}"
    show(f"{seconds} s, EDF by edfio", begun, file.signals[1].data)
    if len(behind):
        alike = np.corrcoef(behind, leads[-len(behind) :, 1])[0, 1]
        print(f"{seconds} s, lead II after its end and the last {len(behind) / RATE:g} s of V1:", end=" ")
        print(f"correlation {alike:.3f}, greatest {behind.max():.2f} mV")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: what a record becomes as EDF is another thing than was seen" >&2
    exit 1
fi
