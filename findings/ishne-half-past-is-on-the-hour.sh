#!/usr/bin/env bash
# A Holter ECG in the format of ISHNE, begun at 22:30:15; in both leads an R wave of 1 mV, with resolutions of
# 2500 and 5000 nV a step. It's made a CSV file with times.
#
# Guess: each lead's samples are multiplied by its own resolution, and the start is the recording's, in both
#   libraries the same.
# Behaviour: it begins at 22:00:30, one of 9:05:50 at 9:00:05: the minutes are taken for seconds, and there are
#   never any minutes, so every recording begins in the first minute of an hour, and what was at 22:40:15 is
#   found at 22:10:30. The leads are in steps, 400 and 200, so that the same R wave is half as high in the
#   second, and neither the CSV nor the JSON beside it has the size of a step. Nothing warns.
# Version: ishne-to-csv 1.2; ishneholterlib 2020.5.29 gives start and millivolts; numpy 1.26.4, pandas 2.3.3.
# Source: ishne_to_csv/core.py, read_ishne: three bytes for the time of start and the resolution skipped; its
#   page's table of the format: "Start Time (hour [0-23], minute, second)", 3 short integers, 6 bytes, and
#   "Amplitude Resolution (integer number of nV)"; "all leads with correct timestamp for each sample".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet ishne-to-csv==1.2 ishneholterlib==2020.5.29 numpy==1.26.4 pandas==2.3.3

seen=$(cat <<'SEEN'
by ishneholterlib: valid True, begun 22:30:15, R waves 1 mV, 1 mV
by ishne-to-csv: begun 22:00:30, columns time, Lead_1, Lead_2; R waves 400 and 200, at 22:10:30
by ishneholterlib: valid True, begun 09:05:50, R waves 1 mV, 1 mV
by ishne-to-csv: begun 09:00:05, columns time, Lead_1, Lead_2; R waves 400 and 200, at 09:10:05
SEEN
)
got=$(cd "$work" && TZ=UTC "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import struct
from pathlib import Path

import numpy as np
import pandas as pd
from crccheck.crc import Crc16CcittFalse
from ishne_to_csv import ishne_to_csv
from ishneholterlib import Holter

RATE, STEPS = 200, (2500, 5000)


def write(path, start):
    """Ten minutes and some seconds of two leads; the R wave, 1 mV, stands at the end."""
    samples = np.zeros((RATE * 605, 2), "<i2")
    samples[RATE * 600] = [1_000_000 // step for step in STEPS]
    head = struct.pack("<iiiih", 0, len(samples), 522, 522, 1)
    head += struct.pack("<40s40s20shh", b"A", b"B", b"1", 1, 0)
    head += struct.pack("<9h", 1, 2, 1960, 5, 3, 2024, 6, 3, 2024) + struct.pack("<3h", *start)
    for values in ((1, 2), (1, 1), STEPS):
        head += struct.pack("<12h", *values, *[0] * 10)
    head = head[:146] + struct.pack("<h", 2) + head[146:]  # number of leads, behind the start
    head += struct.pack("<h40sh80s80s88s", 0, b"digital", RATE, b"", b"", b"")
    checksum = struct.pack("<H", Crc16CcittFalse.calc(head))
    path.write_bytes(b"ISHNE1.0" + checksum + head + samples.tobytes())


for start in ((22, 30, 15), (9, 5, 50)):
    write(Path("holter.ecg"), start)
    other = Holter("holter.ecg")
    other.load_data()
    print(f"by ishneholterlib: valid {other.is_valid()}, begun {other.start_time},", end=" ")
    print("R waves", ", ".join(f"{max(lead.data):g} mV" for lead in other.lead))
    ishne_to_csv("holter.ecg", output_file="holter.csv", verbose=False)
    table = pd.read_csv("holter.csv")
    times = pd.to_datetime(table["time"])
    highest = table[["Lead_1", "Lead_2"]].max()
    print(f"by ishne-to-csv: begun {times[0].time()}, columns {', '.join(table.columns)};", end=" ")
    print(f"R waves {highest.iloc[0]} and {highest.iloc[1]}, at {times[table['Lead_1'].argmax()].time()}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: times and leads of a Holter are other ones than were seen" >&2
    exit 1
fi
