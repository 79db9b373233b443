"""Numbers of notes in FHIR, by the language that notes keep on their way through files."""

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.batch.output_formats import export
from spacy_clinical.corpus.corpus_files import read_records
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.graph import build_graph
from spacy_clinical.note import Note

from .fhir_cases import make_doc, make_resources

pytest.importorskip("fhir.resources")
DRUG, TIES = "{m1|Abacin} {g1|%s}.", ["HAS_STRENGTH m1 g1"]


def dose(marked: str, settings: ExportSettings | None = None, **meta: object) -> Any:
    doc = make_doc(DRUG % marked, TIES, **meta)
    (made,) = make_resources(doc, settings)
    told = made["dosage"][0].get("doseAndRate", [{}])[0].get("doseQuantity", {})
    assert made["dosage"][0]["text"] == marked
    return told.get("value") and float(told["value"])


@pytest.mark.parametrize(
    ("words", "language", "value"),
    [
        ("1.500 mg", "de", None), ("1,5 mg", "de", 1.5), ("1,5 mg", "es", 1.5),
        ("1,500 mg", "es", None), ("1,500 mg", "en", 1500), ("1.500 mg", "en", 1.5),
        ("1,500 mg", "", 1500), ("1,5 mg", "", None), ("0,25 mg", "es-MX", 0.25),
    ],
)  # fmt: skip
def test_doses(words: str, language: str, value: float | None) -> None:
    assert dose(words, language=language) == value
    assert dose(words, ExportSettings(language=language[:2])) == value


def test_what_a_note_says_counts_more_than_what_is_said_of_all() -> None:
    assert dose("1,500 mg", ExportSettings(language="en"), language="de") is None


@pytest.fixture(scope="module")
def pipelines() -> dict[str, Language]:
    made = {}
    for language in ("de", "en"):
        nlp = made[language] = spacy.blank(language)
        pattern = {"label": "MEDICATION", "pattern": "Abacin"}
        nlp.add_pipe("entity_ruler").add_patterns([pattern])  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("name", ["n.spacy", "n.jsonl"])
@pytest.mark.parametrize(
    ("pipeline", "meta", "language"),
    [("de", {}, "de"), ("en", {}, ""), ("en", {"language": "es"}, "es"), ("de", {"a": "b"}, "de")],
)
def test_annotated_notes_keep_their_language(
    pipelines: dict[str, Language],
    tmp_path: Path,
    name: str,
    pipeline: str,
    meta: dict[str, Any],
    language: str,
) -> None:
    annotate(pipelines[pipeline], [Note("n1", "Abacin 1.500 mg.", meta)], tmp_path / name)
    (record,) = read_records(tmp_path / name)
    assert record.meta == meta | ({"language": language} if language else {})
    (document,) = build_graph(tmp_path / name).documents.values()
    assert document.language == language
    export(tmp_path / name, tmp_path / "f.ndjson")
    lines = map(json.loads, (tmp_path / "f.ndjson").read_text().splitlines())
    assert "MedicationStatement" in {line["resourceType"] for line in lines}
