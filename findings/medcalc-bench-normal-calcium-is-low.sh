#!/usr/bin/env bash
# Formulas of the ward for the same person in mg/dL and in mmol/L: calcium corrected for albumin, LDL by
# Friedewald, resistance to insulin (HOMA-IR).
#
# Guess: the same answer within a hundredth; 60 pmol/L of insulin are 10 µIU/mL, or so.
# Behaviour: what comes in mmol/L is turned to moles and rounded to three places, to whole mmol, that is:
#   calcium can be 8.0 or 12.0. 2.4 mmol/L, normal, is 8.0, too low; 2.5, normal, is 12.0, too high; an
#   LDL of 122 is 99. Whole numbers are right, as 5.0 of glucose, so a test with those finds nothing.
#   Insulin in pmol/L is multiplied by 6 instead of divided: 88.9 for 2.47. Nothing warns, but the
#   explanation that comes along shows each step.
# Version: medcalc-bench 1.7.0.
# Source: medcalc/utils/unit_converter_new.py and rounding.py: round_number after each step; homa_ir.py:
#   the factor. Molar masses: calcium 40.08, cholesterol 386.65, glucose 180.16, triglycerides as
#   triolein, 885.7; insulin: 1 µIU/mL is 6.00 pmol/L (WHO's standard of 1987).
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet medcalc-bench==1.7.0

seen=$(cat <<'SEEN'
corrected calcium, albumin 4 g/dL, calcium 2.1 mmol/L (8.4 mg/dL): 8.4 from mg/dL, 8.0 from mmol/L
corrected calcium, albumin 4 g/dL, calcium 2.4 mmol/L (9.6 mg/dL): 9.6 from mg/dL, 8.0 from mmol/L
corrected calcium, albumin 4 g/dL, calcium 2.5 mmol/L (10.0 mg/dL): 10.0 from mg/dL, 12.0 from mmol/L
corrected calcium, albumin 4 g/dL, calcium 2.6 mmol/L (10.4 mg/dL): 10.4 from mg/dL, 12.0 from mmol/L
corrected calcium, albumin 4 g/dL, calcium 2.9 mmol/L (11.6 mg/dL): 11.6 from mg/dL, 12.0 from mmol/L
LDL, total_cholestrol 5.4 mmol/L (208.8 mg/dL), hdl_cholestrol 1.6 mmol/L (61.9 mg/dL), triglycerides 1.4 mmol/L (124.0 mg/dL): 122.1 from mg/dL, 98.78 from mmol/L
HOMA-IR, insulin 10 µIU/mL, glucose 5.0 mmol/L (90.1 mg/dL): 2.225 from mg/dL, 2.225 from mmol/L
HOMA-IR, insulin 10 µIU/mL, glucose 5.4 mmol/L (97.3 mg/dL): 2.402 from mg/dL, 2.225 from mmol/L
HOMA-IR, insulin 10 µIU/mL, glucose 5.6 mmol/L (100.9 mg/dL): 2.491 from mg/dL, 2.669 from mmol/L
HOMA-IR, insulin 10 µIU/mL, glucose 100 mg/dL: 2.469
HOMA-IR, insulin 60 pmol/L, glucose 100 mg/dL: 88.889
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
from medcalc.calcium_correction import calculate_corrected_calcium_explanation as calcium
from medcalc.homa_ir import compute_homa_ir_explanation as homa
from medcalc.ldl_calculated import compute_ldl_explanation as ldl

MG_PER_MMOL = {"calcium": 4.008, "glucose": 18.016, "cholestrol": 38.665, "triglycerides": 88.57}


def both(run, fixed, **mmol):
    """The answer for the same person in mg/dL and in mmol/L."""
    factors = {name: MG_PER_MMOL[name.split("_")[-1]] for name in mmol}
    mg = {name: [round(value * factors[name], 1), "mg/dL"] for name, value in mmol.items()}
    si = {name: [value, "mmol/L"] for name, value in mmol.items()}
    answers = [run(fixed | given)["Answer"] for given in (mg, si)]
    amounts = ", ".join(f"{name} {value} mmol/L ({mg[name][0]} mg/dL)" for name, value in mmol.items())
    return f"{amounts}: {answers[0]} from mg/dL, {answers[1]} from mmol/L"


for value in (2.1, 2.4, 2.5, 2.6, 2.9):
    print("corrected calcium, albumin 4 g/dL,", both(calcium, {"albumin": [4.0, "g/dL"]}, calcium=value))
lipids = {"total_cholestrol": 5.4, "hdl_cholestrol": 1.6, "triglycerides": 1.4}
print("LDL,", both(ldl, {}, **lipids))
for value in (5.0, 5.4, 5.6):
    print("HOMA-IR, insulin 10 µIU/mL,", both(homa, {"insulin": [10, "µIU/mL"]}, glucose=value))
for insulin in ([10, "µIU/mL"], [60, "pmol/L"]):
    found = homa({"insulin": insulin, "glucose": [100, "mg/dL"]})["Answer"]
    print(f"HOMA-IR, insulin {insulin[0]} {insulin[1]}, glucose 100 mg/dL: {found}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: answers from mmol/L are other ones than were seen" >&2
    exit 1
fi
