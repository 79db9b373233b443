#!/usr/bin/env bash
# Outlines of a lesion by a model, scored against a reader's; one strip of it is too long.
#
# Guess: HD, the Hausdorff distance, is the greatest distance from one outline to the other, and AHD,
#   the average Hausdorff distance, a mean of such distances, which one strip hardly moves.
# Behaviour: AHD is the greatest distance: 13 for a strip of 13 voxels, where the mean is 1.5. HD is
#   none: it takes each row of the image for a point in as many dimensions as there are columns, so it
#   is the root of the number of voxels in a row that differ, 3.6. By both the outline with a strip is
#   farther off than one that is too wide all around, by the mean it is twice as near. Nothing warns.
# Version: miseval 1.3.0; MedPy 0.5.2 gives both as they are defined, numpy 2.4.6.
# Source: miseval/hausdorff.py: calc_AverageHausdorffDistance returns a maximum of maxima;
#   calc_SimpleHausdorffDistance hands the image itself to a function of the package hausdorff, which
#   wants a row of coordinates for each point. miseval's page lists "HD" and "AHD". Taha and Hanbury
#   2015, "Metrics for evaluating 3D medical image segmentation".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet miseval==1.3.0 MedPy==0.5.2 numpy==2.4.6

seen=$(cat <<'SEEN'
one strip: AHD 13.0, HD 3.6; by MedPy mean 1.5, greatest 13.0
wide all around: AHD 4.2, HD 2.4; by MedPy mean 3.1, greatest 4.2
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from medpy.metric.binary import asd, hd
from miseval import evaluate


def box(least, greatest):
    made = np.zeros((60, 60), int)
    made[least:greatest, least:greatest] = 1
    return made


reader, strip, wide = box(15, 40), box(15, 40), box(12, 43)
strip[25:27, 40:53] = 1
for name, model in (("one strip", strip), ("wide all around", wide)):
    average, greatest = (evaluate(reader, model, metric=which) for which in ("AHD", "HD"))
    mean = max(asd(model, reader), asd(reader, model))
    print(f"{name}: AHD {average:.1f}, HD {greatest:.1f};", end=" ")
    print(f"by MedPy mean {mean:.1f}, greatest {hd(model, reader):.1f}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: the average distance is another than was seen" >&2
    exit 1
fi
