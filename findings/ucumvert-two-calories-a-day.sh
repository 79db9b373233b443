#!/usr/bin/env bash
# Quantities with units of UCUM, as FHIR has them: food in Calories, the eye's angles in minutes of
# arc and in prisms.
#
# Guess: units have the sizes that UCUM's own table gives them: the library ships the table, and its
#   page says that all units are included.
# Behaviour: nearly all have, these haven't. The Calorie of labels, [Cal], is a small one: 2000 a day
#   are 2 kcal. A minute of arc, ', is a minute of time: the gap in a letter of the eye chart, 1', is
#   60 seconds. 6 prism dioptres, which turn a ray by 3.4 degrees, are 53,540 degrees. Milligrams,
#   litres, moles and [iU] are right, so a look at those tells nothing. Nothing warns.
# Version: ucumvert 0.3.2 with pint 0.25.3.
# Source: ucumvert/pint_ucum_defs.txt, "@alias calorie = Cal" and prism_diopter;
#   ucumvert/ucum_pint.py, MAPPINGS_UCUM_TO_PINT, where ' is "minute". Its page asks to review
#   definitions before they are trusted, and names none. ucum-essence.xml, which it ships: [Cal] is 1
#   kcal_th, ' is deg/60, [p'diop] is 100 times the tangent.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet ucumvert==0.3.2 pint==0.25.3

seen=$(cat <<'SEEN'
2000 [Cal]/d = 2.0 kilocalorie / day
2000 kcal/d = 2000.0 kilocalorie / day
1 ' = 60.0 second
6 [p'diop] = 53539.7 degree
200 mg/dL = 2.0 gram / liter
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from ucumvert import PintUcumRegistry

units = PintUcumRegistry()
QUANTITIES = [
    (2000, "[Cal]/d", "kcal/d"),
    (2000, "kcal/d", "kcal/d"),
    (1, "'", "s"),
    (6, "[p'diop]", "deg"),
    (200, "mg/dL", "g/L"),
]
for value, unit, other in QUANTITIES:
    made = (value * units.from_ucum(unit)).to(units.from_ucum(other))
    print(f"{value} {unit} = {round(float(made.magnitude), 1)} {made.units}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: units of UCUM have other sizes than were seen" >&2
    exit 1
fi
