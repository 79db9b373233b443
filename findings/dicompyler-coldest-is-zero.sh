#!/usr/bin/env bash
# A plan's dose to a target and to a piece of the spinal cord, by its dose-volume histogram.
#
# Guess: D95, the dose that 95 % of the volume get at least, lies between the lowest dose and the
#   highest; so does D2cc, or, of a cord with one cubic centimetre in the plan, it is refused or
#   missing.
# Behaviour: D95 and D98 of a target whose coldest 12 % got 57 Gy are 0.00 Gy, though D100 is 57 and the
#   least dose 58 by the same object; of ten voxels with 58 to 62 Gy, in bins of a hundredth, D98 is 0
#   too. D2cc of one cubic centimetre that got 44 to 47 Gy is 0.00 Gy, below any limit, and so is D1cc.
#   Nothing warns.
# Version: dicompyler-core 0.5.6, numpy 2.4.6.
# Source: dicompylercore/dvh.py, DVH.dose_constraint: the first bin whose volume is nearest to the one
#   asked for, without interpolation; if that is the whole volume, it is the first bin, at zero. For 100
#   % alone it looks from the other end. A larger volume than there is gives 0 on purpose; its page says
#   "the maximum dose that a specific volume receives" and nothing of this.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet dicompyler-core==0.5.6 numpy==2.4.6

seen=$(cat <<'SEEN'
target: 10.0 cm3, 58.00 to 60.00 Gy; D100 57.00, D98 0.00, D95 0.00, D90 58.00, D50 59.00
ten voxels: 0.5 cm3, 58.01 to 62.01 Gy; D100 58.00, D98 0.00, D90 58.01, D50 59.79
cord: 1.0 cm3, 45.00 to 47.00 Gy; D0.1cc 47.00, D1cc 0.00, D2cc 0.00
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from dicompylercore.dvh import DVH


def show(what, doses, volume, width, *names):
    # As many voxels of one size as there are doses.
    bins = np.arange(0, 70, width)
    counts = np.histogram(doses, bins=bins)[0] * volume / len(doses)
    dvh = DVH(counts, bins, dvh_type="differential", dose_units="Gy", volume_units="cm3")
    found = ", ".join(f"{name} {dvh.statistic(name).value:.2f}" for name in names)
    print(f"{what}: {dvh.volume:.1f} cm3, {dvh.min:.2f} to {dvh.max:.2f} Gy; {found}")


target = [57.5] * 12 + [58.5] * 30 + [59.5] * 58
show("target", target, 10, 1, "D100", "D98", "D95", "D90", "D50")
show("ten voxels", np.linspace(58.005, 62.005, 10), 0.5, 0.01, "D100", "D98", "D90", "D50")
show("cord", [44.5] * 50 + [46.5] * 50, 1, 1, "D0.1cc", "D1cc", "D2cc")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: dicompyler-core gives other doses than were seen" >&2
    exit 1
fi
