"""Pipelines that are loaded by their folder: what a damaged one says."""

from pathlib import Path

import pytest
import spacy

from spacy_clinical.errors import CommandError
from spacy_clinical.installed import load_model


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
