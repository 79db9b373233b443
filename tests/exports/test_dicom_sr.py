"""Findings of reports as DICOM SR: what pydicom, highdicom and two validators read back."""

import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydicom
import pytest
from highdicom.sr import srread
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.sr._concepts_dict import concepts
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical import export
from spacy_clinical.cli import app
from spacy_clinical.docs import name_doc, set_mentions, set_relations
from spacy_clinical.exports import dicom_content, dicom_sr
from spacy_clinical.exports.document_facts import Facts
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir_codes import clean
from spacy_clinical.exports.mapping_tables import Mappings
from spacy_clinical.exports.report_findings import ReportFact

from ..commands import run
from .test_fhir_report import nlp, word  # noqa: F401

TEXT = """FINDINGS: A 3.5 x 2 cm mass in the spleen, less than 8 mm nodule in the lingula.
No effusion. Nodule is larger.
IMPRESSION: Mass. Nodule. Possible pneumonia."""
LABELS = {
    "mass": "OBSERVATION",
    "3.5 x 2 cm": "MEASUREMENT",
    "spleen": "ANATOMY",
    "nodule": "OBSERVATION",
    "8 mm": "MEASUREMENT",
    "lingula": "ANATOMY",
    "larger": "CHANGE",
}
ROWS = [
    (0, 1, "MEASURED_AS"),
    (0, 2, "LOCATED_AT"),
    (3, 4, "MEASURED_AS"),
    (3, 5, "LOCATED_AT"),
    (6, 3, "MODIFY"),
]
META = {
    "accession_number": "A1",
    "study_uid": "1.2.840.1",
    "study": "CT of the abdomen",
    "patient": "p1",
    "patient_name": "Nobody Invented",
    "date": "2024-05-01",
}
SETTINGS = ExportSettings("en_test", "1.0", "2026-11-28T09:10:11+00:00")


def annotated(nlp: Language, text: str = TEXT, meta: dict[str, Any] = META) -> Doc:  # noqa: F811
    doc = nlp.make_doc(text)
    if text == TEXT:
        set_mentions(doc, [word(doc, words, label) for words, label in LABELS.items()])
        set_relations(doc, [(head, tail, label, None) for head, tail, label in ROWS])
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    name_doc(doc, "r1", meta)
    return doc


def items(node: pydicom.Dataset) -> list[tuple[str, Any]]:
    """Names and values of a content item's children."""
    return [(item.ConceptNameCodeSequence[0].CodeMeaning, value(item)) for item in children(node)]


def children(node: pydicom.Dataset) -> list[pydicom.Dataset]:
    return list(node.get("ContentSequence", ()))


def value(item: pydicom.Dataset) -> Any:
    if item.ValueType == "CODE":
        code = item.ConceptCodeSequence[0]
        return code.CodingSchemeDesignator, code.CodeMeaning
    if item.ValueType == "NUM":
        measured = item.MeasuredValueSequence[0]
        unit = measured.MeasurementUnitsCodeSequence[0]
        return str(measured.NumericValue), unit.CodingSchemeDesignator, unit.CodeValue
    return item.get("TextValue")


def groups(document: pydicom.Dataset) -> dict[str, list[tuple[str, Any]]]:
    """The groups of a document by the words of their tracking identifiers."""
    container = next(x for x in children(document) if x.ValueType == "CONTAINER")
    return {str(value(children(x)[0])): items(x)[2:] for x in children(container)}


@pytest.fixture(scope="module")
def written(nlp: Language, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Counter[str]]:  # noqa: F811
    folder = tmp_path_factory.mktemp("sr") / "out"
    left_out = export([annotated(nlp)], folder, "dicom-sr", SETTINGS)
    (file,) = folder.iterdir()
    return file, left_out


