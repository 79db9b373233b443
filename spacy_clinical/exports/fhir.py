"""FHIR R4: what a note states as resources, each with a Provenance to its place in the note.

Resources are checked by `fhir_checks`, and by the R4B classes of `fhir.resources`, of which those
used here are the same as R4's. Which mention becomes what, and what assertions and relations say of
it, stands in the mapping tables.
"""

import base64
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..docs.iso_dates import iso_date
from ..errors import Errors, ExportError
from ..files import new_file, new_folder
from .document_facts import Fact, Facts, read_facts
from .document_names import DocumentNames
from .export_settings import ExportSettings
from .fhir_checks import check_resources
from .fhir_codes import clean
from .fhir_json import to_json
from .fhir_mapping import FhirMapping
from .fhir_report import finding_body, report_body, study_body
from .flat_tables import need
from .mapping_tables import Mappings
from .study_identifiers import PATIENT_KEYS, first_of

SPAN = "urn:spacy-clinical:span"
AGENT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
DATE_KEYS = ("date", "note_date", "note_datetime", "created", "authored")
OF_PATIENT = ("AllergyIntolerance", "FamilyMemberHistory")
_NAMES = uuid.UUID("8f1d4b1e-6a57-5d0c-9f0e-2a4d3c5b7e61")
Resource = dict[str, Any]


