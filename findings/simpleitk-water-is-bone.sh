#!/usr/bin/env bash
# Air, water, liver and bone of a CT, and the diffusion coefficients of a tumour and of water in an MR map, whose
# Photometric Interpretation is MONOCHROME1: the least value is to be shown white. The values are as ever.
#
# Guess: how an image is shown changes no value: two readers give the same Hounsfield units.
# Behaviour: SimpleITK turns the stored numbers around before it multiplies: water has 2047 HU and is denser than
#   bone with 1047, air is the densest with 3071; where numbers are signed, liver is fat and bone air. In the map
#   water, 3000, has 1095 and the tumour, 700, which diffuses least, the most. A NIfTI image that it writes keeps
#   that, and the tag that it gives says MONOCHROME1 still. Of MONOCHROME2 both have the same. Nothing warns.
# Version: SimpleITK 2.5.7, pydicom 3.0.2, nibabel 5.4.2, numpy 2.4.6.
# Source: DICOM PS3.3, C.7.6.3.1.2: "The minimum sample value is intended to be displayed as white after any VOI
#   gray scale transformations"; C.8.2.1 and C.8.3.1, CT and MR: MONOCHROME1 or MONOCHROME2; C.11.1, Modality LUT:
#   output units are the stored value times slope plus intercept. ITK's itkGDCMImageIO.cxx, whose warning of a
#   changed meaning was taken out in 2024; a comment in SimpleITK's example DicomConvert speaks of display alone.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet SimpleITK==2.5.7 pydicom==3.0.2 nibabel==5.4.2 numpy==2.4.6

seen=$(cat <<'SEEN'
CT, MONOCHROME2: by pydicom -1024, 0, 60, 1000; by SimpleITK -1024, 0, 60, 1000
CT, MONOCHROME1: by pydicom -1024, 0, 60, 1000; by SimpleITK 3071, 2047, 1987, 1047
  written as NIfTI: 3071, 2047, 1987, 1047
CT, signed, MONOCHROME2: by pydicom -1000, 0, 60, 1000; by SimpleITK -1000, 0, 60, 1000
CT, signed, MONOCHROME1: by pydicom -1000, 0, 60, 1000; by SimpleITK 999, -1, -61, -1001
  written as NIfTI: 999, -1, -61, -1001
MR, MONOCHROME2: by pydicom 700, 3000; by SimpleITK 700, 3000
MR, MONOCHROME1: by pydicom 700, 3000; by SimpleITK 3395, 1095
  written as NIfTI: 3395, 1095
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import nibabel
import numpy as np
import pydicom
import SimpleITK as sitk
from pydicom.dataset import FileMetaDataset
from pydicom.pixels import apply_rescale
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

IMAGES = {
    "CT": (CTImageStorage, 12, False, -1024, (-1024, 0, 60, 1000)),
    "CT, signed": (CTImageStorage, 16, True, 0, (-1000, 0, 60, 1000)),
    "MR": (MRImageStorage, 12, False, 0, (700, 3000)),
}


def write(shown, storage, bits, signed, intercept, values):
    image = pydicom.Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID, image.SOPInstanceUID = storage, generate_uid()
    image.StudyInstanceUID, image.SeriesInstanceUID = generate_uid(), generate_uid()
    image.Modality, image.PatientID = storage.name[:2], "1"
    image.Rows, image.Columns, image.SamplesPerPixel = 1, len(values), 1
    image.PixelSpacing, image.SliceThickness = [1, 1], 1
    image.ImagePositionPatient, image.ImageOrientationPatient = [0, 0, 0], [1, 0, 0, 0, 1, 0]
    image.PhotometricInterpretation, image.PixelRepresentation = shown, int(signed)
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, bits, bits - 1
    image.RescaleSlope, image.RescaleIntercept = 1, intercept
    stored = np.array(values) - intercept
    image.PixelData = stored.astype("<i2" if signed else "<u2").tobytes()
    image.save_as("image.dcm", enforce_file_format=True)


def show(values):
    return ", ".join(f"{one:g}" for one in np.ravel(values))


for what, (storage, *parts) in IMAGES.items():
    for shown in ("MONOCHROME2", "MONOCHROME1"):
        write(shown, storage, *parts)
        one, other = pydicom.dcmread("image.dcm"), sitk.ReadImage("image.dcm")
        print(f"{what}, {other.GetMetaData('0028|0004').strip()}: by pydicom", end=" ")
        print(show(apply_rescale(one.pixel_array, one)), end="; by SimpleITK ")
        print(show(sitk.GetArrayFromImage(other)))
        sitk.WriteImage(other, "image.nii")
    print(f"  written as NIfTI: {show(nibabel.load('image.nii').get_fdata())}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: values of images are other ones than were seen" >&2
    exit 1
fi
