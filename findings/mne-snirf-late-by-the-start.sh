#!/usr/bin/env bash
# Functional near-infrared spectroscopy (SNIRF): a minute of samples that begins ten seconds after the time
# origin, and tones at 20, 40 and 62 seconds; the signal is 2 for the five seconds from a tone on, else 1.
#
# Guess: a tone is at the samples that were taken when it was given, ten seconds after the first one.
# Behaviour: MNE puts it twenty seconds after the first: what answers the tone lies before it, the signal after it
#   is 1, and the last tone is gone. It's so whether the file has all times or, as the format allows, the start
#   and the step; where the first sample is at 0, all is well. Nothing warns, and the format's own validator
#   finds the file valid.
# Version: mne 1.13.2, snirf 0.8.0, h5py 3.16.0, numpy 2.4.6.
# Source: mne/io/snirf/_snirf.py: _extract_sampling_rate reads the start and forgets it, the onsets are those of
#   the file. SNIRF specification 1.1, /nirs(i)/data(j)/time: "acquisition time of the measurement relative to the
#   time origin"; /nirs(i)/stim(j)/data: "the time relative to the time origin".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet mne==1.13.2 snirf==0.8.0 h5py==3.16.0 numpy==2.4.6

seen=$(cat <<'SEEN'
from 0 s on, all times: valid True; with the tones, by snirf 2 2 2; by MNE 2 2 2
from 10 s on, all times: valid True; with the tones, by snirf 2 2 2; by MNE 1 1
from 10 s on, 2 times: valid True; with the tones, by snirf 2 2 2; by MNE 1 1
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning -W error::RuntimeWarning - <<'PYTHON'
import h5py
import mne
import numpy as np
from snirf import Snirf, validateSnirf

RATE, TONES = 10, (20.0, 40.0, 62.0)
TAGS = {"SubjectID": "1", "MeasurementDate": "2024-03-05", "MeasurementTime": "10:00:00Z"}
TAGS |= {"LengthUnit": "mm", "TimeUnit": "s", "FrequencyUnit": "Hz"}


def write(start, seconds, short=False):
    """A signal of 1, and of 2 for five seconds from each tone on."""
    times = start + np.arange(seconds * RATE) / RATE
    signal = np.ones(len(times))
    for tone in TONES:
        signal[(times >= tone) & (times < tone + 5)] = 2
    with h5py.File("brain.snirf", "w") as file:
        file["formatVersion"] = "1.1"
        for tag, value in TAGS.items():
            file[f"nirs/metaDataTags/{tag}"] = value
        file["nirs/data1/dataTimeSeries"] = np.stack([signal, signal], axis=1)
        file["nirs/data1/time"] = np.array([start, 1 / RATE]) if short else times
        for channel in (1, 2):
            kinds = {"sourceIndex": 1, "detectorIndex": 1, "wavelengthIndex": channel}
            for kind, value in (kinds | {"dataType": 1, "dataTypeIndex": 1}).items():
                file[f"nirs/data1/measurementList{channel}/{kind}"] = value
        file["nirs/stim1/name"] = "tone"
        file["nirs/stim1/data"] = np.array([[tone, 5.0, 1.0] for tone in TONES])
        file["nirs/probe/wavelengths"] = np.array([760.0, 850.0])
        file["nirs/probe/sourcePos3D"] = np.zeros((1, 3))
        file["nirs/probe/detectorPos3D"] = np.array([[30.0, 0.0, 0.0]])


def by_snirf():
    """The mean of the five seconds from each tone on, by the format's own library."""
    with Snirf("brain.snirf", "r") as file:
        block, stim = file.nirs[0].data[0], file.nirs[0].stim[0]
        times = block.time
        if len(times) == 2:
            times = times[0] + times[1] * np.arange(len(block.dataTimeSeries))
        for tone, length, _ in stim.data:
            within = (times > tone - 0.01) & (times < tone + length - 0.01)
            yield block.dataTimeSeries[within, 0].mean()


def by_mne():
    raw = mne.io.read_raw_snirf("brain.snirf", verbose="warning")
    for one in raw.annotations:
        first = int(round(one["onset"] * raw.info["sfreq"]))
        yield raw.get_data()[0, first : first + 50].mean()


for start, short in ((0.0, False), (10.0, False), (10.0, True)):
    write(start, 70 - int(start), short)
    valid = validateSnirf("brain.snirf").is_valid()
    print(f"from {start:g} s on, {2 if short else 'all'} times: valid {valid};", end=" ")
    print("with the tones, by snirf", *(f"{one:g}" for one in by_snirf()), end="; ")
    print("by MNE", *(f"{one:g}" for one in by_mne()))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: tones are at other samples than were seen" >&2
    exit 1
fi
