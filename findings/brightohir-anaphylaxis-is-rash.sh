#!/usr/bin/env bash
# Messages of HL7 v2 as FHIR R5: an allergy with two reactions, one tablet or two, a blood culture with two
# organisms, and a report of two lines, by tildes, as fields repeat.
#
# Guess: all repetitions arrive, a dose from one to two is a range, and a time keeps its zone.
# Behaviour: the first repetition is all: anaphylaxis, the second organism and the broken hip are gone, as
#   are a patient's other numbers and names. The dose is one tablet, without what it may rise to. The
#   time, a minute before midnight in New York, has no zone any more, so that it isn't valid FHIR, either.
#   Nothing warns; messages in which nothing repeats are right.
# Version: brightohir 2.1.2, which reads with hl7apy 1.3.5; hl7 0.4.5 shows what was sent.
# Source: brightohir/convert_v2.py: repetitions are looked for in PID alone, as a list, which hl7apy doesn't
#   give; RXE-4 isn't read. HL7 v2.5.1: AL1-5 and OBX-5 repeat; RXE-4 is "Give Amount - Maximum".
#   FHIR R5, dateTime: a time has a zone.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet brightohir==2.1.2 hl7apy==1.3.5 hl7==0.4.5

seen=$(cat <<'SEEN'
AL1 ['Rash', 'Anaphylaxis']: AllergyIntolerance ['Rash']
RXE 1 to 2: MedicationRequest [{'doseQuantity': {'value': 1.0, 'unit': 'TAB'}}]
OBR ['20240102235900-0500']: DiagnosticReport 2024-01-02T23:59:00
OBX ['3092008^S. aureus^SCT', '112283007^E. coli^SCT']: Observation ['S. aureus']
OBX ['No effusion.', 'Fracture of the left hip.']: Observation No effusion.
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import json

import hl7
from brightohir import v2_to_r5

PATIENT = "PID|1||12^^^A^MR||B^C||19740101|F"
MESSAGES = {
    "ADT^A01^ADT_A01": ("EVN||20240102", PATIENT, "PV1|1|I",
        "AL1|1|DA|70618^Penicillin^RXNORM|SV|Rash~Anaphylaxis"),
    "RDE^O11^RDE_O11": (PATIENT, "ORC|NW|1",
        "RXE|1|1049621^Oxycodone 5 mg tablet^RXNORM|1|2|TAB", "RXR|PO"),
    "ORU^R01^ORU_R01": (PATIENT, "OBR|1|||600-7^Blood culture^LN|||20240102235900-0500",
        "OBX|1|CWE|600-7^Organisms^LN||3092008^S. aureus^SCT~112283007^E. coli^SCT||||||F",
        "OBX|2|TX|19005-8^Impression^LN||No effusion.~Fracture of the left hip.||||||F"),
}  # fmt: skip


def said(resource):
    """What a resource says, without the codes."""
    if resource["resourceType"] == "AllergyIntolerance":
        reactions = [m for r in resource["reaction"] for m in r["manifestation"]]
        return [reaction["concept"]["text"] for reaction in reactions]
    if resource["resourceType"] == "MedicationRequest":
        return resource["dosageInstruction"][0]["doseAndRate"]
    if resource["resourceType"] == "DiagnosticReport":
        return resource["effectiveDateTime"]
    concept = resource.get("valueCodeableConcept", {})
    return [c["display"] for c in concept.get("coding", [])] or resource["valueString"]


def sent(segment):
    name = str(segment[0])
    if name == "RXE":
        return f"{segment[3]} to {segment[4]}"
    return [str(part) for part in segment[{"AL1": 5, "OBR": 7, "OBX": 5}[name]]]


KINDS = ("AllergyIntolerance", "MedicationRequest", "DiagnosticReport", "Observation")
for kind, segments in MESSAGES.items():
    head = rf"MSH|^~\&|LAB|A|EHR|B|20240102235900-0500||{kind}|1|P|2.5.1"
    message = "\r".join((head, *segments))
    bundle = v2_to_r5(message)
    bundle = bundle if isinstance(bundle, dict) else json.loads(bundle.model_dump_json())
    resources = [entry["resource"] for entry in bundle["entry"]]
    told = [s for s in hl7.parse(message) if str(s[0]) in ("AL1", "RXE", "OBR", "OBX")]
    for segment, one in zip(told, (r for r in resources if r["resourceType"] in KINDS), strict=True):
        print(f"{segment[0]} {sent(segment)}: {one['resourceType']} {said(one)}")
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: messages of HL7 v2 are converted in another way than was seen" >&2
    exit 1
fi