def test_findings(written: tuple[Path, Counter[str]]) -> None:
    document = pydicom.dcmread(written[0])
    own = dicom_sr.OWN
    assert groups(document) == {
        "Effusion: negative": [
            ("Finding", ("SCT", "Effusion")),
            ("Presence of property", ("SCT", "Absent")),
            ("Words of the report", "effusion"),
        ],
        "Mass: positive": [
            ("Finding", ("SCT", "Mass")),
            ("Finding Site", ("SCT", "Spleen")),
            ("Length", ("3.5", "UCUM", "cm")),
            ("Length", ("2", "UCUM", "cm")),
            ("Presence of property", ("SCT", "Present")),
            ("Size in words", "3.5 x 2 cm"),
            ("Words of the report", "mass"),
            ("Words of the report", "Mass."),
        ],
        "Nodule: positive": [
            ("Finding", ("SCT", "Nodule")),
            ("Finding Site", (own, "lingula")),
            ("Presence of property", ("SCT", "Present")),
            ("Size in words", "less than 8 mm"),
            ("Description of Change", "larger"),
            ("Words of the report", "nodule"),
            ("Words of the report", "Nodule"),
            ("Words of the report", "Nodule"),
        ],
        "Pneumonia: uncertain": [
            ("Finding", (own, "Pneumonia")),
            ("Presence of property", ("SCT", "Undetermined")),
            ("Words of the report", "pneumonia"),
        ],
    }
    assert items(document)[-1] == ("Impression", "Mass. Nodule. Possible pneumonia.")
    assert written[1] == {dicom_content.BOUNDED: 1}


def test_identifiers_are_those_of_the_meta(written: tuple[Path, Counter[str]]) -> None:
    document = pydicom.dcmread(written[0])
    assert written[0].stem == document.SOPInstanceUID == document.file_meta[0x20003].value
    assert (document.PatientID, document.AccessionNumber) == ("p1", "A1")
    assert (document.StudyInstanceUID, document.StudyDescription) == (
        "1.2.840.1",
        "CT of the abdomen",
    )
    assert document.ObservationDateTime == "20240501"
    assert (document.ContentDate, document.ContentTime) == ("20261128", "091011")
    assert not str(document.PatientName) and not document.PatientSex and not document.StudyDate
    assert "PixelData" not in document and "Invented" not in str(document)
    assert "CurrentRequestedProcedureEvidenceSequence" not in document
    assert (document.CompletionFlag, document.VerificationFlag) == ("PARTIAL", "UNVERIFIED")


def test_highdicom_reads_it(written: tuple[Path, Counter[str]]) -> None:
    report = srread(written[0]).content
    assert type(report).__name__ == "MeasurementReport"
    found = report.get_image_measurement_groups()
    assert [len(group.get_measurements()) for group in found] == [0, 2, 0, 0]
    assert [group.finding_type.meaning for group in found] == [
        "Effusion", "Mass", "Nodule", "Pneumonia"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("validator", "fault"), [(("dciodvfy", "-new"), "Error"), (("dsrdump",), "E:")]
)
def test_validators(
    written: tuple[Path, Counter[str]], validator: tuple[str, ...], fault: str
) -> None:
    """dicom3tools knows the modules of the object, dcmtk the constraints of the content tree."""
    if not shutil.which(validator[0]):
        pytest.skip(f"no {validator[0]}: apt-get install dicom3tools dcmtk")
    done = subprocess.run([*validator, str(written[0])], capture_output=True, text=True, check=True)
    said = (done.stdout + done.stderr).splitlines()
    assert any("Comprehensive" in line for line in said)
    assert not [line for line in said if line.startswith(fault)]


