"""FHIR R4: a report of an imaging study, its findings, and the study that it is of.

hl7.org/fhir/R4: diagnosticreport.html, observation.html, imagingstudy.html. Nothing here has seen
an image: the findings are what the text says, and the study is known by its numbers only.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..docs.document_findings import NEGATIVE, POSITIVE, UNCERTAIN
from ..quantities import parse_quantity, read_in
from .document_facts import Facts
from .fhir_codes import clean, coding
from .fhir_values import INTERPRETATION, LOINC, value_of
from .report_findings import ReportFact
from .study_identifiers import ACCESSION, TITLES, first_of, study_uid

# LOINC, "Diagnostic imaging study"; HL7 v2 table 0074, "Radiology"; table 0203, accession number.
STUDY, SERVICE, NUMBER = "18748-4", "v2-0074", "v2-0203"
MEANT = {POSITIVE: "present", NEGATIVE: "absent", UNCERTAIN: "possible"}
GRADES = {POSITIVE: "POS", NEGATIVE: "NEG", UNCERTAIN: "IND"}
Resource = dict[str, Any]


def finding_body(fact: ReportFact, statuses: Mapping[str, str], language: str = "") -> Resource:
    """Make an Observation of a finding.

    fact (ReportFact): The finding.
    statuses (Mapping[str, str]): Observation.status by assertion.
    language (str): Of the report, "" if it isn't known.
    RETURNS (Resource): Its body. A finding in doubt has the interpretation "indeterminate", and no
        value; place and size only where the report names one.
    """
    body: Resource = {
        "status": statuses[MEANT[fact.status]],
        "category": [coding("observation-category", "imaging")],
        "code": {"text": clean(fact.label) or "?"},
        "interpretation": [coding(INTERPRETATION, GRADES[fact.status])],
    }
    if fact.status != UNCERTAIN:
        body["valueBoolean"] = fact.status == POSITIVE
    if len(fact.sites) == 1 and clean(fact.sites[0]):
        body["bodySite"] = {"text": clean(fact.sites[0])}
    parts = [_site(words) for words in fact.sites] if len(fact.sites) > 1 else []
    parts += [_size(words, language) for words in fact.sizes]
    parts += [_change(words) for words in fact.changes]
    return body | ({"component": parts} if parts else {})


def report_body(facts: Facts, results: list[Resource], study: Resource | None) -> Resource:
    """Make a DiagnosticReport.

    facts (Facts): The report.
    results (list[Resource]): References to its Observations.
    study (Resource | None): A reference to its ImagingStudy.
    RETURNS (Resource): Its body, whose status is "unknown": a text doesn't tell who signed it.
    """
    title = first_of(facts.meta, TITLES)
    code: Resource = {"coding": [{"system": LOINC, "code": STUDY}]}
    body: Resource = {
        "status": "unknown",
        "category": [coding(SERVICE, "RAD")],
        "code": code | ({"text": title} if title else {}),
    }
    if results:
        body["result"] = results
    if study:
        body["imagingStudy"] = [study]
    if clean(facts.conclusion):
        body["conclusion"] = clean(facts.conclusion)
    return body


def study_body(facts: Facts) -> Resource | None:
    """Make an ImagingStudy of what the report's meta names.

    facts (Facts): The report.
    RETURNS (Resource | None): None without an accession number and without a study UID.
    """
    identifiers = list(_identifiers(facts.meta))
    return {"status": "unknown", "identifier": identifiers} if identifiers else None


def _identifiers(meta: Mapping[str, Any]) -> Iterator[Resource]:
    if uid := study_uid(meta):
        yield {"system": "urn:dicom:uid", "value": f"urn:oid:{uid}"}
    number = first_of(meta, ACCESSION)
    if number:
        yield {"type": coding(NUMBER, "ACSN"), "value": number}


def _site(words: str) -> Resource:
    """One of several places: `bodySite` holds one, and without any a denial would be of all."""
    return {"code": {"text": "site"}, "valueString": clean(words) or "?"}


def _size(words: str, language: str) -> Resource:
    """A size with its comparator; in words where it is about so much, or no length is read."""
    read = read_in(language, parse_quantity, words)
    value = value_of(read) if read is not None and read.unit else {}
    if not value or "component" in value:
        value = {"valueString": clean(words) or "?"}
    return {"code": {"text": "size"}, **value}


def _change(words: str) -> Resource:
    return {"code": {"text": "change"}, "valueString": clean(words) or "?"}