def write_ndjson(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write all resources into one NDJSON file.

    docs (Iterable[Doc]): The documents.
    path (Path): The file.
    settings (ExportSettings): Of the export.
    RETURNS (Counter[str]): What was left out, and how often.
    """
    exporter = FhirExporter(settings)
    with new_file(path) as file:
        for doc in docs:
            for resource in exporter.checked(read_facts(doc, settings)):
                file.write(exporter.dump(resource) + b"\n")
    return exporter.left_out


def write_bundles(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write a Bundle of type "collection" for each document, into a new folder.

    docs (Iterable[Doc]): The documents.
    path (Path): The folder. Files are named by a hash of the note's id, which may be personal.
    settings (ExportSettings): Of the export.
    RETURNS (Counter[str]): What was left out, and how often.
    """
    exporter = bundle_exporter(settings)
    with new_folder(path) as folder:
        for doc in docs:
            bundle = collect(exporter.checked(read_facts(doc, settings)))
            (folder / f"{bundle['id']}.json").write_bytes(exporter.dump(bundle))
    return exporter.left_out


def bundle_exporter(settings: ExportSettings) -> "FhirExporter":
    """RETURNS (FhirExporter): For Bundles, in which resources refer to each other by urn:uuid."""
    return FhirExporter(settings, lambda kind, id: f"urn:uuid:{id}")


def collect(made: list[Resource]) -> Resource:
    """RETURNS (Resource): A Bundle of type "collection" of a document's resources."""
    entries = [{"fullUrl": f"urn:uuid:{x['id']}", "resource": x} for x in made]
    id = _uuid(made[0]["id"], "Bundle")
    return {"resourceType": "Bundle", "id": id, "type": "collection", "entry": entries}


def _relative(kind: str, id: str) -> str:
    return f"{kind}/{id}"


class FhirExporter:
    """Makes resources.

    settings (ExportSettings): Of the export.
    reference (Callable): Kind and id of a resource to what refers to it.
    """

    def __init__(
        self, settings: ExportSettings, reference: Callable[[str, str], str] = _relative
    ) -> None:
        self.settings = settings
        self.reference = reference
        mappings = Mappings(settings.mappings)
        self.mapping = FhirMapping(mappings, settings.code_system, settings.kb)
        self.systems = {row["thing"]: row["system"] for row in mappings.read("fhir_systems")}
        self.left_out: Counter[str] = Counter()
        self._names = DocumentNames()

    def fresh(self, settings: ExportSettings) -> "FhirExporter":
        """RETURNS (FhirExporter): One that has exported nothing yet, with the same tables read."""
        made = copy(self)
        made.settings, made.left_out, made._names = settings, Counter(), DocumentNames()
        return made

    def checked(self, facts: Facts) -> list[Resource]:
        """RETURNS (list[Resource]): A document's resources. Raises ExportError where one breaks a
        rule of FHIR's."""
        made = list(self.resources(facts))
        faults = check_resources(made)
        if faults:
            raise ExportError(Errors.SC756.format(n=len(faults), faults="; ".join(faults[:5])))
        return made

    def resources(self, facts: Facts) -> Iterator[Resource]:
        """Make a document's resources.

        facts (Facts): The document.
        YIELDS (Resource): A DocumentReference, and the resources of the mentions, each followed by
            its Provenance. Their ids are the same whenever the same notes are exported in the same
            order; documents without a name, or with one that came before, get ids of their own.
        """
        name = self._names.name(facts)
        note = self._note(facts, name)
        yield note
        found, left_out = self.mapping.resources(facts)
        self.left_out.update(left_out)
        ids = {key: _uuid(name, *key) for key in found}

        def refer(fact: Fact, kinds: tuple[str, ...]) -> Resource | None:
            key = next(((kind, fact.index) for kind in kinds if (kind, fact.index) in ids), None)
            return {"reference": self.reference(key[0], ids[key])} if key else None

        date, subject = note_date(facts), self._subject(facts)
        for (kind, index), draft in found.items():
            body = self.mapping.finish(kind, draft, date, refer)
            who = "patient" if kind in OF_PATIENT else "subject"
            id = ids[kind, index]
            yield {"resourceType": kind, "id": id, who: subject, **body}
            target = {"reference": self.reference(kind, id)}
            yield self._provenance(draft.fact, target, note)
        if facts.findings:
            yield from self._report(facts, name, note)

    def _report(self, facts: Facts, name: str, note: Resource) -> Iterator[Resource]:
        """A radiology report's findings, the study that it is of, and the report itself."""
        date, subject = note_date(facts), self._subject(facts)
        rows = self.mapping.assertions.items()
        statuses = {said: row["status"] for (kind, said), row in rows if kind == "Observation"}
        results = []
        for fact in facts.findings:
            id = _uuid(name, "Observation", "finding", fact.label)
            body = finding_body(fact, statuses, facts.language)
            body |= {"effectiveDateTime": date} if date else {}
            yield {"resourceType": "Observation", "id": id, "subject": subject, **body}
            target = {"reference": self.reference("Observation", id)}
            results.append(target)
            said = Fact(-1, fact.label, fact.label, fact.fragments, fact.score)
            yield self._provenance(said, target, note)
        study, of_study = study_body(facts), None
        if study is not None:
            id = _uuid(name, "ImagingStudy")
            of_study = {"reference": self.reference("ImagingStudy", id)}
            yield {"resourceType": "ImagingStudy", "id": id, "subject": subject, **study}
        body = report_body(facts, results, of_study) | ({"effectiveDateTime": date} if date else {})
        id = _uuid(name, "DiagnosticReport")
        yield {"resourceType": "DiagnosticReport", "id": id, "subject": subject, **body}

    def dump(self, resource: Resource) -> bytes:
        """Check a resource and give its JSON. Decimals keep their digits.

        resource (Resource): The resource.
        RETURNS (bytes): UTF-8. Raises ExportError where it isn't valid.
        """
        kind = resource["resourceType"]
        module = need(f"fhir.resources.R4B.{kind.lower()}", "fhir")
        try:
            getattr(module, kind).model_validate(resource)
        except ValueError as error:
            where = {".".join(map(str, e["loc"])) for e in getattr(error, "errors", list)()}
            message = Errors.SC754.format(kind=kind, where=", ".join(sorted(where)) or "?")
            raise ExportError(message) from None
        return to_json(resource)

    def _note(self, facts: Facts, name: str) -> Resource:
        data = facts.text.encode("utf-8", "surrogatepass")
        attachment: Resource = {
            "contentType": "text/plain; charset=utf-8",
            "size": len(data),
            "hash": base64.b64encode(hashlib.sha1(data).digest()).decode(),
        }
        date = note_date(facts)
        called = clean(facts.id)
        identifier = {"system": self.systems.get("note", ""), "value": called}
        note: Resource = {
            "resourceType": "DocumentReference",
            "id": _uuid(name, "DocumentReference"),
            "status": "current",
            "subject": self._subject(facts),
            "date": self.settings.time,
            "content": [{"attachment": attachment | ({"creation": date} if date else {})}],
        }
        if called:
            note["masterIdentifier"] = {key: value for key, value in identifier.items() if value}
        return note | ({"context": {"period": {"start": date, "end": date}}} if date else {})

    def _subject(self, facts: Facts) -> Resource:
        """The patient that the note's meta names, or the one that the note is of."""
        patient = first_of(facts.meta, PATIENT_KEYS)
        if not patient:
            return {"display": f"patient of note {clean(facts.id)}".strip(), "type": "Patient"}
        system = self.systems.get("patient", "")
        identifier = {"system": system, "value": patient} if system else {"value": patient}
        return {"identifier": identifier, "type": "Patient"}

    def _provenance(self, fact: Fact, target: Resource, note: Resource) -> Resource:
        spans: list[Resource] = [
            {"url": SPAN, "extension": [_number("start", start), _number("end", end)]}
            for start, end in fact.fragments
        ]
        spans.append({"url": "urn:spacy-clinical:label", "valueString": clean(fact.label) or "?"})
        if fact.score is not None:
            spans.append({"url": "urn:spacy-clinical:score", "valueDecimal": round(fact.score, 6)})
        what = {"reference": self.reference("DocumentReference", note["id"])}
        assembler = {"coding": [{"system": AGENT, "code": "assembler"}]}
        return {
            "resourceType": "Provenance",
            "id": _uuid(target["reference"], "Provenance"),
            "target": [target],
            "recorded": self.settings.time,
            "agent": [{"type": assembler, "who": {"display": clean(self.settings.name)}}],
            "entity": [{"role": "source", "what": what, "extension": spans}],
        }


def note_date(facts: Facts) -> str:
    """RETURNS (str): The day, month or year when a note was written, by its meta; "" if that isn't
    known."""
    dates = (iso_date(str(facts.meta.get(key) or "")) for key in DATE_KEYS)
    return next(filter(None, dates), "")


def _number(url: str, value: int) -> Resource:
    return {"url": url, "valueInteger": value}


def _uuid(*parts: str | int) -> str:
    data = "\n".join(map(str, parts)).encode("utf-8", "backslashreplace").decode()
    return str(uuid.uuid5(_NAMES, data))
