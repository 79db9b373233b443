#!/usr/bin/env bash
# A summary of care (C-CDA) as FHIR: an infarction that was ruled out, no allergy to penicillin, warfarin
# that isn't taken, a vaccine that was refused, an operation that wasn't done.
#
# Guess: negationInd="true" turns a statement round in FHIR, too (refuted, not-done, doNotPerform), or the
#   statement is left out.
# Behaviour: the converter's templates don't read the attribute. All five are facts: an infarction, an
#   active allergy, a drug, a completed vaccination and operation. But for ids, which are made from the
#   text, and the document itself as an attachment, the bundle is that of the document that says the
#   opposite. Nothing warns. ccda-to-fhir reads the attribute in all five.
# Version: python-fhir-converter 0.3.0, whose templates are those of Microsoft's FHIR-Converter, corrected
#   in places; ccda-to-fhir 0.3.
# Source: fhir_converter/templates/ccda, where no file names negationInd. CDA R2 has it for acts,
#   observations, procedures and administrations, C-CDA R2.1 in its templates of problems, allergies,
#   medications, immunizations (required there) and procedures; C-CDA on FHIR maps it.
# Output seen: the lines of `seen`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet python-fhir-converter==0.3.0 ccda-to-fhir==0.3

seen=$(cat <<'SEEN'
python-fhir-converter, the same as the opposite: True
python-fhir-converter: AllergyIntolerance active
python-fhir-converter: MedicationStatement -
python-fhir-converter: Condition -
python-fhir-converter: Procedure completed
python-fhir-converter: Immunization completed
ccda-to-fhir: Condition active, refuted
ccda-to-fhir: AllergyIntolerance active, confirmed, no-known-reaction-risk
ccda-to-fhir: MedicationRequest active, True
ccda-to-fhir: Immunization not-done
ccda-to-fhir: Procedure not-done
SEEN
)
got=$("$work/venv/bin/python" -W ignore - <<'PYTHON'
import json
import logging

from ccda_to_fhir import convert_document
from fhir_converter.renderers import CcdaRenderer

logging.disable()
XSI = "http" + "://www.w3" + ".org" + "/2001/XMLSchema-instance"
HL7 = "2.16.840.1.113883"
T, LOINC, SNOMED, RXNORM = f"{HL7}.10.20.22", f"{HL7}.6.1", f"{HL7}.6.96", f"{HL7}.6.88"
UNKNOWN = '<addr nullFlavor="UNK"/><telecom nullFlavor="UNK"/>'
HEAD = f"""<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="{XSI}"><realmCode code="US"/>
<typeId root="{HL7}.1.3" extension="POCD_HD000040"/><templateId root="{T}.1.2"/><id root="1.2.1"/>
<code code="34133-9" codeSystem="{LOINC}"/><title>Summary</title><effectiveTime value="20240305"/>
<confidentialityCode code="N" codeSystem="{HL7}.5.25"/><languageCode code="en-US"/>
<recordTarget><patientRole><id root="1.2.2"/>{UNKNOWN}<patient><name><family>A</family></name>
<administrativeGenderCode code="F" codeSystem="{HL7}.5.1"/><birthTime value="1970"/></patient>
</patientRole></recordTarget><author><time value="20240305"/><assignedAuthor><id root="1.2.3"/>{UNKNOWN}
<assignedPerson><name><family>B</family></name></assignedPerson></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.4"/><name>C</name>
</representedCustodianOrganization></assignedCustodian></custodian><component><structuredBody>"""
TAIL = "</structuredBody></component></ClinicalDocument>"
DONE = '<statusCode code="completed"/>'
TIME = '<effectiveTime><low value="20240301"/></effectiveTime>'
CONCERN = f"""<code code="CONC" codeSystem="{HL7}.5.6"/><statusCode code="active"/>{TIME}
<entryRelationship typeCode="SUBJ">"""
PROBLEM = f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.3"/><id root="1.3.1"/>{CONCERN}
<observation classCode="OBS" moodCode="EVN" NOT><templateId root="{T}.4.4"/><id root="1.3.2"/>
<code code="55607006" codeSystem="{SNOMED}"/>{DONE}{TIME}<value xsi:type="CD" code="22298006"
codeSystem="{SNOMED}" displayName="Myocardial infarction"/></observation></entryRelationship></act>"""
ALLERGY = f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.30"/><id root="1.3.3"/>{CONCERN}
<observation classCode="OBS" moodCode="EVN" NOT><templateId root="{T}.4.7"/><id root="1.3.4"/>
<code code="ASSERTION" codeSystem="{HL7}.5.4"/>{DONE}{TIME}<value xsi:type="CD" code="416098002"
codeSystem="{SNOMED}" displayName="Allergy to drug"/><participant typeCode="CSM"><participantRole
classCode="MANU"><playingEntity classCode="MMAT"><code code="70618" codeSystem="{RXNORM}"
displayName="Penicillin"/></playingEntity></participantRole></participant></observation>
</entryRelationship></act>"""
DRUG = f"""<substanceAdministration classCode="SBADM" moodCode="EVN" NOT><templateId root="{T}.4.16"/>
<id root="1.3.5"/>{DONE}<effectiveTime xsi:type="IVL_TS"><low value="20240301"/></effectiveTime>
<doseQuantity value="1"/><consumable><manufacturedProduct classCode="MANU"><templateId root="{T}.4.23"/>
<manufacturedMaterial><code code="855332" codeSystem="{RXNORM}" displayName="warfarin 5 MG Oral Tablet"/>
</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>"""
VACCINE = f"""<substanceAdministration classCode="SBADM" moodCode="EVN" NOT><templateId root="{T}.4.52"/>
<id root="1.3.6"/>{DONE}<effectiveTime xsi:type="TS" value="20240301"/><consumable>
<manufacturedProduct classCode="MANU"><templateId root="{T}.4.54"/><manufacturedMaterial><code code="88"
codeSystem="{HL7}.12.292" displayName="influenza vaccine"/></manufacturedMaterial></manufacturedProduct>
</consumable></substanceAdministration>"""
OPERATION = f"""<procedure classCode="PROC" moodCode="EVN" NOT><templateId root="{T}.4.14"/>
<id root="1.3.7"/><code code="80146002" codeSystem="{SNOMED}" displayName="Appendectomy"/>{DONE}{TIME}
</procedure>"""
SECTIONS = (  # the template's end, the section's code in LOINC, its entry
    ("5.1", "11450-4", PROBLEM), ("6.1", "48765-2", ALLERGY), ("1.1", "10160-0", DRUG),
    ("2.1", "11369-6", VACCINE), ("7.1", "47519-4", OPERATION),
)  # fmt: skip
STATES = ("clinicalStatus", "verificationStatus", "status", "doNotPerform")
SAID = ("Allergy", "Condition", "Immunization", "MedicationR", "MedicationS", "Procedure")


def document(negated):
    body = "".join(
        f'<component><section><templateId root="{T}.2.{template}"/><code code="{code}" '
        f'codeSystem="{LOINC}"/><title>A</title><text>B</text><entry>{entry}</entry></section></component>'
        for template, code, entry in SECTIONS
    )
    return HEAD + body.replace("NOT", f'negationInd="{negated}"') + TAIL


def converted(negated):
    bundle = json.loads(CcdaRenderer().render_fhir_string("CCD", document(negated)))
    return [entry["resource"] for entry in bundle["entry"]]


def show(who, resources):
    for resource in resources:
        state = [resource[key] for key in STATES if key in resource]
        state = [s["coding"][0]["code"] if isinstance(s, dict) else str(s) for s in state]
        risk = [v for v in ("no-known-reaction-risk",) if v in json.dumps(resource, default=str)]
        if resource["resourceType"].startswith(SAID):
            print(f"{who}: {resource['resourceType']} {', '.join(state + risk) or '-'}")


def without_ids(negated):
    kept = (r for r in converted(negated) if r["resourceType"] != "DocumentReference")
    return [{key: value for key, value in resource.items() if key != "id"} for resource in kept]


print("python-fhir-converter, the same as the opposite:", without_ids("true") == without_ids("false"))
show("python-fhir-converter", converted("true"))
entries = convert_document(document("true"))["bundle"]["entry"]
show("ccda-to-fhir", [entry["resource"] for entry in entries])
PYTHON
)
echo "$got"
if [ "$got" != "$seen" ]; then
    echo "changed: negated statements of C-CDA are converted in another way than was seen" >&2
    exit 1
fi
