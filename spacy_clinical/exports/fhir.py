"""FHIR R4: what a note states as resources, each with a Provenance to its place in the note.

Resources are checked by the R4B classes of `fhir.resources`, of which those used here are the same
as R4's. Which mention becomes what, and what assertions and relations say of it, stands in the
mapping tables.
"""

import base64
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..errors import Errors, ExportError
from ..files import new_file, new_folder
from .facts import Facts, read_facts
from .fhir_resources import FhirMapping
from .mapping import Mappings
from .settings import ExportSettings
from .tables import need

SPAN = "urn:spacy-clinical:span"
NOTE = "urn:spacy-clinical:note"
AGENT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
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
            for resource in exporter.resources(read_facts(doc, settings)):
                file.write(exporter.dump(resource) + b"\n")
    return exporter.left_out


def write_bundles(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write a Bundle of type "collection" for each document, into a new folder.

    docs (Iterable[Doc]): The documents.
    path (Path): The folder. Files are named by a hash of the note's id, which may be personal.
    settings (ExportSettings): Of the export.
    RETURNS (Counter[str]): What was left out, and how often.
    """
    exporter = FhirExporter(settings, lambda kind, id: f"urn:uuid:{id}")
    with new_folder(path) as folder:
        for doc in docs:
            facts = read_facts(doc, settings)
            entries = [
                {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
                for resource in exporter.resources(facts)
            ]
            id = _uuid(facts.id, "Bundle")
            bundle = {"resourceType": "Bundle", "id": id, "type": "collection", "entry": entries}
            (folder / f"{id}.json").write_bytes(exporter.dump(bundle))
    return exporter.left_out


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
        self.mapping = FhirMapping(Mappings(settings.mappings))
        self.left_out: Counter[str] = Counter()

    def resources(self, facts: Facts) -> Iterator[Resource]:
        """Make a document's resources.

        facts (Facts): The document.
        YIELDS (Resource): A DocumentReference, and the resources of the mentions, each followed by
            its Provenance. Their ids are the same whenever the same note is exported.
        """
        note = self._note(facts)
        yield note
        found, left_out = self.mapping.resources(facts)
        self.left_out.update(left_out)
        ids = {key: _uuid(facts.id, *key) for key in found}
        subject = self._subject(facts)

        def refer(key: tuple[str, int]) -> Resource:
            return {"reference": self.reference(key[0], ids[key])}

        for key, resource in found.items():
            kind, index = key
            body = self.mapping.finish(kind, resource, refer)
            who = "patient" if kind == "AllergyIntolerance" else "subject"
            yield {"resourceType": kind, "id": ids[key], who: subject, **body}
            yield self._provenance(facts, index, refer(key), note)

    def dump(self, resource: Resource) -> bytes:
        """Check a resource and give its JSON.

        resource (Resource): The resource.
        RETURNS (bytes): UTF-8. Raises ExportError where it isn't valid.
        """
        kind = resource["resourceType"]
        module = need(f"fhir.resources.R4B.{kind.lower()}", "fhir")
        try:
            checked = getattr(module, kind).model_validate(resource)
        except ValueError as error:
            where = {".".join(map(str, e["loc"])) for e in getattr(error, "errors", list)()}
            message = Errors.SC754.format(kind=kind, where=", ".join(sorted(where)) or "?")
            raise ExportError(message) from None
        text: str = checked.model_dump_json()
        return text.encode()

    def _note(self, facts: Facts) -> Resource:
        data = facts.text.encode()
        attachment = {
            "contentType": "text/plain; charset=utf-8",
            "size": len(data),
            "hash": base64.b64encode(hashlib.sha1(data).digest()).decode(),
        }
        return {
            "resourceType": "DocumentReference",
            "id": _uuid(facts.id, "DocumentReference"),
            "status": "current",
            "masterIdentifier": {"system": NOTE, "value": facts.id or "unnamed"},
            "subject": self._subject(facts),
            "content": [{"attachment": attachment}],
        }

    def _subject(self, facts: Facts) -> Resource:
        """The patient that the note's meta names, or the one that the note is of."""
        for key in ("patient", "patient_id", "person_id", "subject"):
            value = str(facts.meta.get(key, ""))
            if value.strip():
                return {"identifier": {"value": value.strip()}, "type": "Patient"}
        return {"display": f"patient of note {facts.id}".strip(), "type": "Patient"}

    def _provenance(self, facts: Facts, index: int, target: Resource, note: Resource) -> Resource:
        fact = next(fact for fact in facts.mentions if fact.index == index)
        spans: list[Resource] = [
            {"url": SPAN, "extension": [_number("start", start), _number("end", end)]}
            for start, end in fact.fragments
        ]
        if fact.score is not None:
            spans.append({"url": "urn:spacy-clinical:score", "valueDecimal": round(fact.score, 6)})
        what = {"reference": self.reference("DocumentReference", note["id"])}
        assembler = {"coding": [{"system": AGENT, "code": "assembler"}]}
        return {
            "resourceType": "Provenance",
            "id": _uuid(target["reference"], "Provenance"),
            "target": [target],
            "recorded": self.settings.time,
            "agent": [{"type": assembler, "who": {"display": self.settings.name}}],
            "entity": [{"role": "source", "what": what, "extension": spans}],
        }


def _number(url: str, value: int) -> Resource:
    return {"url": url, "valueInteger": value}


def _uuid(*parts: str | int) -> str:
    return str(uuid.uuid5(_NAMES, "\n".join(map(str, parts))))
