#!/usr/bin/env bash
# Eight persons with dates of diagnosis and death, turned into times by the library's own function for dates,
# in days, weeks, months and years.
#
# Guess: the times are parts of the unit, as "array of floats" says: 364 days are 0.997 years, and who dies
#   after 20 days doesn't die at time 0.
# Behaviour: they are whole units that have passed, written as floats: 20 days are 0 months and 0 years, 364
#   days 11 months and 0 years, 730 days 1 year. By years five of eight die at time 0; half a year after the
#   diagnosis 38 % are alive instead of 75 %, and there are 2.67 deaths a year instead of 1.13; by months 62 %
#   and 1.20. Nothing warns.
# Version: lifelines 0.30.3, pandas 2.3.3, numpy 2.4.6.
# Source: lifelines/utils/__init__.py, datetimes_to_durations: "array of floats representing the durations
#   with time units given by freq"; the differences are cast to numpy's timedelta64 of the unit.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet lifelines==0.30.3 pandas==2.3.3 numpy==2.4.6

seen=$(cat <<'SEEN'
freq=D: 20, 100, 200, 300, 364, 367, 500, 730; alive after half a year 75%, deaths a year 1.13
freq=W: 2, 14, 28, 42, 52, 52, 71, 104; alive after half a year 75%, deaths a year 1.14
freq=M: 0, 3, 6, 9, 11, 12, 16, 23; alive after half a year 62%, deaths a year 1.20
freq=Y: 0, 0, 0, 0, 0, 1, 1, 1; alive after half a year 38%, deaths a year 2.67
days / 365.25: 0.05476, 0.2738, 0.5476, 0.8214, 0.9966, 1.005, 1.369, 1.999; alive after half a year 75%, deaths a year 1.13
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.utils import datetimes_to_durations

DAYS = (20, 100, 200, 300, 364, 367, 500, 730)
YEAR = {"D": 365.25, "W": 365.25 / 7, "M": 12, "Y": 1}
diagnosed = pd.Series(pd.Timestamp("2019-03-01"), range(len(DAYS)))
died = diagnosed + pd.to_timedelta(DAYS, unit="D")


def show(what, times, year):
    alive = KaplanMeierFitter().fit(times, [True] * len(times)).predict(year / 2)
    rate = len(times) * year / sum(times)
    print(f"{what}: {', '.join(f'{time:.4g}' for time in times)};", end=" ")
    print(f"alive after half a year {alive:.0%}, deaths a year {rate:.2f}")


for unit, year in YEAR.items():
    times, _ = datetimes_to_durations(diagnosed, died, freq=unit)
    show(f"freq={unit}", times, year)
show("days / 365.25", [days / 365.25 for days in DAYS], 1)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: times between dates are other ones than were seen" >&2
    exit 1
fi
