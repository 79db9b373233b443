"""DICOM SR: the findings of radiology reports, a file each, which any PACS can keep.

A Comprehensive SR (PS3.3, A.35.3) without references to images. `highdicom.sr.ComprehensiveSR`
refuses one ("No evidence was provided", 0.28.2), and lists what it is given as evidence, so the
header is made by the class below it, `highdicom.SOPClass`. No pixel is ever read.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..files import new_folder
from .dicom_codes import OWN, OWN_NAME, DicomCodes, fits
from .dicom_content import ReportTree
from .document_facts import Facts, read_facts
from .document_names import DocumentNames
from .export_settings import ExportSettings
from .fhir import note_date
from .fhir_codes import clean
from .flat_tables import need
from .mapping_tables import Mappings
from .study_identifiers import ACCESSION, PATIENT_KEYS, TITLES, first_of, study_uid

COMPREHENSIVE = "1.2.840.10008.5.1.4.1.1.88.33"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
EXTRA, MAKER, UTF_8 = "dicom", "spacy-clinical", "ISO_IR 192"
LONG, SHORT = 64, 16  # characters of LO and SH
SILENT = "reports in which no finding is mentioned, or nobody looked for one"
WITHOUT_STUDY = "reports without a study UID, which got one of their own"
TOO_LONG = "identifiers and titles that DICOM can't hold"
_NAMES = uuid.UUID("2c0c6f3e-4f0b-5d52-8c5e-7f3c2a5b9d10")


def write_dicom_sr(docs: Iterable[Doc], path: Path, settings: ExportSettings) -> Counter[str]:
    """Write a DICOM file for each report that mentions findings, into a new folder.

    docs (Iterable[Doc]): The documents.
    path (Path): The folder. Files are named by their SOP instance UID.
    settings (ExportSettings): Of the export.
    RETURNS (Counter[str]): What was left out, and how often. Raises ExportError without the extra
        `dicom`.
    """
    exporter = SrExporter(settings)
    with new_folder(path) as folder:
        for doc in docs:
            made = exporter.document(read_facts(doc, settings))
            if made is not None:
                made.save_as(folder / f"{made.SOPInstanceUID}.dcm", enforce_file_format=True)
    return +exporter.left_out


class SrExporter:
    """Makes SR documents.

    settings (ExportSettings): Of the export.
    """

    def __init__(self, settings: ExportSettings):
        self.settings = settings
        self.base, self.schemes, sr = (
            need(f"highdicom.{name}", EXTRA) for name in ("base", "coding_schemes", "sr")
        )
        self.left_out: Counter[str] = Counter()
        codes = DicomCodes(sr, Mappings(settings.mappings))
        self.tree = ReportTree(sr, codes, settings, _uid("device", settings.name), self.left_out)
        self._names = DocumentNames()

    def document(self, facts: Facts) -> Any | None:
        """Make a document.

        facts (Facts): A report.
        RETURNS (highdicom.SOPClass | None): A `pydicom.Dataset` with its file meta; None for a
            report that mentions no finding. Its UIDs are the same whenever the same findings of
            the same reports are exported in the same order, at the same time by the settings.
        """
        self.left_out.update(facts.left_out)
        name = self._names.name(facts)
        if not facts.findings:
            self.left_out[SILENT] += 1
            return None
        uid = partial(_uid, name, self.settings.name)
        made = self._header(facts, uid)
        root = self.tree.make(facts, uid)[0]
        if date := note_date(facts):
            root.ObservationDateTime = date.replace("-", "")
        made.update(root)
        made.CompletionFlag, made.VerificationFlag = "PARTIAL", "UNVERIFIED"
        made.PreliminaryFlag = "PRELIMINARY"
        made.PerformedProcedureCodeSequence = []
        made.ReferencedPerformedProcedureStepSequence = []
        return made

    def _header(self, facts: Facts, uid: Callable[..., str]) -> Any:
        when, meta = datetime.fromisoformat(self.settings.time), facts.meta
        study = study_uid(meta)
        self.left_out[WITHOUT_STUDY] += not study
        scheme = self.schemes.CodingSchemeIdentificationItem(
            OWN, OWN_NAME, responsible_organization=MAKER
        )
        made = self.base.SOPClass(
            study_instance_uid=study or uid("study"),
            series_instance_uid=uid("series", self.settings.time),
            series_number=1,
            sop_instance_uid=uid("document", self.settings.time, facts.text, repr(facts.findings)),
            sop_class_uid=COMPREHENSIVE,
            instance_number=1,
            modality="SR",
            manufacturer=MAKER,
            manufacturer_model_name=self._held(self.settings.system, LONG) or None,
            software_versions=self._held(self.settings.version, LONG) or None,
            transfer_syntax_uid=EXPLICIT_LITTLE_ENDIAN,
            patient_id=self._held(first_of(meta, PATIENT_KEYS), LONG),
            patient_name="",
            patient_birth_date="",
            patient_sex="",
            accession_number=self._held(first_of(meta, ACCESSION), SHORT),
            study_id="",
            referring_physician_name="",
            coding_schemes=[scheme],
            content_date=when.date(),
            content_time=when.time(),
            specific_character_set=UTF_8,
        )
        made.InstanceCreationDate, made.InstanceCreationTime = made.ContentDate, made.ContentTime
        made.TimezoneOffsetFromUTC = f"{when:%z}" or "+0000"
        if title := self._held(first_of(meta, TITLES), LONG):
            made.StudyDescription = title
        return made

    def _held(self, words: str, longest: int) -> str:
        """A value of VR LO or SH; "" for one that isn't, and would be another if it were cut."""
        said = clean(words)
        if not said or fits(said, longest):
            return said
        self.left_out[TOO_LONG] += 1
        return ""


def _uid(*parts: str) -> str:
    """A UID made of a UUID (PS3.5, B.2)."""
    data = "\n".join(parts).encode("utf-8", "backslashreplace").decode()
    return f"2.25.{uuid.uuid5(_NAMES, data).int}"
