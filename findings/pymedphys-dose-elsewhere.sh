#!/usr/bin/env bash
# Doses of radiotherapy (DICOM RT Dose) around z = 110 mm: 60 Gy in a target, whose slices have their places in
# either of the two ways that DICOM has, relative to the first slice or as the z of each; and a boost of 10 Gy.
#
# Guess: one dose in two ways has the same places, and two libraries find the same dose at the target.
# Behaviour: with the z of each pymedphys adds the first slice's z to all of them: the dose is 100 mm away, at the
#   target it's 0 for 60 Gy. SimpleITK has the same places for both, but no doses: it doesn't multiply by the
#   file's scaling, which each file has of its own, so that the boost is the greater dose. Nothing warns.
# Version: pymedphys 0.41.0, SimpleITK 2.5.7, pydicom 3.0.2, scipy 1.17.1, numpy 2.4.6.
# Source: DICOM PS3.3, C.8.8.3.2, Grid Frame Offset Vector: relative if the first value is zero, and the z
#   coordinates themselves if it's that of Image Position (Patient); C.8.8.3, Dose Grid Scaling: the factor that
#   makes doses of the numbers. pymedphys/_dicom/coords.py adds the position in any case, though it checks the
#   orientation. SimpleITK's reader of DICOM multiplies CT and PET by their slopes.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pymedphys==0.41.0 SimpleITK==2.5.7 pydicom==3.0.2 scipy==1.17.1 numpy==2.4.6

seen=$(cat <<'SEEN'
relative: by pymedphys z 100 to 120, 60 Gy at the target; by SimpleITK z 100 to 120
absolute: by pymedphys z 200 to 220, 0 Gy at the target; by SimpleITK z 100 to 120
relative.dcm, at the target: by pymedphys 60, by SimpleITK 6000
boost.dcm, at the target: by pymedphys 10, by SimpleITK 10000
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


def write(path, offsets, dose=DOSE, scaling=0.01):
    plan = pydicom.Dataset()
    plan.file_meta = FileMetaDataset()
    plan.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    plan.SOPClassUID, plan.SOPInstanceUID = RTDoseStorage, generate_uid()
    plan.Modality, plan.PatientID, plan.PatientPosition = "RTDOSE", "1", "HFS"
    plan.NumberOfFrames, plan.Rows, plan.Columns = dose.shape
    plan.PixelSpacing, plan.ImagePositionPatient = [STEP, STEP], ORIGIN
    plan.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    plan.GridFrameOffsetVector, plan.FrameIncrementPointer = list(offsets), 0x3004000C
    plan.DoseUnits, plan.DoseType, plan.DoseSummationType = "GY", "PHYSICAL", "PLAN"
    plan.DoseGridScaling = scaling
    plan.BitsAllocated = plan.BitsStored = 32
    plan.HighBit, plan.PixelRepresentation, plan.SamplesPerPixel = 31, 0, 1
    plan.PhotometricInterpretation = "MONOCHROME2"
    plan.PixelData = np.round(dose / scaling).astype("<u4").tobytes()
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
write("boost.dcm", steps, dose=DOSE / 6, scaling=0.001)
for path in ("relative.dcm", "boost.dcm"):
    axes, dose = pymedphys.dicom.zyx_and_dose_from_dataset(pydicom.dcmread(path))
    image = sitk.ReadImage(path)
    other = image[image.TransformPhysicalPointToIndex(TARGET[::-1])]
    print(f"{path}, at the target: by pymedphys {interpn(axes, dose, [TARGET])[0]:g}, by SimpleITK {other}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: doses are at other places than were seen" >&2
    exit 1
fi
