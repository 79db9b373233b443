#!/usr/bin/env bash
# Rules of a quality measure in CQL: how long between two doses, and what came first.
#
# Guess: "months between" counts whole months, "difference in years between" the turns of the year, as
#   CQL tells them apart; times with their zones, as FHIR has them, are put in order by the instant.
# Behaviour: from 31 January, 23:59, to 1 February, 0:00, it is a month, so a second dose a minute
#   later is a month later; from 31 December to 1 January there is no turn of the year, and from
#   23:00 to 1:00 no change of day. Months are counted by one rule and years by the other, in both
#   operators. The zone isn't kept: a blood culture at 23:30-05:00 is before the antibiotic at 1:00Z, which was
#   given three and a half hours earlier. Nothing warns.
# Version: cqlpy 0.3.1, which asks for no python-dateutil but needs it; 2.9.0.post0.
# Source: cqlpy/_internal/operators/date_time: duration_between.py and difference_between.py have the
#   same lines; types/datetime.py, parse_fhir_json reads 19 characters. CQL 1.5 (HL7), appendix B,
#   "Difference" and "Duration", whole periods against boundaries crossed; author's guide,
#   "Comparing Dates and Times": offsets are normalized.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet cqlpy==0.3.1 python-dateutil==2.9.0.post0

seen=$(cat <<'SEEN'
2024-01-31T23:59:00 to 2024-02-01T00:00:00, months: whole 1, by CQL 0; crossed 1, by CQL 1
2024-01-15T08:00:00 to 2024-02-15T08:00:00, months: whole 1, by CQL 1; crossed 1, by CQL 1
2023-12-31T08:00:00 to 2024-01-01T08:00:00, years: whole 0, by CQL 0; crossed 0, by CQL 1
2024-01-01T23:00:00 to 2024-01-02T01:00:00, days: whole 0, by CQL 0; crossed 0, by CQL 1
2024-03-05T23:30:00-05:00 before 2024-03-06T01:00:00Z: True
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from cqlpy.operators import DateTimePrecision, before, difference_between, duration_between
from cqlpy.types import DateTime

SPANS = [
    ("Month", "2024-01-31T23:59:00", "2024-02-01T00:00:00", 0, 1),
    ("Month", "2024-01-15T08:00:00", "2024-02-15T08:00:00", 1, 1),
    ("Year", "2023-12-31T08:00:00", "2024-01-01T08:00:00", 0, 1),
    ("Day", "2024-01-01T23:00:00", "2024-01-02T01:00:00", 0, 1),
]
read = DateTime.parse_fhir_json
for unit, low, high, whole, crossed in SPANS:
    ends = read(low), read(high), DateTimePrecision[unit]
    print(f"{low} to {high}, {unit.lower()}s:", end=" ")
    print(f"whole {duration_between(*ends).value}, by CQL {whole};", end=" ")
    print(f"crossed {difference_between(*ends).value}, by CQL {crossed}")
culture, antibiotic = "2024-03-05T23:30:00-05:00", "2024-03-06T01:00:00Z"
print(f"{culture} before {antibiotic}:", before(read(culture), read(antibiotic)))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: spans of time are counted in another way than was seen" >&2
    exit 1
fi
