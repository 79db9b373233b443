#!/usr/bin/env bash
# Grades of an adverse event and a question about allergy, of some not asked, written for R (.rds) from a table
# of pandas and read again.
#
# Guess: a frame written by one library and read by the other, or by itself, is the same: who has no answer
#   has none, and ordered categories stay ordered.
# Behaviour: who has no answer has the last category, as soon as the library reads its own file: "severe", and
#   "yes" to an allergy to penicillin. Two severe events of eight persons are five. The other library reads
#   the same file as it was, and what the other wrote has its gaps in both. The order is lost in all four
#   ways. Missing truths and whole numbers stay missing. Nothing warns.
# Version: rdata 1.1.0, pyreadr 0.5.8, pandas 2.3.3.
# Source: rdata/conversion/to_r.py, categorical_constructor: pandas' code for missing, -1, plus one is 0, where
#   R has its NA; _conversion.py, _factor_constructor_internal: levels[0 - 1] is the last of the levels.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet rdata==1.1.0 pyreadr==0.5.8 pandas==2.3.3

seen=$(cat <<'SEEN'
as it was: severe 2, no grade 3, ordered True; allergic 1, not asked 3; smoking unknown 3
written by rdata, read by rdata: severe 5, no grade 0, ordered False; allergic 4, not asked 0; smoking unknown 3
written by rdata, read by pyreadr: severe 2, no grade 3, ordered False; allergic 1, not asked 3; smoking unknown 3
written by pyreadr, read by rdata: severe 2, no grade 3, ordered False; allergic 1, not asked 3; smoking unknown 3
written by pyreadr, read by pyreadr: severe 2, no grade 3, ordered False; allergic 1, not asked 3; smoking unknown 3
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import pandas as pd
import pyreadr
import rdata

GRADES = ["none", "mild", "severe"]
asked = pd.DataFrame(
    {
        "grade": pd.Categorical(
            ["none", "severe", None, "mild", None, "severe", None, "none"], GRADES, ordered=True
        ),
        "penicillin": pd.Categorical(["no", None, "no", "yes", None, "no", "no", None], ["no", "yes"]),
        "smokes": pd.array([True, None, False, None, True, False, None, True], dtype="boolean"),
    }
)


def show(what, table):
    grade, penicillin, smokes = (table[name] for name in asked)
    print(f"{what}: severe {(grade == 'severe').sum()}, no grade {grade.isna().sum()},", end=" ")
    print(f"ordered {grade.cat.ordered}; allergic {(penicillin == 'yes').sum()},", end=" ")
    print(f"not asked {penicillin.isna().sum()}; smoking unknown {smokes.isna().sum()}")


show("as it was", asked)
write = {"rdata": rdata.write_rds, "pyreadr": pyreadr.write_rds}
read = {"rdata": rdata.read_rds, "pyreadr": lambda path: pyreadr.read_r(path)[None]}
for writer in write:
    write[writer](f"{writer}.rds", asked)
    for reader in read:
        show(f"written by {writer}, read by {reader}", read[reader](f"{writer}.rds"))
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: answers that nobody gave are other ones than were seen" >&2
    exit 1
fi
