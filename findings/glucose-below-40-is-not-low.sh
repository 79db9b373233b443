#!/usr/bin/env bash
# A day of a glucose sensor, every five minutes, as its maker's program exports it: what is below 40 mg/dL is the
# word "Low" there. For three hours of the night it was.
#
# Guess: readings "Low" count as low ones, or the libraries ask what to do with them.
# Behaviour: cgmpy takes them for a gap in the recording: 1.6 % of the time is below 70, none below 54, and 98.4 % in
#   range, where it's 13.9, 12.5 and 86.1; its report tells of a disconnection. diametrics has a function for the
#   words, whose limits are in mmol/L: of a file in mg/dL it makes 22.3 of every number, so that somebody at 110
#   is above 250 all day, or, if told the unit, below 54. The same day in mmol/L is right. Nothing warns.
# Version: cgmpy 0.6.0, diametrics 0.4.3, pandas 2.2.3; cgm-format 0.13.0 and glucose360 0.0.2, which aren't run
#   here, have numbers for the words.
# Source: cgmpy/data/processor.py: to_numeric with errors="coerce", then dropna. diametrics/preprocessing.py,
#   replace_cutoffs: lo_cutoff=2.1, hi_cutoff=22.3, cap=True; convert_dexcom keeps mg/dL. cgm-format's
#   formats/dexcom.py names the words of the export.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet cgmpy==0.6.0 diametrics==0.4.3 pandas==2.2.3

seen=$(cat <<'SEEN'
by hand: below 70 13.9 %, below 54 12.5 %, in range 86.1 %
by cgmpy: below 70 1.6 %, below 54 0.0 %, in range 98.4 %
by cgmpy: lowest 60, 1 disconnections
by diametrics, in mmol/L, told None: below 54 12.5 %, in range 86.1 %, above 250 0.0 %
by diametrics, in mmol/L, told mmol: below 54 12.5 %, in range 86.1 %, above 250 0.0 %
by diametrics, in mg/dL, told None: below 54 12.5 %, in range 0.0 %, above 250 87.5 %
by diametrics, in mg/dL, told mg: below 54 100.0 %, in range 0.0 %, above 250 0.0 %
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import pandas as pd
from cgmpy import GlucoseAnalysis
from diametrics import metrics, preprocessing, transform

READINGS = [110] * 22 + [60] * 2 + ["Low"] * 36 + [60] * 2 + [110] * 226
TIME = "Timestamp (YYYY-MM-DDThh:mm:ss)"
times = pd.date_range("2024-03-05", periods=len(READINGS), freq="5min").strftime("%Y-%m-%dT%H:%M:%S")


def write(unit):
    values = READINGS
    if unit == "mmol/L":
        values = [one if one == "Low" else round(one / 18.02, 1) for one in READINGS]
    pd.DataFrame({TIME: times, f"Glucose Value ({unit})": values}).to_csv("sensor.csv", index=False)


def show(who, below_70, below_54, within):
    print(f"{who}: below 70 {below_70:.1f} %, below 54 {below_54:.1f} %, in range {within:.1f} %")


low, lower = (sum(one in wanted for one in READINGS) for wanted in ((60, "Low"), ("Low",)))
show("by hand", *(100 * n / len(READINGS) for n in (low, lower, len(READINGS) - low)))
write("mg/dL")
day = GlucoseAnalysis("sensor.csv", date_col=TIME, glucose_col="Glucose Value (mg/dL)")
show("by cgmpy", day.TBR70(), day.TBR_very_low(), day.TIR())
print(f"by cgmpy: lowest {day.data.glucose.min()}, {day.info()['n_disconnections'].split(' (')[0]}")
for unit in ("mmol/L", "mg/dL"):
    write(unit)
    table = preprocessing.replace_cutoffs(transform.convert_dexcom(transform.open_file("sensor.csv")))
    for told in (None, unit.split("/")[0]):
        part = metrics.time_in_range(table, told)
        print(f"by diametrics, in {unit}, told {told}: below 54 {part['tir_lv2_hypo']:.1f} %,", end=" ")
        print(f"in range {part['tir_normal']:.1f} %, above 250 {part['tir_lv2_hyper']:.1f} %")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: lows are counted otherwise than was seen" >&2
    exit 1
fi
