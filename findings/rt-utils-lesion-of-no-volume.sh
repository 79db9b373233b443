#!/usr/bin/env bash
# A segmentation's lesions as structures of DICOM (RTSTRUCT), for planning and for follow-up of
# volumes.
#
# Guess: the contours that rt-utils makes of a mask enclose its voxels: a square of 10 by 10 mm on
#   each slice has 100 mm2, and read again it has its 16 voxels.
# Behaviour: they run through the centres of the outer voxels, half a voxel further in on every side.
#   The square, of voxels of 2.5 mm, has 56 mm2; a lesion of 2 by 2 voxels a fourth of its area; what
#   is one voxel wide, none. The mask of a big organ looks right; the smaller the lesion, the more is
#   missing. Read again by rt-utils, which counts the rim in, each mask is what it was, so a round
#   trip shows nothing; a planning system, or a volume by the contours' area, takes them as they are.
#   Nothing warns.
# Version: rt-utils 1.2.7, pydicom 3.0.2, numpy 2.4.6, opencv-python 5.0.0.93.
# Source: rt_utils/image_helper.py, find_mask_contours: cv.findContours gives centres of pixels, which
#   are written as the outline. Issue 86 there, open, speaks of corners alone; pull request 141,
#   merged in August 2026, adds outlines at the edges on request, and isn't in a release. DICOM PS3.3,
#   C.8.8.6: CLOSED_PLANAR is a closed contour (polygon).
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet rt-utils==1.2.7 pydicom==3.0.2 numpy==2.4.6 opencv-python==5.0.0.93

seen=$(cat <<'SEEN'
organ of 24 x 24 voxels: 3600 mm2 a slice; contour 3306 mm2; read again 3600 mm2
square of 4 x 4 voxels: 100 mm2 a slice; contour 56 mm2; read again 100 mm2
lesion of 2 x 2 voxels: 25 mm2 a slice; contour 6 mm2; read again 25 mm2
vessel of 1 x 8 voxels: 50 mm2 a slice; contour 0 mm2; read again 50 mm2
SEEN
)
got=$(cd "$work" && venv/bin/python -W ignore - <<'PYTHON'
import logging
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
from rt_utils import RTStructBuilder

logging.disable()
SIDE, SPACING, SLICES = 64, 2.5, 5
SHAPES = {"organ": (24, 24), "square": (4, 4), "lesion": (2, 2), "vessel": (1, 8)}
study, series, frame = (generate_uid() for _ in range(3))


def write(number):
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, generate_uid()
    image.StudyInstanceUID, image.SeriesInstanceUID, image.FrameOfReferenceUID = study, series, frame
    image.Modality, image.InstanceNumber, image.SliceThickness = "CT", number, SPACING
    image.PatientName, image.PatientID, image.StudyID = "A^B", "1", "1"
    image.PatientBirthDate = image.PatientSex = image.ReferringPhysicianName = ""
    image.StudyDate, image.StudyTime, image.AccessionNumber = "20240102", "1000", ""
    image.ImagePositionPatient = [0, 0, SPACING * number]
    image.PixelSpacing, image.ImageOrientationPatient = [SPACING, SPACING], [1, 0, 0, 0, 1, 0]
    image.Rows = image.Columns = SIDE
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation = 15, 1
    image.PixelData = np.zeros((SIDE, SIDE), np.int16).tobytes()
    image.save_as(f"ct/{number}.dcm", enforce_file_format=True)


def area(points):
    # That of a polygon, by the shoelace formula.
    x, y, _ = points.astype(float).T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


Path("ct").mkdir()
for number in range(SLICES):
    write(number)
structures = RTStructBuilder.create_new("ct")
for name, (rows, columns) in SHAPES.items():
    mask = np.zeros((SIDE, SIDE, SLICES), bool)
    mask[10 : 10 + rows, 10 : 10 + columns, 1:4] = True
    structures.add_roi(mask=mask, name=name)
structures.save("rs.dcm")

again = RTStructBuilder.create_from("ct", "rs.dcm")
written = pydicom.dcmread("rs.dcm").ROIContourSequence
for (name, (rows, columns)), structure in zip(SHAPES.items(), written):
    contour = area(np.array(structure.ContourSequence[0].ContourData).reshape(-1, 3))
    voxels = again.get_roi_mask_by_name(name)[:, :, 2].sum()
    own = f"{rows * columns * SPACING**2:.0f} mm2 a slice; contour {contour:.0f} mm2"
    print(f"{name} of {rows} x {columns} voxels: {own}; read again {voxels * SPACING**2:.0f} mm2")
PYTHON
)
got=$(grep -v '^Writing' <<<"$got")
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: contours enclose other areas than were seen" >&2
    exit 1
fi
