"""FHIR R4 of the service: notes as they come in, outcomes, and what the service can do."""

import base64
import binascii
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..batch.note_formats.rows import Row, to_note
from ..errors import Errors
from ..exports.facts import read_facts
from ..exports.fhir import FhirExporter, Resource
from ..exports.fhir_transaction import make_transaction
from ..exports.settings import ExportSettings
from ..note import Note
from .bodies import check_length
from .refusals import Refusal, find_code
from .settings import ServeSettings

TYPE = "application/fhir+json"
OPERATION = "process-note"
_EXPECTED = (
    "a DocumentReference with text/plain in content[0].attachment.data (base64), or Parameters "
    "whose parameter 'note' is one, or whose parameter 'text' is a valueString"
)
_ISSUES = {400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 408: "timeout",
           413: "too-long", 415: "not-supported", 422: "processing", 429: "throttled",
           501: "not-supported", 503: "transient"}  # fmt: skip


def read_process_note(value: Any, settings: ServeSettings) -> tuple[Note, Resource]:
    """Take a note from what was sent to `$process-note`.

    value (Any): A DocumentReference, or Parameters.
    settings (ServeSettings): Bounds its length.
    RETURNS (tuple[Note, Resource]): The note, and the DocumentReference that it came in, {} if it
        came as a string. Raises Refusal where there is no text.
    """
    kind = value.get("resourceType") if isinstance(value, dict) else None
    parameters = _parameters(value) if kind == "Parameters" else {}
    text = parameters.get("text", {}).get("valueString")
    note = value if kind == "DocumentReference" else parameters.get("note", {}).get("resource")
    if isinstance(text, str) and note is None:
        check_length(text, settings)
        return _checked({"text": text}), {}
    if not isinstance(note, dict) or note.get("resourceType") != "DocumentReference":
        raise _unusable("there is no note")
    text = _attached(note)
    check_length(text, settings)
    kept = {key: note[key] for key in ("id", "subject") if key in note}
    if not isinstance(kept.get("id", ""), str) or not isinstance(kept.get("subject", {}), dict):
        raise _unusable("its id or subject is of another kind")
    return _checked({"id": _name(note), "text": text, "meta": _meta(note)}), kept


def take_transaction(
    doc: Doc, exporter: FhirExporter, settings: ExportSettings, note: Resource
) -> bytes:
    """Make a transaction of an annotated note.

    doc (Doc): The note.
    exporter (FhirExporter): Of Bundles; its tables are used.
    settings (ExportSettings): Of the export.
    note (Resource): What the note came in.
    RETURNS (bytes): The Bundle.
    """
    fresh = exporter.fresh(settings)
    return fresh.dump(make_transaction(fresh, read_facts(doc, settings), note))


def outcome(message: str, status: int) -> Resource:
    """RETURNS (Resource): An OperationOutcome for an error."""
    issue = {
        "severity": "error",
        "code": _ISSUES.get(status, "exception"),
        "details": {"text": find_code(message) or "error"},
        "diagnostics": message,
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def capability(name: str, version: str, date: str, address: str) -> Resource:
    """Say what the service can do.

    name, version (str): The pipeline's.
    date (str): When the service started.
    address (str): Where the FHIR routes begin.
    RETURNS (Resource): A CapabilityStatement.
    """
    operation = {"name": OPERATION, "definition": f"{address}/OperationDefinition/{OPERATION}"}
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": "spacy-clinical"},
        "implementation": {"description": f"{name} {version}".strip(), "url": address},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{"mode": "server", "operation": [operation]}],
    }


def definition(address: str) -> Resource:
    """RETURNS (Resource): The OperationDefinition of `$process-note`."""
    optional: dict[str, Any] = {"min": 0, "max": "1", "use": "in"}
    return {
        "resourceType": "OperationDefinition",
        "url": f"{address}/OperationDefinition/{OPERATION}",
        "name": "ProcessNote",
        "title": "What a note states",
        "status": "active",
        "kind": "operation",
        "code": OPERATION,
        "system": True,
        "type": False,
        "instance": False,
        "parameter": [
            optional | {"name": "note", "type": "DocumentReference"},
            optional | {"name": "text", "type": "string"},
            {"name": "return", "use": "out", "min": 1, "max": "1", "type": "Bundle"},
        ],
    }


def _parameters(value: Resource) -> dict[str, Resource]:
    listed = value.get("parameter")
    rows = listed if isinstance(listed, list) else []
    return {str(row.get("name")): row for row in rows if isinstance(row, dict)}


def _attached(note: Resource) -> str:
    """The text of a DocumentReference's first plain attachment."""
    contents = note.get("content")
    for content in contents if isinstance(contents, list) else []:
        attachment = content.get("attachment") if isinstance(content, dict) else None
        if not isinstance(attachment, dict) or not isinstance(attachment.get("data"), str):
            continue
        kind, _, options = str(attachment.get("contentType", "text/plain")).partition(";")
        charset = options.partition("charset=")[2].strip().strip('"').lower() or "utf-8"
        if kind.strip().lower() == "text/plain" and charset in ("utf-8", "utf8", "us-ascii"):
            try:
                return base64.b64decode(attachment["data"], validate=True).decode("utf-8")
            except (binascii.Error, ValueError):
                raise _unusable("its data isn't base64 of UTF-8") from None
    raise _unusable("it has no attachment of plain text in UTF-8 with data")


def _name(note: Resource) -> str | None:
    """What a note is called: its id, or its identifier in that order."""
    identifiers = [note.get("masterIdentifier"), *(_list(note.get("identifier")))]
    values = [one.get("value") for one in identifiers if isinstance(one, dict)]
    return next((x for x in (note.get("id"), *values) if isinstance(x, str) and x), None)


def _meta(note: Resource) -> dict[str, str]:
    """The day that a note is of."""
    context = note.get("context")
    period = context.get("period") if isinstance(context, dict) else None
    start = period.get("start") if isinstance(period, dict) else None
    date = next((x for x in (start, note.get("date")) if isinstance(x, str)), None)
    return {"date": date} if date else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _checked(fields: dict[str, Any]) -> Note:
    note = to_note(Row("note", fields), Path("request"), "text", "id")
    return note if fields.get("id") or note.fault else note._replace(id="")


def _unusable(found: str) -> Refusal:
    return Refusal(400, Errors.SC925.format(found=found, expected=_EXPECTED))
