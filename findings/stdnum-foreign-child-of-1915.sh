#!/usr/bin/env bash
# The birth date that a health card's national number holds, by two libraries. In Romania foreigners who
# live there have numbers of their own (7 for men, 8 for women), which don't say the century.
#
# Guess: both say the same for a valid number; where the century isn't in it, neither takes one
#   without a look at whether the date is possible, or it says so.
# Behaviour: python-stdnum takes 1900: a foreign family's child is 1915's, and one born on a leap day of
#   2000 has no valid number. id-validation takes 2000: a woman of 1970 is born in 2070. In Denmark it
#   makes a man of 1943 one of 1843, if his seventh digit is 9. The same dates in numbers of other kinds
#   are right, so that a test with a citizen's finds nothing. Nothing is raised.
# Version: python-stdnum 2.2, id-validation 0.6.1, which asks for no typing_extensions but needs it; 4.16.0.
# Source: stdnum/ro/cnp.py, get_birth_date, which says in a remark that 1900 is assumed;
#   id_validation/validators: ro_cnp.py, the same with 2000, and dk_cpr.py, which takes 6 to 9 together.
#   Denmark's CPR, "Personnummeret i CPR": a seventh digit of 4 or 9 is 1937 to 1999 for 37 to 99.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet python-stdnum==2.2 id-validation==0.6.1 typing_extensions==4.16.0

seen=$(cat <<'SEEN'
RO 5150101409999, 2015-01-01: python-stdnum 2015-01-01, id-validation 2015-01-01
RO 6000229409991, 2000-02-29: python-stdnum 2000-02-29, id-validation 2000-02-29
RO 7150101409992, a child of the year 15: python-stdnum 1915-01-01, id-validation 2015-01-01
RO 8700101409991, a woman of the year 70: python-stdnum 1970-01-01, id-validation 2070-01-01
RO 7000229409991, 29 February of the year 00: python-stdnum not valid, id-validation 2000-02-29
DK 0101430990, 1943-01-01: python-stdnum 1943-01-01, id-validation 1943-01-01
DK 0101434990, 1943-01-01: python-stdnum 1943-01-01, id-validation 1943-01-01
DK 0101439992, 1943-01-01: python-stdnum 1943-01-01, id-validation 1843-01-01
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
from id_validation import ValidatorFactory
from stdnum.dk import cpr
from stdnum.exceptions import ValidationError
from stdnum.ro import cnp

MADE_UP = {  # the date by the register's rules: numbers
    "2015-01-01": "5150101409999", "2000-02-29": "6000229409991", "a child of the year 15": "7150101409992",
    "a woman of the year 70": "8700101409991", "29 February of the year 00": "7000229409991",
    "1943-01-01": "0101430990 0101434990 0101439992",
}  # fmt: skip


def by_stdnum(kind, number):
    try:
        kind.validate(number)
    except ValidationError:
        return "not valid"
    return kind.get_birth_date(number)


def by_id_validation(country, number):
    kind = ValidatorFactory.get_validator(country)
    return kind.extract_data(number)["dob"] if kind.validate(number) else "not valid"


for rule, numbers in MADE_UP.items():
    for number in numbers.split():
        country, kind = ("RO", cnp) if len(number) == 13 else ("DK", cpr)
        both = by_stdnum(kind, number), by_id_validation(country, number)
        print(f"{country} {number}, {rule}: python-stdnum {both[0]}, id-validation {both[1]}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: birth dates in national numbers are other ones than were seen" >&2
    exit 1
fi
