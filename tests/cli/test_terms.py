"""`terms learn`."""

from pathlib import Path

import pytest
import spacy

from spacy_clinical.cli import app
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, Fact

from ..commands import run


@pytest.fixture()
def model(tmp_path: Path) -> Path:
    names = (("A", "multiple sclerosis"), ("A", "MS"), ("B", "mitral stenosis"), ("B", "MS"))
    build_from_facts((Fact(id, NAME, name) for id, name in names), tmp_path / "kb")
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_terms", config={"kb": str(tmp_path / "kb")})
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


def test_learn(model: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    said = "Brain plaques: multiple sclerosis.", "Diastolic valve quxwort: mitral stenosis."
    for i in range(10):
        (tmp_path / "notes" / f"{i}.txt").write_text(said[i % 2])
    ran = run(app, "terms", "learn", model, tmp_path / "notes", tmp_path / "learned")
    assert ran.exit_code == 0, ran.output
    assert "Contexts of 2 concepts learned from 10 notes" in ran.output
    nlp = spacy.load(tmp_path / "learned")
    assert nlp("Brain plaques: MS").ents[0]._.kb_ents == [("A", 1.0), ("B", 1.0)]
    assert nlp("Diastolic valve quxwort: MS").ents[0]._.kb_ents == [("B", 1.0), ("A", 1.0)]
    kept = b"".join(
        path.read_bytes() for path in (tmp_path / "learned").rglob("*") if path.is_file()
    )
    assert b"quxwort" not in kept


def test_nothing_learned(model: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Nothing here.")
    ran = run(app, "terms", "learn", model, tmp_path / "note.txt", tmp_path / "learned")
    assert ran.exit_code == 1
    assert "SC672" in ran.output
    assert not (tmp_path / "learned").exists()
