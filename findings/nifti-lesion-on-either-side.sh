#!/usr/bin/env bash
# A lesion of 8 voxels in NIfTI images, read by two libraries: where is it, how large is it, and how far apart are
# the images of a series?
#
# Guess: two readers of one image give one place, one volume and one time.
# Behaviour: of an image with both of the format's places, the scanner's (qform, code 1) and the atlas's (sform,
#   code 4), nibabel takes the atlas's and SimpleITK the scanner's: the lesion is in the left hemisphere or in the
#   right. Of one in micrometres SimpleITK makes millimetres and nibabel doesn't: its mask_volume, "expressed in
#   mm3", says 1,000,000,000 for 1. Of images every 2000 ms it says 2000, SimpleITK 2. Nothing warns.
# Version: nibabel 5.4.2, SimpleITK 2.5.7, numpy 2.4.6.
# Source: nibabel's page on NIfTI images: the affine is the sform's if there is one; its get_zooms and mask_volume
#   don't look at the units. nifti1.h, "3D image (volume) orientation and location in space": methods 2 and 3,
#   scanner's and atlas's, may both be there; "Units of spatial and temporal dimensions": xyzt_units.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet nibabel==5.4.2 SimpleITK==2.5.7 numpy==2.4.6

seen=$(cat <<'SEEN'
one place: by nibabel 6 mm left, by SimpleITK 6 mm left
two places: by nibabel 6 mm left, by SimpleITK 9 mm right
in mm: by nibabel 1 mm3, by SimpleITK 1 mm3
in micron: by nibabel 1,000,000,000 mm3, by SimpleITK 1 mm3
every 2000 msec: by nibabel 2000, by SimpleITK 2
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import nibabel
import numpy as np
import SimpleITK as sitk
from nibabel.imagestats import mask_volume

MASK = np.zeros((40, 40, 40), np.uint8)
MASK[24:26, 20:22, 20:22] = 1


def side(x):
    return f"{abs(x):g} mm {'left' if x < 0 else 'right'}"


def places(image):
    """The lesion's first voxel, from left to right, by both."""
    nibabel.save(image, "lesion.nii")
    first = [int(n) for n in np.argwhere(MASK)[0]]
    one = nibabel.load("lesion.nii").affine @ [*first, 1]
    other = sitk.ReadImage("lesion.nii").TransformIndexToPhysicalPoint(first)
    return f"by nibabel {side(one[0])}, by SimpleITK {side(-other[0])}"


def volumes(image):
    nibabel.save(image, "lesion.nii")
    read = sitk.ReadImage("lesion.nii")
    other = np.prod(read.GetSpacing()) * sitk.GetArrayFromImage(read).sum()
    return f"by nibabel {mask_volume(nibabel.load('lesion.nii')):,.0f} mm3, by SimpleITK {other:,.0f} mm3"


atlas, scanner = np.eye(4), np.eye(4)
atlas[:3, 3], scanner[:3, 3] = (-30, -20, -20), (-15, -25, 40)
image = nibabel.Nifti1Image(MASK, atlas)
image.set_sform(atlas, code=4)
print("one place:", places(image))
image.set_qform(scanner, code=1)
print("two places:", places(image))
for unit, size in (("mm", 0.5), ("micron", 500)):
    image = nibabel.Nifti1Image(MASK, np.diag([size, size, size, 1]))
    image.header.set_xyzt_units(unit, "sec")
    print(f"in {unit}:", volumes(image))
series = nibabel.Nifti1Image(np.zeros((2, 2, 2, 3), np.int16), np.eye(4))
series.header.set_zooms((1, 1, 1, 2000))
series.header.set_xyzt_units("mm", "msec")
nibabel.save(series, "series.nii")
print(f"every 2000 msec: by nibabel {nibabel.load('series.nii').header.get_zooms()[3]:g},", end=" ")
print(f"by SimpleITK {sitk.ReadImage('series.nii').GetSpacing()[3]:g}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: lesions have other places or sizes than were seen" >&2
    exit 1
fi
