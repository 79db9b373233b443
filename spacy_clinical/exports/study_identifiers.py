"""The identifiers of a report's study and patient: what its meta says, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .fhir_codes import clean

PATIENT_KEYS = ("patient", "patient_id", "person_id", "subject")
TITLES = ("study", "exam", "examination", "title", "procedure")
ACCESSION = ("accession_number", "accession", "AccessionNumber")
STUDY_UID = ("study_uid", "study_instance_uid", "StudyInstanceUID")
UID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
LONGEST_UID = 64


def first_of(meta: Mapping[str, Any], keys: Sequence[str]) -> str:
    """RETURNS (str): What a meta says under the first of the keys that has anything but spaces, on
    one line, or ""."""
    return next(filter(None, (clean(str(meta.get(key) or "")) for key in keys)), "")


def study_uid(meta: Mapping[str, Any]) -> str:
    """RETURNS (str): The study's UID, "" if the meta has none that is one (DICOM PS3.5, 9.1)."""
    uid = first_of(meta, STUDY_UID)
    return uid if len(uid) <= LONGEST_UID and UID.fullmatch(uid) else ""
