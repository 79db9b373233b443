#!/usr/bin/env bash
# Acute injury of the kidney by KDIGO, from what an intensive care unit writes down each hour: a man of 80 kg
# who passes no urine at all for a day and a half, and one whose creatinine has been 4.2 for years.
#
# Guess: no urine for twelve hours is stage 3, as a drop of it is; a creatinine that doesn't rise is none.
# Behaviour: 0 ml is taken for "not measured": 38 hours without urine are stage 0 for the whole stay, 38
#   hours of 1 ml are stage 3. Where urine comes back, its first hour is spread over the six before, and
#   20 hours are stage 1, as if nobody had measured. A steady creatinine of 4.2 is stage 3 from its
#   first hour; 3.9 is none. Nothing warns.
# Version: pyaki 1.0.13, which needs Python 3.12; pandas 2.3.3, numpy 2.5.5.
# Source: pyaki/preprocessors.py, UrineOutputPreProcessor: sums of 0 become missing; probes.py,
#   AbsoluteCreatinineProbe: 4 or more is stage 3. KDIGO 2012, 2.1.2, table 2: anuria for 12 hours or
#   more is stage 3; for a creatinine of 4.0 the rise of the definition (2.1.1) must have been there.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.12 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pyaki==1.0.13 pandas==2.3.3 numpy==2.5.5

seen=$(cat <<'SEEN'
80 ml an hour: greatest stage 0; at the end of it urine 80 ml, stage of urine 0
1 ml an hour for 38 hours: greatest stage 3; at the end of it urine 1 ml, stage of urine 3
0 ml an hour for 38 hours: greatest stage 0; at the end of it urine nan ml, stage of urine nan
1 ml an hour for 20 hours: greatest stage 3; at the end of it urine 1 ml, stage of urine 3
0 ml an hour for 20 hours: greatest stage 1; at the end of it urine 11 ml, stage of urine 1
not measured for 20 hours: greatest stage 1; at the end of it urine 11 ml, stage of urine 1
80 ml an hour, creatinine 4.2 mg/dl all the time: greatest stage 3; at the end of it urine 80 ml, stage of urine 0
80 ml an hour, creatinine 3.9 mg/dl all the time: greatest stage 0; at the end of it urine 80 ml, stage of urine 0
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import pandas
from pyaki.kdigo import Analyser
from pyaki.probes import Dataset, DatasetType

HOURS = 48


def hourly(name, values):
    times = pandas.date_range("2024-03-01", periods=HOURS, freq="h")
    return pandas.DataFrame({"stay_id": 1, "charttime": times, name: values}).dropna()


def show(what, urine=80, creatinine=0.9, until=HOURS):
    """Two days: urine of 80 ml an hour for ten hours, then `urine` until an hour, then 80."""
    flow = [80.0] * 10 + [urine] * (until - 10) + [80.0] * (HOURS - until)
    person = {"stay_id": [1], "weight": [80.0], "age": [60], "gender": ["M"], "height": [175.0]}
    table = Analyser(
        [
            Dataset(DatasetType.URINEOUTPUT, hourly("urineoutput", flow)),
            Dataset(DatasetType.CREATININE, hourly("creat", [creatinine] * HOURS)),
            Dataset(DatasetType.DEMOGRAPHICS, pandas.DataFrame(person)),
            Dataset(DatasetType.RRT, hourly("rrt_status", [0] * HOURS)),
        ]
    ).process_stays()
    end = table.iloc[until - 1]
    print(f"{what}: greatest stage {table['stage'].max():.0f}; at the end of it", end=" ")
    print(f"urine {end['urineoutput']:.0f} ml, stage of urine {end['urineoutput_stage']:.0f}")


show("80 ml an hour")
show("1 ml an hour for 38 hours", urine=1.0)
show("0 ml an hour for 38 hours", urine=0.0)
show("1 ml an hour for 20 hours", urine=1.0, until=30)
show("0 ml an hour for 20 hours", urine=0.0, until=30)
show("not measured for 20 hours", urine=None, until=30)
show("80 ml an hour, creatinine 4.2 mg/dl all the time", creatinine=4.2)
show("80 ml an hour, creatinine 3.9 mg/dl all the time", creatinine=3.9)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: stages of kidney injury are other ones than were seen" >&2
    exit 1
fi
