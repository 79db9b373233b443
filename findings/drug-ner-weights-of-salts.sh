#!/usr/bin/env bash
# A level in mg/L as micromoles, with the molecular weight that a drug finder gives for the name.
#
# Guess: the weight that comes with "phenytoin" is phenytoin's, within a hundredth: the drug is what
#   the name says, and what a laboratory measures.
# Behaviour: for many it is some salt's, hydrate's or complex's, with two molecules of the drug or
#   with another: calcium phenytoin (twice the weight), valproate with valproic acid, theophylline with
#   glycine, morphine sulfate. A toxic level of phenytoin, 25 mg/L, becomes 46 micromoles per litre,
#   which is in the range of treatment (40 to 80); with its own weight it is 99. Digoxin, warfarin,
#   paracetamol and lithium are right, so a look at one of them tells nothing.
# Version: drug-named-entity-recognition 2.0.9.
# Source: drug_named_entity_recognition/molecular_properties.py, get_molecular_weight: from the formula
#   of the dictionary that the package ships, whose structures are those of one of the substances
#   under the name. Pull request 22 there. The weights compared with are those of the formulas of the
#   free drugs.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet drug-named-entity-recognition==2.0.9

seen=$(cat <<'SEEN'
digoxin 780.9: 780.94 (C41H64O14), 1.00 times
warfarin 308.3: 308.33 (C19H16O4), 1.00 times
paracetamol 151.2: 151.16 (C8H9NO2), 1.00 times
lithium 6.94: 6.94 (Li), 1.00 times
phenytoin 252.3: 542.6 (C30H22CaN4O4), 2.15 times
valproate 144.2: 310.4 (C16H31NaO4), 2.15 times
carbamazepine 236.3: 272.73 (C15H13ClN2O), 1.15 times
theophylline 180.2: 277.21 (C9H12N5NaO4), 1.54 times
methotrexate 454.4: 476.42 (C20H21N8NaO5), 1.05 times
vancomycin 1449.3: 1485.71 (C66H76Cl3N9O24), 1.03 times
metformin 129.2: 165.62 (C4H12ClN5), 1.28 times
morphine 285.3: 668.75 (C34H40N2O10S), 2.34 times
phenytoin 25 mg/L: 99 micromoles per litre
phenytoin 25 mg/L: 46 micromoles per litre
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
from drug_named_entity_recognition import find_drugs

WEIGHTS = {
    "digoxin": 780.9, "warfarin": 308.3, "paracetamol": 151.2, "lithium": 6.94,
    "phenytoin": 252.3, "valproate": 144.2, "carbamazepine": 236.3, "theophylline": 180.2,
    "methotrexate": 454.4, "vancomycin": 1449.3, "metformin": 129.2, "morphine": 285.3,
}  # fmt: skip


def given(name):
    ((drug, *_),) = find_drugs([name], is_ignore_case=True)
    return drug["molecular_weight"], drug["formula"]


for name, weight in WEIGHTS.items():
    other, formula = given(name)
    print(f"{name} {weight}: {other} ({formula}), {other / weight:.2f} times")
for weight in (WEIGHTS["phenytoin"], given("phenytoin")[0]):
    print(f"phenytoin 25 mg/L: {25000 / weight:.0f} micromoles per litre")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: other weights come with the drugs than were seen" >&2
    exit 1
fi
