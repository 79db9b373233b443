#!/usr/bin/env bash
# PET series from one camera, given without names to a study; its uptake is read from the copies.
#
# Guess: the copies' dates and times are moved together, so an injection at 10:00 and a scan at 11:00
#   are still an hour apart, and SUV, which corrects for the decay between, is what it was.
# Behaviour: a time that has no date of its own stays: Radiopharmaceutical Start Time is 10:00 in all
#   copies, while Series Date and Time go back by a number of whole hours, another one for each seed.
#   An uptake of 5.0 is 0.1 in a copy whose scan comes before the injection on the clock, and 15.6 or
#   471.5 in those where it comes later than it did. Radiopharmaceutical Start DateTime, the newer
#   attribute, moves as it should, so a test with it passes, and one file holds two times of injection.
#   Nothing warns.
# Version: dicognito 0.19.0, pydicom 3.0.2.
# Source: dicognito/datetimeanonymizer.py: only DA and DT are looked at, and of TM the one named as a
#   DA; its page: "Dates and times will be shifted into the past". DICOM PS3.3, PET Isotope Module: each
#   of (0018,1072) and (0018,1078) is of type 3, either may stand alone. PS3.15, E.3.6: modified dates
#   and times keep their distances.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet dicognito==0.19.0 pydicom==3.0.2

seen=$(cat <<'SEEN'
as it came: injected 100000, scanned 110000: SUV 5.0, with the date of injection 5.0
copy by seed a: injected 100000, scanned 020000: SUV 0.2, with the date of injection 5.0
copy by seed d: injected 100000, scanned 000000: SUV 0.1, with the date of injection 5.0
copy by seed l: injected 100000, scanned 140000: SUV 15.6, with the date of injection 5.0
copy by seed j: injected 100000, scanned 230000: SUV 471.5, with the date of injection 5.0
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from datetime import datetime

from dicognito.anonymizer import Anonymizer
from pydicom.dataset import Dataset, FileMetaDataset

HALF_LIFE, SPAN = 6586.2, "%Y%m%d%H%M%S"


def series():
    injection = Dataset()
    injection.RadiopharmaceuticalStartTime = "100000"
    injection.RadiopharmaceuticalStartDateTime = "20240305100000"
    injection.RadionuclideHalfLife = str(HALF_LIFE)
    injection.RadionuclideTotalDose = "370000000"
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.PatientID, made.PatientName, made.PatientWeight = "1", "A^B", "74"
    made.Modality, made.StudyInstanceUID, made.DecayCorrection = "PT", "1.2.3", "START"
    made.SeriesDate, made.SeriesTime = "20240305", "110000"
    made.RadiopharmaceuticalInformationSequence = [injection]
    return made


def uptake(scan, injected):
    seconds = (datetime.strptime(scan, SPAN) - datetime.strptime(injected, SPAN)).total_seconds()
    left = 370e6 * 0.5 ** (seconds / HALF_LIFE)
    return 5 * 370e6 * 0.5 ** (3600 / HALF_LIFE) / left


def shown(what, made):
    injection = made.RadiopharmaceuticalInformationSequence[0]
    time, date = injection.RadiopharmaceuticalStartTime, made.SeriesDate
    scan = date + made.SeriesTime
    by_time = uptake(scan, date + time)
    by_both = uptake(scan, injection.RadiopharmaceuticalStartDateTime)
    print(f"{what}: injected {time}, scanned {made.SeriesTime}:", end=" ")
    print(f"SUV {by_time:.1f}, with the date of injection {by_both:.1f}")


shown("as it came", series())
for seed in ("a", "d", "l", "j"):
    copy = series()
    Anonymizer(seed=seed).anonymize(copy)
    shown(f"copy by seed {seed}", copy)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: times of injection move in another way than was seen" >&2
    exit 1
fi
