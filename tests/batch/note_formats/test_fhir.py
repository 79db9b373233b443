"""FHIR: notes of DocumentReference, DiagnosticReport and Composition."""

import base64
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.batch.note_formats.fhir import read_fhir, read_fhir_lines
from spacy_clinical.batch.note_formats.note_rows import Row

from .test_cda import body, document, section

SOURCE = Path("x.ndjson")
DEEP = '[{"section":' * 60 + "[]" + "}]" * 60
WHO: dict[str, Any] = {
    "subject": {"reference": "Patient/P7"},
    "type": {"coding": [{"code": "18842-5", "display": "Discharge summary"}]},
    "context": {"encounter": [{"reference": "Encounter/V3"}], "period": {"start": "2024-03-01"}},
    "date": "2024-03-02T08:00:00Z",
}


def attachment(data: str | bytes, kind: str = "text/plain") -> dict[str, Any]:
    data = data.encode() if isinstance(data, str) else data
    return {"contentType": kind, "data": base64.b64encode(data).decode()}


def reference(*attachments: Any, **others: Any) -> dict[str, Any]:
    content = [{"attachment": x} for x in attachments]
    return {
        "resourceType": "DocumentReference",
        "id": "D4",
        "status": "current",
        "content": content,
        **others,
    }


def rows_of(*resources: Any, passed_over: Counter[str] | None = None) -> list[Row]:
    lines = io.StringIO("\n".join(json.dumps(x) for x in resources), newline="")
    counts: Counter[str] = Counter() if passed_over is None else passed_over
    return list(read_fhir_lines(lines, SOURCE, "text", counts))


def texts_of(*resources: Any) -> list[Any]:
    return [row.fields.get("text", row.fault) for row in rows_of(*resources)]


def test_document_reference() -> None:
    (row,) = rows_of(reference(attachment("No rash.\nHome."), **WHO))
    assert row.fields == {
        "text": "No rash.\nHome.",
        "patient": "P7",
        "date": "2024-03-01",
        "type": "Discharge summary",
        "encounter": "V3",
        "document": "D4",
        "status": "current",
        "resource": "DocumentReference",
    }
    assert row.place == "x.ndjson:1"


def test_kinds_of_attachments() -> None:
    cda = document(body(section("Plan", "Home.")))
    assert texts_of(
        reference(attachment("H\xe4matom".encode("latin-1"), "text/plain; charset=ISO-8859-1")),
        reference(attachment("<p>No <b>rash</b></p>", "text/html")),
        reference(attachment(r"{\rtf1 No {\deleted old }rash}", "application/rtf")),
        reference(attachment(r"{\rtf1 called plain}", "text/plain")),
        reference(attachment(cda, "application/hl7-v3+xml")),
        reference(attachment("<p>best</p>", "text/html"), attachment("plain", "text/plain")),
    ) == ["Hämatom", "No rash", "No rash", "called plain", "Plan\nHome.", "plain"]


def test_report_and_composition() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "code": {"text": "Chest X-ray"},
        "effectivePeriod": {"start": "2024-02-11"},
        "encounter": {"identifier": {"value": "V9"}},
        "text": {"status": "generated", "div": "<div><p>Lungs clear.</p></div>"},
        "conclusion": "No pneumonia.",
    }
    inner = {"title": "Lungs", "text": {"div": "<div>Clear.</div>"}}
    composition = {
        "resourceType": "Composition",
        "section": [{"title": "Exam", "text": {"div": "<div>Alert.</div>"}, "section": [inner]}],
    }
    first, second = rows_of(report, composition)
    assert first.fields["text"] == "Lungs clear.\nNo pneumonia."
    assert (first.fields["type"], first.fields["encounter"]) == ("Chest X-ray", "V9")
    assert first.fields["date"] == "2024-02-11"
    assert second.fields["text"] == "Exam\nAlert.\n\nLungs\nClear."
    form = {**report, "presentedForm": [attachment("As signed.")]}
    assert texts_of(form) == ["As signed."]


