#!/usr/bin/env bash
# A PET of the body, uptake as SUV: each slice has a slope of its own, as scanners write it, and the
# first one, in the air above the head, is empty and has slope 1.
#
# Guess: SimpleITK's series reader gives each slice its stored numbers times its slope, as pydicom
#   does.
# Behaviour: the values are cut to whole numbers: a lesion of SUV 2.86 has 2, the liver's 1.92 is 1,
#   the lung's 0.45 is 0. The type comes from the first slice alone, where a slope of 1 makes whole
#   numbers. Read from the other end the same files are right, as is each slice alone. By SUV of at
#   least 2.5 the lesion is gone; what lies between whole numbers looks plausible. Nothing warns.
# Version: SimpleITK 2.5.7, pydicom 3.0.2, dicom-numpy 0.6.5, numpy 2.4.6.
# Source: ITK's GDCMImageIO chooses a type for the output by slope and intercept of the image that it
#   is asked about, and ImageSeriesReader asks about the first; the others are converted to it. Issue
#   1636 of SimpleITK, closed, and pull request 1640 there, a test for it, open since 2022. DICOM
#   PS3.3, C.8.9.4: the slope may vary from slice to slice.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet SimpleITK==2.5.7 pydicom==3.0.2 dicom-numpy==0.6.5 numpy==2.4.6

seen=$(cat <<'SEEN'
pydicom: air 0.0, lung 0.45, liver 1.92, lesion 2.86, bladder 17.4
dicom-numpy: air 0.0, lung 0.45, liver 1.92, lesion 2.86, bladder 17.4
SimpleITK, 16-bit signed integer: air 0.0, lung 0.0, liver 1.0, lesion 2.0, bladder 17.0
SimpleITK from the other end, 64-bit float: air 0.0, lung 0.45, liver 1.92, lesion 2.86, bladder 17.4
SimpleITK, the lesion's slice alone: 2.86
SEEN
)
got=$(cd "$work" && venv/bin/python - <<'PYTHON'
import dicom_numpy
import numpy as np
import pydicom
import SimpleITK
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels import apply_rescale
from pydicom.uid import ExplicitVRLittleEndian, PositronEmissionTomographyImageStorage, generate_uid

SLICES = {  # the stored number, and the slice's slope
    "air": (0, "1"), "lung": (1500, "0.0003"), "liver": (6000, "0.00032"),
    "lesion": (6500, "0.00044"), "bladder": (30000, "0.00058"),
}  # fmt: skip
study, series, frame = (generate_uid() for _ in range(3))


def write(number, stored, slope):
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID = PositronEmissionTomographyImageStorage
    image.SOPInstanceUID = generate_uid()
    image.StudyInstanceUID, image.SeriesInstanceUID, image.FrameOfReferenceUID = study, series, frame
    image.Modality, image.ImageType, image.Units = "PT", ["ORIGINAL", "PRIMARY"], "GML"
    image.SUVType, image.InstanceNumber, image.SliceThickness = "BW", number, 4
    image.ImagePositionPatient, image.PixelSpacing = [0, 0, -4 * number], [4, 4]
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.Rows = image.Columns = 4
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation = 15, 1
    image.RescaleSlope, image.RescaleIntercept = slope, "0"
    image.PixelData = np.full((4, 4), stored, np.int16).tobytes()
    image.save_as(f"{number}.dcm", enforce_file_format=True)
    return f"{number}.dcm"


def show(what, values):
    found = ", ".join(f"{name} {round(float(value), 2)}" for name, value in zip(SLICES, values))
    print(f"{what}: {found}")


def with_itk(what, names, step):
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(names)
    image = reader.Execute()
    values = SimpleITK.GetArrayFromImage(image)[::step, 0, 0]
    show(f"{what}, {image.GetPixelIDTypeAsString()}", values)


files = [write(number, *each) for number, each in enumerate(SLICES.values())]
images = [pydicom.dcmread(name) for name in files]
show("pydicom", [apply_rescale(image.pixel_array, image)[0, 0] for image in images])
voxels, _ = dicom_numpy.combine_slices(images)
show("dicom-numpy", voxels[0, 0, ::-1])
with_itk("SimpleITK", files, 1)
with_itk("SimpleITK from the other end", files[::-1], -1)
alone = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(files[3])).flat[0]
print(f"SimpleITK, the lesion's slice alone: {alone:.2f}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: SimpleITK reads slopes in another way than was seen" >&2
    exit 1
fi
