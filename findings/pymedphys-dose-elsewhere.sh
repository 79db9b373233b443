#!/usr/bin/env bash
# A dose of radiotherapy (DICOM RT Dose), 60 Gy in a target around z = 110 mm; the places of its slices are written
# in either of the two ways that DICOM has: relative to the first slice, or as the z of each.
#
# Guess: one dose in two ways has the same places, and two libraries find the same dose at the target.
# Behaviour: with the z of each pymedphys adds the first slice's z to all of them: the dose is 100 mm away, at the
#   target it's 0 for 60 Gy. Nothing warns, though the orientation is checked. SimpleITK has the same places for
#   both.
# Version: pymedphys 0.41.0, SimpleITK 2.5.7, pydicom 3.0.2, scipy 1.17.1, numpy 2.4.6.
# Source: DICOM PS3.3, C.8.8.3.2, Grid Frame Offset Vector: relative if the first value is zero, and the z
#   coordinates themselves if it's that of Image Position (Patient). pymedphys/_dicom/coords.py adds it in any
#   case; its page of zyx_and_dose_from_dataset doesn't tell.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pymedphys==0.41.0 SimpleITK==2.5.7 pydicom==3.0.2 scipy==1.17.1 numpy==2.4.6

seen=$(cat <<'SEEN'
relative: by pymedphys z 100 to 120, 60 Gy at the target; by SimpleITK z 100 to 120
absolute: by pymedphys z 200 to 220, 0 Gy at the target; by SimpleITK z 100 to 120
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import numpy as np
import pydicom
import pymedphys
import SimpleITK as sitk
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, RTDoseStorage, generate_uid
from scipy.interpolate import interpn

STEP, SLICES, FIRST, TARGET = 2.0, 11, 100.0, (110.0, 0.0, 0.0)
DOSE = np.full((SLICES, 11, 11), 2.0)
DOSE[3:8, 3:8, 3:8] = 60
ORIGIN = [-10.0, -10.0, FIRST]


def write(path, offsets):
    plan = pydicom.Dataset()
    plan.file_meta = FileMetaDataset()
    plan.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    plan.SOPClassUID, plan.SOPInstanceUID = RTDoseStorage, generate_uid()
    plan.Modality, plan.PatientID, plan.PatientPosition = "RTDOSE", "1", "HFS"
    plan.NumberOfFrames, plan.Rows, plan.Columns = DOSE.shape
    plan.PixelSpacing, plan.ImagePositionPatient = [STEP, STEP], ORIGIN
    plan.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    plan.GridFrameOffsetVector, plan.FrameIncrementPointer = list(offsets), 0x3004000C
    plan.DoseUnits, plan.DoseType, plan.DoseSummationType = "GY", "PHYSICAL", "PLAN"
    plan.DoseGridScaling = 0.01
    plan.BitsAllocated = plan.BitsStored = 32
    plan.HighBit, plan.PixelRepresentation, plan.SamplesPerPixel = 31, 0, 1
    plan.PhotometricInterpretation = "MONOCHROME2"
    plan.PixelData = np.round(DOSE / 0.01).astype("<u4").tobytes()
    plan.save_as(path, enforce_file_format=True)


steps = STEP * np.arange(SLICES)
ways = {"relative": steps, "absolute": FIRST + steps}
for way, offsets in ways.items():
    write(f"{way}.dcm", offsets)
    plan = pydicom.dcmread(f"{way}.dcm")
    axes, dose = pymedphys.dicom.zyx_and_dose_from_dataset(plan)
    found = interpn(axes, dose, [TARGET], bounds_error=False, fill_value=0)[0]
    image = sitk.ReadImage(f"{way}.dcm")
    print(f"{way}: by pymedphys z {axes[0][0]:g} to {axes[0][-1]:g}, {found:g} Gy at the target;", end=" ")
    last = image.GetOrigin()[2] + image.GetSpacing()[2] * (image.GetSize()[2] - 1)
    print(f"by SimpleITK z {image.GetOrigin()[2]:g} to {last:g}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: doses are at other places than were seen" >&2
    exit 1
fi