def test_bundle_and_what_is_passed_over() -> None:
    passed_over: Counter[str] = Counter()
    entries = [
        reference(attachment("one")),
        {"resourceType": "Observation"},
        reference({"contentType": "application/pdf", "url": "https://example.org/1"}),
        reference(attachment(b"%PDF", "application/pdf")),
        reference(attachment("wrong patient"), status="entered-in-error"),
        reference(attachment("wrong too"), docStatus="entered-in-error"),
        reference(attachment("a"), attachment("<p>a</p>", "text/html")),
        {"resourceType": "DiagnosticReport", "status": "cancelled", "conclusion": "none"},
        {"resourceType": "Secret name 7"},
    ]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": x} for x in entries]}
    rows = rows_of(bundle, passed_over=passed_over)
    assert [(row.place, row.fields["text"]) for row in rows] == [
        ("x.ndjson:1.1", "one"),
        ("x.ndjson:1.2", "a"),
    ]
    assert passed_over == {
        "FHIR Observation": 1,
        "FHIR attachments by url (application/pdf)": 1,
        "FHIR attachments of type application/pdf": 1,
        "FHIR DocumentReference without text": 2,
        "FHIR DocumentReference of status entered-in-error or cancelled": 2,
        "FHIR attachments that repeat another": 1,
        "FHIR DiagnosticReport of status entered-in-error or cancelled": 1,
        "FHIR another": 1,
    }


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        ("{", "no JSON object"),
        ("[]", "no JSON object"),
        ('{"text": "secretword"}', "no JSON object"),
        ('{"resourceType": "Bundle", "resourceType": "Bundle"}', "once each key"),
        (json.dumps(reference({"contentType": "text/plain", "data": "secretword!"})), "base64"),
        (json.dumps(reference({"contentType": "text/plain", "data": 7})), "no string"),
        (json.dumps(reference(attachment(b"secretword\xff"))), "aren't utf-8"),
        (json.dumps(reference(attachment("secretword", "text/plain;charset=rot13"))), "rot13"),
        (json.dumps(reference(attachment("secretword", "text/rtf"))), "other bytes"),
        (json.dumps(reference(attachment("<a>secretword", "text/xml"))), "breaks"),
        (json.dumps(reference("secretword")), "other types"),
        (json.dumps(reference(content="secretword")), "other types"),
        (json.dumps({"resourceType": "Composition", "section": ["secretword"]}), "other types"),
        (f'{{"resourceType": "Composition", "section": {DEEP}}}', "more than 50 deep"),
        ('{"resourceType": "Bundle", "entry": "secretword"}', "no list"),
        ("[" * 100_000, "no JSON object"),
    ],
)  # fmt: skip
def test_a_bad_resource_stops_no_other(bad: str, found: str) -> None:
    lines = io.StringIO(f"{bad}\n{json.dumps(reference(attachment('good')))}\n", newline="")
    first, second = read_fhir_lines(lines, SOURCE, "text", Counter())
    assert first.fault.startswith("[SC574] 'x.ndjson', x.ndjson:1: ") and found in first.fault
    assert "secretword" not in first.fault
    assert second.fields["text"] == "good"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab/:", max_size=5),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(
        ["resource", "entry", "content", "attachment", "data", "contentType", "section", "text",
         "div", "title", "subject", "reference", "context", "period", "type", "coding", "status",
         "presentedForm", "conclusion", "date", "code"]), parts, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=200)
@given(st.sampled_from(["Bundle", "DocumentReference", "DiagnosticReport", "Composition"]), JSON)
def test_any_json_is_a_note_or_a_coded_error(kind: str, value: Any) -> None:
    resource = {**(value if isinstance(value, dict) else {"content": value}), "resourceType": kind}
    for row in read_fhir(json.dumps(resource), SOURCE, "text", Counter()):
        assert row.fault.startswith("[SC574]") or isinstance(row.fields["text"], str)


@settings(max_examples=50)
@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_any_text_comes_back(text: str) -> None:
    if not text.startswith(("\ufeff", "{\\rtf")):
        assert texts_of(reference(attachment(text))) == [text]