def test_the_same_again(nlp: Language, tmp_path: Path) -> None:  # noqa: F811
    doc = annotated(nlp)
    for name in ("one", "two"):
        export([doc], tmp_path / name, "dicom-sr", SETTINGS)
    one, two = (next((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes() and one.name == two.name


def test_what_dicom_cannot_hold(nlp: Language, tmp_path: Path) -> None:  # noqa: F811
    meta = {"patient": "a\\b", "accession": "1" * 17, "study_uid": "1.02", "title": "t" * 65}
    docs = [annotated(nlp, meta=meta), annotated(nlp, "FINDINGS: Seen by me.")]
    left_out = export(docs, tmp_path / "out", "dicom-sr", SETTINGS)
    (file,) = (tmp_path / "out").iterdir()
    document = pydicom.dcmread(file)
    assert (document.PatientID, document.AccessionNumber) == ("", "")
    assert "StudyDescription" not in document
    assert document.StudyInstanceUID.startswith("2.25.")
    assert left_out == {
        dicom_sr.TOO_LONG: 3,
        dicom_sr.WITHOUT_STUDY: 1,
        dicom_sr.SILENT: 1,
        dicom_content.BOUNDED: 1,
    }


def test_only_asserted(nlp: Language, tmp_path: Path) -> None:  # noqa: F811
    chosen = ExportSettings(only_asserted=True)
    left_out = dicom_sr.write_dicom_sr([annotated(nlp)], tmp_path / "out", chosen)
    (file,) = (tmp_path / "out").iterdir()
    assert set(groups(pydicom.dcmread(file))) == {"Mass: positive", "Nodule: positive"}
    assert left_out["findings that aren't asserted"] == 2


words = st.text(st.characters(), min_size=1, max_size=80)


@settings(max_examples=15, deadline=None)
@given(label=words, site=words, size=words, text=words)
def test_any_words(label: str, site: str, size: str, text: str) -> None:
    """Whatever a report says, the file keeps all of it, and nothing else."""
    fact = ReportFact(label, "positive", None, ((0, len(text)),), (site,), (size,))
    made = dicom_sr.SrExporter(SETTINGS).document(Facts("n", text, findings=(fact,)))
    assert made is not None
    file = pydicom.filebase.DicomBytesIO()
    made.save_as(file, enforce_file_format=True)
    file.seek(0)
    (group,) = groups(pydicom.dcmread(file)).values()
    said = {name: found for name, found in group}
    told = said.get("Finding Site") or said.get("Place in words")
    for expected, found in (
        (label, said.get("Finding")),
        (site, told),
        (size, said.get("Size in words")),
        (text, said.get("Words of the report")),
    ):
        meaning = found[1] if isinstance(found, tuple) else found
        assert (meaning or "").casefold() == clean(expected).casefold()


def test_codes_are_those_of_the_standard() -> None:
    named = {
        (code, meaning)
        for kinds in concepts["SCT"].values()
        for code, (meaning, *_) in kinds.items()
    }
    for row in Mappings().read("dicom_codes"):
        assert row["scheme"] == "SCT" and (row["code"], row["meaning"]) in named, row["words"]
        assert row["what"] in ("finding", "site") and row["words"] == row["words"].casefold()
    for code, scheme, meaning in (*dicom_content.STATUSES.values(), dicom_content.LENGTH):
        assert scheme == "SCT" and (code, meaning) in named


@pytest.mark.parametrize(
    ("language", "told"), [("", "Undetermined"), ("en", "English"), ("qz", "qz")]
)
def test_a_language_that_nobody_told_is_not_english(
    nlp: Language,  # noqa: F811
    tmp_path: Path,
    language: str,
    told: str,
) -> None:
    chosen = replace(SETTINGS, language=language)
    export([annotated(nlp)], tmp_path / "out", "dicom-sr", chosen)
    (file,) = (tmp_path / "out").iterdir()
    (spoken,) = [v for n, v in items(pydicom.dcmread(file)) if n.startswith("Language of")]
    assert spoken == ("RFC5646", told)


def test_command(nlp: Language, tmp_path: Path) -> None:  # noqa: F811
    nlp.to_disk(tmp_path / "model")
    (tmp_path / "r.txt").write_text("FINDINGS: No effusion. Possible pneumonia.", encoding="utf-8")
    files = (tmp_path / "model", tmp_path / "r.txt", tmp_path / "o")
    done = run(app, "annotate", *files, "--to", "dicom-sr")
    assert done.exit_code == 0, done.output
    assert dicom_sr.WITHOUT_STUDY in done.output
    (file,) = (tmp_path / "o").iterdir()
    assert list(groups(pydicom.dcmread(file))) == ["Effusion: negative", "Pneumonia: uncertain"]
