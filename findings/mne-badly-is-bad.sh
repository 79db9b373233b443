#!/usr/bin/env bash
# A reader's remarks on an EEG, with the time that each lasts, and the recording's spectrum and epochs.
#
# Guess: a remark of EDF+ is text beside the signals; what it says changes no number.
# Behaviour: the seconds of each remark that begins with "bad", in whatever case and word, aren't used.
#   "Badly controlled: seizure, left arm" takes the seizure out of the spectrum and of the epochs, so
#   its rhythm of 3 Hz is gone; "Seizure, left arm (badly controlled)" keeps it. "Bad night before" takes
#   its seconds away too. Nothing warns; the number of epochs says that ten are missing.
# Version: mne 1.13.2, edfio 0.4.18, numpy 2.4.6.
# Source: mne/annotations.py and mne/epochs.py: `startswith("BAD")` on the text in capitals; MNE's page
#   on Annotations, "description": epochs are rejected for descriptions that start so, which whoever
#   wrote the remark in another program hasn't read. EDF+ (Kemp and Olivan 2003), 2.2: the text is free.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet mne==1.13.2 edfio==0.4.18 numpy==2.4.6

seen=$(cat <<'SEEN'
Seizure, left arm (badly controlled): greatest power at 3 Hz, 60 epochs, to 200 uV
Badly controlled: seizure, left arm: greatest power at 10 Hz, 50 epochs, to 30 uV
bad night before, awake from here: greatest power at 10 Hz, 50 epochs, to 30 uV
SEEN
)
got=$(cd "$work" && venv/bin/python -W ignore - <<'PYTHON'
import edfio
import mne
import numpy as np

mne.set_log_level("ERROR")
times = np.arange(60 * 256) / 256
seizure = (times >= 20) & (times < 30)
wave = np.where(seizure, 200 * np.sin(6 * np.pi * times), 30 * np.sin(20 * np.pi * times))
REMARKS = (
    "Seizure, left arm (badly controlled)",
    "Badly controlled: seizure, left arm",
    "bad night before, awake from here",
)
for remark in REMARKS:
    signal = edfio.EdfSignal(wave, 256, label="EEG C4", physical_dimension="uV")
    edfio.Edf([signal], annotations=[edfio.EdfAnnotation(20, 10, remark)]).write("eeg.edf")
    raw = mne.io.read_raw_edf("eeg.edf", preload=True)
    power, frequencies = raw.compute_psd(n_fft=512, fmax=40).get_data(return_freqs=True)
    epochs = mne.make_fixed_length_epochs(raw, duration=1.0, preload=True)
    print(f"{remark}: greatest power at {frequencies[power[0].argmax()]:.0f} Hz,", end=" ")
    print(f"{len(epochs)} epochs, to {np.abs(epochs.get_data()).max() * 1e6:.0f} uV")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: remarks take other seconds of an EEG away than was seen" >&2
    exit 1
fi
