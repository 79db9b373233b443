#!/usr/bin/env bash
# What an insurer pays for a visit, and what the patient owes: a remittance of X12, 835.
#
# Guess: all reasons why a service isn't paid in full are there, so that what was charged is what was
#   paid and what was taken off.
# Behaviour: a segment CAS may hold six reasons with their amounts; the first is kept. A patient who
#   owes 50 as deductible, 20 as coinsurance and 5 as copayment owes 50; 25 of the 200 charged
#   belong to nobody. With a segment for each reason, as other payers write, all are there, so it depends
#   on the payer. No warning, where an unknown segment has one.
# Version: edi-835-parser 1.8.0, pandas 2.3.3.
# Source: edi_835_parser/segments/service_adjustment.py reads elements 1 to 3. X12 005010, segment CAS:
#   CAS02 to CAS19 are six times reason, amount and quantity; X12's answer 196 on interpretation, "six
#   repetitions". 835 guide 005010X221A1, 1.10.2.1 "Balancing".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet edi-835-parser==1.8.0 pandas==2.3.3

seen=$(cat <<'SEEN'
one segment: charged 200, paid 50, taken off 75 by the insurer, 50 by the patient; left 25
segments of their own: charged 200, paid 50, taken off 75 by the insurer, 75 by the patient; left 0
SEEN
)
got=$(cd "$work" && venv/bin/python - <<'PYTHON'
from pathlib import Path

import edi_835_parser

ONE = ["CAS*PR*1*50**2*20**3*5"]
OWN = ["CAS*PR*1*50", "CAS*PR*2*20", "CAS*PR*3*5"]
EMPTY = " " * 10


def remittance(owed):
    lines = [
        f"ISA*00*{EMPTY}*00*{EMPTY}*ZZ*{'PAYER':15}*ZZ*{'CLINIC':15}*240301*1200*^*00501*000000001*0*P*:",
        "GS*HP*PAYER*CLINIC*20240301*1200*1*X*005010X221A1",
        "ST*835*0001",
        "BPR*I*50*C*ACH*CCP*01*999999999*DA*1*1512345678**01*999988880*DA*2*20240301",
        "TRN*1*1*1512345678",
        "N1*PR*PAYER",
        "N1*PE*CLINIC*XX*1234567893",
        "LX*1",
        "CLP*A1*1*200*50*75*12*9001",
        "NM1*QC*1*EXAMPLE*ANN****MI*1",
        "SVC*HC:99213*200*50**1",
        "DTM*472*20240201",
        *owed,
        "CAS*CO*45*75",
    ]
    lines += [f"SE*{len(lines) - 1}*0001", "GE*1*1", "IEA*1*000000001"]
    return "".join(line + "~\n" for line in lines)


for name, owed in (("one segment", ONE), ("segments of their own", OWN)):
    Path("paid.835").write_text(remittance(owed))
    row = edi_835_parser.parse("paid.835").to_dataframe().iloc[0].to_dict()
    off = {"CO": 0, "PR": 0}
    for n in range(sum(key.endswith("_group") for key in row)):
        off[row[f"adj_{n}_group"]] += row[f"adj_{n}_amount"]
    charged, paid = row["charge_amount"], row["paid_amount"]
    print(f"{name}: charged {charged:.0f}, paid {paid:.0f}, taken off {off['CO']:.0f} by the insurer,", end=" ")
    print(f"{off['PR']:.0f} by the patient; left {charged - paid - sum(off.values()):.0f}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: other adjustments are read than was seen" >&2
    exit 1
fi
