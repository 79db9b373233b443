#!/usr/bin/env bash
# Lengths of stay in a file of SPSS, in hours and minutes, as its duration formats hold them.
#
# Guess: a stay of 30:00 comes back as 30 hours, a timedelta or a number of seconds: TIME and DTIME are
#   durations in SPSS, and the file holds 108,000 seconds.
# Behaviour: it comes back as 6 o'clock in the morning, the same as a stay of six hours; 100 hours and a
#   minute are one minute past four, four days and a half noon, an hour before something eleven at
#   night. pandas gives the same from the same file. They can be put in order, and whoever makes hours
#   of them has 6 for 30. Nothing warns; with disable_datetime_conversion=True the seconds are there.
# Version: pyreadstat 1.3.7, pandas 3.1.1.
# Source: pyreadstat/_readstat_parser.pyx, transform_datetime: a time is added to an origin, and the
#   days thrown away by time(). IBM, "Dates and Times in SPSS Statistics": formats such as hh:mm are for
#   durations; command syntax reference: hours can be of unlimited magnitude.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pyreadstat==1.3.7 pandas==3.1.1

seen=$(cat <<'SEEN'
TIME8, pyreadstat: 06:00:00, 06:00:00, 04:01:00, 12:00:00, 23:00:00
  pandas: 06:00:00, 06:00:00, 04:01:00, 12:00:00, 23:00:00
  seconds: 21600.0, 108000.0, 360060.0, 388800.0, -3600.0
DTIME12, pyreadstat: 06:00:00, 06:00:00, 04:01:00, 12:00:00, 23:00:00
  pandas: 06:00:00, 06:00:00, 04:01:00, 12:00:00, 23:00:00
  seconds: 21600.0, 108000.0, 360060.0, 388800.0, -3600.0
SEEN
)
got=$(cd "$work" && venv/bin/python -W ignore - <<'PYTHON'
import pandas
import pyreadstat

HOURS = [6, 30, 100 + 1 / 60, 108, -1]
stays = pandas.DataFrame({"stay": [hours * 3600 for hours in HOURS]})


def show(what, column):
    print(f"{what}: {', '.join(str(value) for value in column)}")


for form in ("TIME8", "DTIME12"):
    pyreadstat.write_sav(stays, "stays.sav", variable_format={"stay": form})
    table, meta = pyreadstat.read_sav("stays.sav")
    show(f"{meta.original_variable_types['stay']}, pyreadstat", table["stay"])
    show("  pandas", pandas.read_spss("stays.sav")["stay"])
    table, _ = pyreadstat.read_sav("stays.sav", disable_datetime_conversion=True)
    show("  seconds", table["stay"].round(3))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: durations of SPSS are read in another way than was seen" >&2
    exit 1
fi
