#!/usr/bin/env bash
# One region is taken out of a labelled brain, which is saved as it was read.
#
# Guess: the other labels are what they were: each is a small whole number, the header says uint8, and
#   the values go into the new image with that header, so they fit.
# Behaviour: 13 of 15 come back off the whole number, as 16.98 for 17: floats under a header of whole
#   numbers are stretched over the whole range of the type and shrunk by a slope. Whoever then takes
#   them as whole numbers has other places: the left hippocampus is brain stem, the left caudate the
#   thalamus that was taken out, the left pallidum putamen. Nothing warns. Values made whole before
#   saving, or rounded after reading, are right.
# Version: nibabel 5.4.2, numpy 2.4.6.
# Source: nibabel/arraywriters.py, ArrayWriter.scaling_needed: floats for a type of whole numbers
#   always need it, whole or not, and get_fdata gives floats; the header's slope is NaN until then.
#   Issues 1001 and 1344 there. The numbers are those of FreeSurfer's table of colours.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet nibabel==5.4.2 numpy==2.4.6

seen=$(cat <<'SEEN'
2 of 15 are whole
left caudate -> left thalamus
left pallidum -> left putamen
left hippocampus -> brain stem
right thalamus -> 48
right pallidum -> right putamen
made whole before: 15 of 15 are whole
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import nibabel
import numpy as np

PLACES = {
    0: "nothing", 10: "left thalamus", 11: "left caudate", 12: "left putamen", 13: "left pallidum",
    16: "brain stem", 17: "left hippocampus", 18: "left amygdala", 49: "right thalamus",
    50: "right caudate", 51: "right putamen", 52: "right pallidum", 53: "right hippocampus",
    54: "right amygdala", 77: "hypointensity",
}  # fmt: skip
labels = np.array(list(PLACES), np.uint8).reshape(-1, 1, 1)
read = nibabel.Nifti1Image(labels, np.eye(4))
values = read.get_fdata()
values[values == 10] = 0


def saved(values):
    image = nibabel.Nifti1Image(values, read.affine, read.header)
    return nibabel.Nifti1Image.from_bytes(image.to_bytes()).get_fdata()


back = saved(values)
print((back == values).sum(), "of", back.size, "are whole")
for before, after in zip(values.astype(int).ravel(), back.astype(int).ravel()):
    if before != after:
        print(PLACES[before], "->", PLACES.get(after, after))
back = saved(values.astype(np.uint8))
print("made whole before:", (back == values).sum(), "of", back.size, "are whole")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: nibabel saves labels in another way than was seen" >&2
    exit 1
fi
