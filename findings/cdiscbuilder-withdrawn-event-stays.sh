#!/usr/bin/env bash
# Data of a trial in CDISC's ODM, as transactions: what a centre entered, and what it mended afterwards. A serious
# anaphylaxis was somebody else's and is removed, a weight of 154 was in pounds and is updated to 70 kg.
#
# Guess: who reads the transactions has no anaphylaxis and 70 kg, or is told that transactions aren't read.
# Behaviour: the anaphylaxis is in AE, and VS has 154: of two values for one field the first one is taken, so that
#   no correction ever arrives. The unit is nowhere, and the subject 0042 is 42. A snapshot of the same data,
#   without its history, gives no anaphylaxis, and 70. Nothing warns.
# Version: cdiscbuilder 2.2.0, pandas 2.3.3, pyarrow 21.0.0.
# Source: ODM 1.3.2, attributes FileType ("Transactional means that the document may contain more than one
#   instruction per data point") and TransactionType (Insert, Update, Remove, Upsert, Context).
#   cdiscbuilder/sdtm/odm_parser.py reads neither; engine/classes/general.py: pivot_table with aggfunc="first".
#   Its page: it "efficiently parses CDISC ODM".
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet cdiscbuilder==2.2.0 pandas==2.3.3 pyarrow==21.0.0

seen=$(cat <<'SEEN'
Transactional, anything told: False
  ae: [{'USUBJID': '42', 'AETERM': 'Anaphylaxis', 'AESER': 'Y'}]
  vs: [{'USUBJID': '42', 'VSORRES': '154'}]
Snapshot, anything told: False
  vs: [{'USUBJID': '42', 'VSORRES': '70'}]
SEEN
)
got=$(cd "$work" && "$work/venv/bin/python" -W error::UserWarning - <<'PYTHON'
import contextlib
import io
from pathlib import Path

import pandas as pd
from cdiscbuilder.sdtm import create_sdtm_datasets
from cdiscbuilder.sdtm.odm_parser import parse_odm_to_long_df

HEAD = '<ODM xmlns="{}" ODMVersion="1.3.2" FileType="{}" FileOID="F" CreationDateTime="2024-03-05T10:00:00">'
EVENT = '<StudyEventData StudyEventOID="V1"><FormData FormOID="{}">{}</FormData></StudyEventData>'
GROUP = '<ItemGroupData ItemGroupOID="{}" ItemGroupRepeatKey="1"{}>{}</ItemGroupData>'
SUBJECT = '<SubjectData SubjectKey="0042"{}>{}</SubjectData>'
DATA = '<ClinicalData StudyOID="S" MetaDataVersionOID="1">{}</ClinicalData>'
UNIT = '<MeasurementUnitRef MeasurementUnitOID="{}"/>'
KEYS = ["SubjectKey", "ItemGroupRepeatKey"]
FIELDS = {"AE": {"AETERM": "AETERM", "AESER": "AESER"}, "VS": {"VSORRES": "WEIGHT"}}


def items(unit="", **values):
    return "".join(f'<ItemData ItemOID="{k}" Value="{v}">{unit}</ItemData>' for k, v in values.items())


def event(form, group):
    return EVENT.format(form, group)


def mark(kind):
    return f' TransactionType="{kind}"'


def weight(value, unit, kind=""):
    return event("VS", GROUP.format("VS", kind, items(UNIT.format(unit), WEIGHT=value)))


def adverse(kind, content=""):
    return event("AE", GROUP.format("AE", mark(kind), content))


FIRST = adverse("Insert", items(AETERM="Anaphylaxis", AESER="Y")) + weight(154, "LB", mark("Insert"))
MENDED = adverse("Remove") + weight(70, "KG", mark("Update"))
FILES = {
    "Transactional": SUBJECT.format(mark("Insert"), FIRST) + SUBJECT.format(mark("Update"), MENDED),
    "Snapshot": SUBJECT.format("", weight(70, "KG")),
}


def config():
    domains = {}
    for domain, fields in FIELDS.items():
        columns = {"USUBJID": {"source": "SubjectKey", "type": "str"}}
        columns |= {name: {"source": field, "type": "str"} for name, field in fields.items()}
        domains[domain] = [{"formoid": domain, "keys": KEYS, "columns": columns}]
    return {"defaults": {"keys": KEYS}, "domains": domains}


namespace = "://".join(("http", "www.cdisc.org")) + "/ns/odm/v1.3"
for kind, subjects in FILES.items():
    out = Path(f"tables{len(kind)}")
    out.mkdir()
    Path("study.xml").write_text(HEAD.format(namespace, kind) + DATA.format(subjects) + "</ODM>")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        parse_odm_to_long_df("study.xml").to_csv("long.csv", index=False)
        create_sdtm_datasets(config(), "long.csv", out)
    told = any(word in said.getvalue().lower() for word in ("transaction", "remove", "duplicate", "unit"))
    print(f"{kind}, anything told: {told}")
    for path in sorted(out.iterdir()):
        table = pd.read_parquet(path).dropna(axis=1, how="all")
        print(f"  {path.stem}: {table.to_dict('records')}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: what was removed or mended is otherwise than was seen" >&2
    exit 1
fi
