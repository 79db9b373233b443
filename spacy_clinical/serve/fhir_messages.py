"""FHIR R4 of the service: notes as they come in, outcomes, and what the service can do."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..batch.note_formats.base64_and_charsets import UnreadableError
from ..batch.note_formats.fhir_bundles import is_gone, meta_of, read_text
from ..batch.note_formats.note_rows import Row, to_note
from ..errors import CommandError, Errors, find_code
from ..exports.document_facts import read_facts
from ..exports.export_settings import ExportSettings
from ..exports.fhir import FhirExporter, Resource
from ..exports.fhir_transaction import make_transaction
from ..note import Note
from .refusals import Refusal
from .request_bodies import check_length
from .service_settings import ServeSettings

TYPE = "application/fhir+json"
OPERATION = "process-note"
_EXPECTED = (
    "one DocumentReference with a text in an attachment's data (base64 of plain text, HTML, RTF or "
    "CDA), or Parameters whose parameter 'note' is one, or whose parameter 'text' is a valueString"
)
_ISSUES = {400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 408: "timeout",
           413: "too-long", 415: "not-supported", 422: "processing", 429: "throttled",
           501: "not-supported", 503: "transient"}  # fmt: skip


def read_process_note(value: Any, settings: ServeSettings) -> tuple[Note, Resource]:
    """Take a note from what was sent to `$process-note`, as `annotate` reads it from a file.

    value (Any): A DocumentReference, or Parameters.
    settings (ServeSettings): Bounds its length.
    RETURNS (tuple[Note, Resource]): The note, and the DocumentReference that it came in, {} if it
        came as a string. Raises Refusal where there is no text, or more than one, or its sender
        withdrew it.
    """
    note = _sent(value)
    if isinstance(note, str):
        check_length(note, settings)
        return _checked({"text": note}), {}
    if note.get("resourceType") != "DocumentReference":
        raise _unusable("there is no note")
    if is_gone(note):
        raise _unusable("its status is entered-in-error or cancelled", 422)
    text = _attached(note)
    check_length(text, settings)
    kept: Resource = {key: note[key] for key in ("id", "subject") if key in note}
    if not isinstance(kept.get("id", ""), str) or not isinstance(kept.get("subject", {}), dict):
        raise _unusable("its id or subject is of another kind")
    return _checked({"id": _name(note), "text": text, "meta": meta_of(note)}), kept


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


def _sent(value: Any) -> Resource | str:
    """The note that was sent. Raises Refusal where there is none, or there are several."""
    if not isinstance(value, dict):
        raise _unusable("there is no note")
    if value.get("resourceType") != "Parameters":
        return value
    found = [*_parameters(value)]
    if len(found) > 1:
        raise _unusable(f"there are {len(found)} notes, and one is answered")
    note = found[0] if found else None
    if note is None:
        raise _unusable("there is no note")
    return note


def _parameters(value: Resource) -> Iterator[Resource | str | None]:
    for row in _list(value.get("parameter")):
        name = row.get("name") if isinstance(row, dict) else None
        if name == "note":
            yield row["resource"] if isinstance(row.get("resource"), dict) else None
        elif name == "text":
            yield row["valueString"] if isinstance(row.get("valueString"), str) else None


def _attached(note: Resource) -> str:
    """The text of a DocumentReference's attachment, that of several which is read best."""
    try:
        text = read_text(note, Counter())
    except UnreadableError as error:
        raise _unusable(f"its attachment has {error}") from None
    except CommandError as error:  # what reads it isn't installed
        raise Refusal(501, str(error)) from None
    if not text.strip():
        raise _unusable("it has no attachment with data that has a text in it")
    return text


def _name(note: Resource) -> str | None:
    """What a note is called: its id, or its identifier in that order."""
    identifiers = [note.get("masterIdentifier"), *(_list(note.get("identifier")))]
    values = [one.get("value") for one in identifiers if isinstance(one, dict)]
    return next((x for x in (note.get("id"), *values) if isinstance(x, str) and x), None)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _checked(fields: dict[str, Any]) -> Note:
    note = to_note(Row("note", fields), Path("request"), "text", "id")
    return note if fields.get("id") or note.fault else note._replace(id="")


def _unusable(found: str, status: int = 400) -> Refusal:
    return Refusal(status, Errors.SC925.format(found=found, expected=_EXPECTED))
