#!/usr/bin/env bash
# How long an infusion runs and when the patient comes back, as ISO 8601 durations.
#
# Guess: pandas, which says that it reads ISO 8601 durations, reads "PT0.5H" as half an hour, since the
#   standard lets the smallest part have a fraction, and refuses what has months, as it refuses years.
# Behaviour: half an hour is five hours, half a day five days, a day and a half five days and a second:
#   the point is skipped, what stands before it counts as seconds. Months before the "T" are minutes:
#   back in six months is in six minutes. "P1Y" raises, "PT1.5S" is right; nothing warns.
# Version: pandas 3.1.1, isodate 0.7.2.
# Source: pandas/_libs/tslibs/timedeltas.pyx, parse_iso_format_string: "." takes the digits so far for
#   seconds and goes on, and "M" is minutes whether or not a "T" came before; issue 51882 there, open
#   since 2023. By ISO 8601-1 a duration may have months, and its smallest part a fraction.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pandas==3.1.1 isodate==0.7.2

seen=$(cat <<'SEEN'
PT0.5H: isodate 0:30:00; pandas 0 days 05:00:00
PT1.5H: isodate 1:30:00; pandas 0 days 05:00:01
P0.5D: isodate 12:00:00; pandas 5 days 00:00:00
P1.5D: isodate 1 day, 12:00:00; pandas 5 days 00:00:01
PT2.25M: isodate 0:02:15; pandas 0 days 00:25:02
PT1.5S: isodate 0:00:01.500000; pandas 0 days 00:00:01.500000
PT6M: isodate 0:06:00; pandas 0 days 00:06:00
P6M: isodate 6 months, 0:00:00; pandas 0 days 00:06:00
P1Y: isodate 1 years, 0:00:00; pandas ValueError
a column: ['0 days 05:00:00', '14 days 00:00:00', '0 days 00:06:00']
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import isodate
import pandas

DURATIONS = "PT0.5H PT1.5H P0.5D P1.5D PT2.25M PT1.5S PT6M P6M P1Y"


def with_pandas(text):
    try:
        return pandas.Timedelta(text)
    except ValueError as error:
        return type(error).__name__


for text in DURATIONS.split():
    print(f"{text}: isodate {isodate.parse_duration(text)}; pandas {with_pandas(text)}")
column = pandas.to_timedelta(pandas.Series(["PT0.5H", "P2W", "P6M"]))
print("a column:", [str(value) for value in column])
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: pandas reads durations in another way than was seen" >&2
    exit 1
fi
