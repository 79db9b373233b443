"""The trail as FHIR: an AuditEvent (R4B) for each run and each note, as IHE ATNA asks.

hl7.org/fhir/R4B/auditevent.html: type, recorded, agent and source are required; the note is an
entity that is named by its keyed hash, the model one that is named by its own.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import CommandError, Errors
from ..exports.fhir_json import to_json
from ..exports.flat_tables import need
from ..files import check_outputs, new_file
from .hash_chain import row_of
from .trail_check import check_trail, refuse_faults
from .trail_head import day_files

DICOM = "http://dicom.nema.org/resources/ontology/DCM"
EVENT_TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
ENTITIES = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ROLES = "http://terminology.hl7.org/CodeSystem/object-role"
SOURCES = "http://terminology.hl7.org/CodeSystem/security-source-type"
SUBTYPE = "urn:spacy-clinical:audit-event"
KEYED = "urn:spacy-clinical:keyed-hash"
MODEL = "urn:spacy-clinical:model-hash"
_NAMES = uuid.UUID("5bd4c1c5-6a0e-5f38-9d3f-4d0f1f6c1f0a")
_ACTIONS = {"package": "C", "tune": "U", "calibrate": "U"}
Resource = dict[str, Any]
FHIR = "fhir"


def write_audit_events(
    folder: str | Path, target: Path, to: str = FHIR, *, force: bool = False
) -> Counter[str]:
    """Write AuditEvents as NDJSON, each checked by the R4B classes of `fhir.resources`.

    folder (str | Path): The trail's.
    target (Path): The file.
    to (str): FHIR: there is no other form.
    force (bool): Replace a file that is there.
    RETURNS (Counter[str]): How many, by what was done. Raises AuditError where there is no trail,
        CommandError for another form.
    """
    if to != FHIR:
        raise CommandError(Errors.SC519.format(what="output", name=to, known=FHIR))
    check_outputs(target, force=force)
    kind = need("fhir.resources.R4B.auditevent", "fhir").AuditEvent
    written: Counter[str] = Counter()
    with new_file(target) as file:
        for event in audit_events(folder):
            kind.model_validate(event)
            written[event["subtype"][0]["code"]] += 1
            file.write(to_json(event) + b"\n")
    return written


def audit_events(folder: str | Path) -> Iterator[Resource]:
    """Make AuditEvents.

    folder (str | Path): The trail's.
    YIELDS (Resource): One for each thing that was done, and one for each note. Raises AuditError
        where there is no trail, or it isn't whole.
    """
    refuse_faults(folder, check_trail(folder))
    files = day_files(Path(folder))
    ends = {str(row.get("run")): row for row in _rows(files, b'"event":"end"')}
    runs: dict[str, dict[str, Any]] = {}
    for row in _rows(files):
        if "actor" in row:
            runs[str(row.get("run", ""))] = row
            yield _event(row, row, _outcome(row, ends))
        elif row.get("event") == "note":
            yield _event(row, runs.get(str(row["run"]), {}), _failed(row["result"], "4"))


def _rows(files: Iterable[Path], part: bytes = b"") -> Iterator[dict[str, Any]]:
    for path in files:
        with path.open("rb") as lines:
            yield from (row_of(line) for line in lines if part in line)


def _outcome(row: dict[str, Any], ends: Mapping[str, dict[str, Any]]) -> Resource:
    """What became of what was done; of a run that has no end nobody knows."""
    if "run" not in row:
        return _failed(row, "8")
    end = ends.get(str(row["run"]))
    return {"outcomeDesc": "no end is recorded"} if end is None else _failed(end, "8")


def _failed(row: Mapping[str, Any], outcome: str) -> Resource:
    """Value set audit-event-outcome: 0 success, 4 minor failure, 8 serious failure."""
    code = row.get("code")
    return {"outcome": outcome, "outcomeDesc": str(code)} if code else {"outcome": "0"}


def _event(row: dict[str, Any], run: dict[str, Any], outcome: Resource) -> Resource:
    name = str(run.get("event") or row["event"])
    return {
        "resourceType": "AuditEvent",
        "id": str(uuid.uuid5(_NAMES, str(row.get("this")))),
        "type": {"system": DICOM, "code": "110100", "display": "Application Activity"},
        "subtype": [{"system": SUBTYPE, "code": name}],
        "action": _ACTIONS.get(name, "E"),
        "recorded": row["time"],
        **outcome,
        "agent": [_agent(str(run.get("actor") or "unknown"))],
        "source": {
            "observer": {"display": "spacy-clinical"},
            "type": [{"system": SOURCES, "code": "4", "display": "Application Server"}],
        },
        **_entities(row, run),
    }


def _agent(actor: str) -> Resource:
    kind = {"coding": [{"system": DICOM, "code": "110150", "display": "Application"}]}
    return {"type": kind, "who": {"display": actor}, "requestor": True}


def _entities(row: dict[str, Any], run: dict[str, Any]) -> Resource:
    found = []
    if "note" in row:
        found.append(
            {
                "what": {"identifier": {"system": KEYED, "value": row["note"]["id"]}},
                "type": {"system": ENTITIES, "code": "2", "display": "System Object"},
                "role": {"system": ROLES, "code": "4", "display": "Domain Resource"},
                "detail": [{"type": "text", "valueString": row["note"]["hash"]}, *_result(row)],
            }
        )
    model = run.get("model") or {}
    if model.get("hash"):
        called = f"{model.get('name', '')} {model.get('version', '')}".strip()
        identifier = {"system": MODEL, "value": model["hash"]}
        what = {"identifier": identifier, **({"display": called} if called else {})}
        kind = {"system": ENTITIES, "code": "4", "display": "Other"}
        found.append({"what": what, "type": kind})
    return {"entity": found} if found else {}


def _result(row: dict[str, Any]) -> list[Resource]:
    hashed = row.get("result", {}).get("hash")
    return [{"type": "result", "valueString": hashed}] if hashed else []
