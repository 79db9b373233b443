#!/usr/bin/env bash
# Laboratory results of a patient with agranulocytosis in a GA4GH phenopacket, as JSON, its usual
# form.
#
# Guess: a count of 0 is written as 0, as 0.4 is written as 0.4: the schema wants a value of every
#   quantity. So is the lower end of a range.
# Behaviour: a quantity of 0 is written without its value: unit and reference range stand there alone.
#   A range from 0 has no lower end either, a survival of 0 days none at all. The package that wraps
#   the same schema refuses the file; whoever reads it as JSON has no result, and the patients with
#   the lowest counts are missing. Read again, every quantity without a value is 0.0, a result never
#   made too. Nothing warns.
# Version: phenopackets 2.0.2.post5 with protobuf 3.20.3, ga4gh-phenopacket-core 0.1.0.
# Source: protobuf's json_format, MessageToJson: what has its type's default isn't written, unless
#   asked for, and then every empty field is; phenopacket-schema, measurement.proto: value has no
#   `optional`, so 0 and none are one. Phenopacket Schema, "Quantity": a value is required. Issues 197
#   of phenopacket-tools and 422 of phenopacket-schema, both open, speak of a range's end and of
#   survival.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet phenopackets==2.0.2.post5 protobuf==3.20.3 ga4gh-phenopacket-core==0.1.0

seen=$(cat <<'SEEN'
0.4: {'unit': '10*9/L', 'value': 0.4, 'referenceRange': {'high': 7.5}}
0.0: {'unit': '10*9/L', 'referenceRange': {'high': 7.5}}
survival of 0 days: {'status': 'DECEASED'}
ga4gh-phenopacket-core: 0.4
ga4gh-phenopacket-core: Quantity: missing 1 required field(s): ('value',)
read again: [0.4, 0.0]
no result, read: 0.0
SEEN
)
got=$("$work/venv/bin/python" - <<'PYTHON'
import io
import json

import phenopackets
import ppsc.v202
from google.protobuf.json_format import MessageToJson, Parse
from ppsc.parse.json import JsonDeserializer

UNIT = phenopackets.OntologyClass(id="UCUM:10*9/L", label="10*9/L")


def quantity(value):
    usual = phenopackets.ReferenceRange(unit=UNIT, low=0, high=7.5)
    return phenopackets.Quantity(unit=UNIT, value=value, reference_range=usual)


def short(node):
    # Units by their label alone.
    if not isinstance(node, dict):
        return node
    if "label" in node:
        return node["label"]
    return {key: short(value) for key, value in node.items() if key != "unit" or "value" in node or
            "referenceRange" in node}  # fmt: skip


written = [MessageToJson(quantity(value)) for value in (0.4, 0.0)]
for value, text in zip((0.4, 0.0), written):
    print(f"{value}: {short(json.loads(text))}")
status = phenopackets.VitalStatus(status="DECEASED", survival_time_in_days=0)
print("survival of 0 days:", json.loads(MessageToJson(status)))
for text in written:
    # The wrapper wants both ends of a range, so it gets none.
    alone = {key: node for key, node in json.loads(text).items() if key != "referenceRange"}
    try:
        read = JsonDeserializer().deserialize(io.StringIO(json.dumps(alone)), ppsc.v202.Quantity)
        print("ga4gh-phenopacket-core:", read.value)
    except ValueError as error:
        print("ga4gh-phenopacket-core:", error)
print("read again:", [Parse(text, phenopackets.Quantity()).value for text in written])
print("no result, read:", Parse('{"unit": {"id": "UCUM:1"}}', phenopackets.Quantity()).value)
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: phenopackets write zeros in another way than was seen" >&2
    exit 1
fi
