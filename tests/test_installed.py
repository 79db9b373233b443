"""Pipelines that are loaded by their folder: what a damaged one says."""

import shutil
from pathlib import Path

import pytest
import spacy

from spacy_clinical.batch.annotation_run import annotate
from spacy_clinical.errors import CommandError, KnowledgeError, PipelineError
from spacy_clinical.installed import load_model
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import NAME, Fact
from spacy_clinical.note import Note
from spacy_clinical.packaging.installation_check import try_model


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize("name", ["meta.json", "config.cfg", "tokenizer", "vocab/strings.json"])
@pytest.mark.parametrize("content", [b"", b"Quxwort [", b"\xff\xfe\x00", b"[" * 100_000, None])
def test_a_damaged_folder_has_a_code(folder: Path, name: str, content: bytes | None) -> None:
    path = folder / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(CommandError, match=r"SC507.*verify") as caught:
        load_model(str(folder))
    assert "Quxwort" not in str(caught.value) and len(str(caught.value)) < 500


def test_a_component_that_nobody_knows_is_named(folder: Path) -> None:
    path = folder / "config.cfg"
    path.write_text(path.read_text().replace('factory = "clinical_sentences"', 'factory = "x1"'))
    with pytest.raises(CommandError, match=r"SC507.*x1"):
        load_model(str(folder))


@pytest.mark.parametrize("component", ["clinical_terms", "clinical_linker"])
def test_a_broken_knowledge_base_is_told_before_the_first_note(
    tmp_path: Path, component: str
) -> None:
    build_from_facts([Fact("C1", NAME, "fever")], tmp_path / "kb")
    nlp = spacy.blank("en")
    nlp.add_pipe(component, config={"kb": str(tmp_path / "kb")})
    nlp.to_disk(tmp_path / "model")
    load_model(str(tmp_path / "model"))
    (tmp_path / "kb/index/ids.npy").write_bytes(b"")
    with pytest.raises(KnowledgeError, match=r"SC611.*ids\.npy"):
        load_model(str(tmp_path / "model"))
    shutil.rmtree(tmp_path / "kb")
    (tmp_path / "kb").mkdir()
    with pytest.raises(PipelineError, match="SC614"):
        load_model(str(tmp_path / "model"))


def test_a_component_without_its_base_is_told_before_the_first_note(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_terms")
    nlp.to_disk(tmp_path / "model")
    load_model(str(tmp_path / "model"))  # as `package` does
    with pytest.raises(PipelineError, match=r"SC613.*clinical_terms"):
        annotate(tmp_path / "model", [Note("1", "fever")], tmp_path / "notes.jsonl")
    assert not (tmp_path / "notes.jsonl").exists()
    with pytest.raises(PipelineError, match=r"SC613.*clinical_terms"):
        try_model(str(tmp_path / "model"))
