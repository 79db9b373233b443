"""Alerts as FHIR R4: a DetectedIssue each, and a GuidanceResponse a patient that names them."""

import hashlib
from typing import Any

from .alert import REVIEW, Alert, Decision, place
from .patient_facts import Fact

SEVERITY = {"critical": "high", "warning": "moderate", "info": "low"}
CODES = {
    "interaction": ("DRG", "Drug Interaction Alert"),
    "contraindication": ("COND", "Condition Alert"),
    "duplicate_therapy": ("DUPTHPY", "Duplicate Therapy Alert"),
    "allergy_conflict": ("ALGY", "Allergy Alert"),
    "dose_limit": ("DOSE", "Dosage problem"),
}
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_PLACE = "urn:spacy-clinical:place"


def bundle(decision: Decision) -> dict[str, Any]:
    """Make a Bundle of one patient's alerts.

    decision (Decision): What rules say.
    RETURNS (dict): A collection: DetectedIssues and one GuidanceResponse.
    """
    issues = [issue(alert) for alert in decision.alerts]
    response = {
        "resourceType": "GuidanceResponse",
        "id": _id("guidance", decision.patient, decision.as_of),
        "moduleUri": "urn:spacy-clinical:rules",
        "status": "success",
        "subject": _subject(decision.patient),
        "evaluationMessage": [],
        "reasonReference": [{"reference": f"DetectedIssue/{one['id']}"} for one in issues],
    }
    if decision.as_of:
        response["occurrenceDateTime"] = decision.as_of
    kept = {key: value for key, value in response.items() if value not in ([], "")}
    entries = [{"fullUrl": f"urn:spacy-clinical:{r['id']}", "resource": r} for r in [*issues, kept]]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def issue(alert: Alert) -> dict[str, Any]:
    """RETURNS (dict): A DetectedIssue: preliminary where it needs review."""
    rule = alert.rule
    words = "/".join(fact.words for fact in alert.facts)
    made: dict[str, Any] = {
        "resourceType": "DetectedIssue",
        "id": _id(rule.id, alert.patient, alert.as_of, words),
        "status": "preliminary" if alert.status == REVIEW else "final",
        "code": {"text": rule.kind},
        "severity": SEVERITY[rule.severity],
        "patient": _subject(alert.patient),
        "identifiedDateTime": alert.as_of,
        "evidence": [_evidence(fact) for fact in (*alert.facts, *alert.seen)],
        "detail": rule.message_en,
    }
    if rule.url:
        made["reference"] = rule.url
    if rule.kind in CODES:
        code, display = CODES[rule.kind]
        made["code"]["coding"] = [{"system": ACT_CODE, "code": code, "display": display}]
    return made


def _evidence(fact: Fact) -> dict[str, Any]:
    places = [place(one) for one in fact.statements]
    made: dict[str, Any] = {"code": [{"text": fact.words}]}
    if places:
        made["detail"] = [
            {
                "identifier": {
                    "system": _PLACE,
                    "value": _characters(p),
                },
                "display": p["date"] or "without a date",
            }
            for p in places
        ]
    return made


def _characters(where: dict[str, Any]) -> str:
    return f"{where['document']}:{where['start']}-{where['end']}"


def _subject(patient: str) -> dict[str, Any]:
    return {"identifier": {"system": "urn:spacy-clinical:patient", "value": patient}}


def _id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
