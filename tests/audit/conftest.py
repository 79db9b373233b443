"""A run of `annotate` with its trail and its FHIR."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

import spacy_clinical.pipeline.rules.clinical_sections  # noqa: F401
from spacy_clinical import annotate, open_audit
from spacy_clinical.audit.keyed_hashes import write_key
from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.note import Note

from ..cli.fakes import make_fake

TEXTS = ("Aspirin for Quxwort , no fever .", "Rash after naproxen .", "Naproxen and aspirin .")


@pytest.fixture(scope="session")
def rules() -> Language:
    """Finds words, relates all of them, and says that they are absent."""
    return make_fake("test_find_words", "test_relate_all", "test_say_absent")


@pytest.fixture(scope="module")
def annotated(rules: Language, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the key, the trail of two runs over three notes, one of which can't be read,
    and what they wrote."""
    folder = tmp_path_factory.mktemp("annotated")
    write_key(folder / "key")
    trail = open_audit(folder / "trail", folder / "key", "user:mbeck")
    notes = [Note(f"MRN-{i}", text) for i, text in enumerate(TEXTS)]
    broken = Note("MRN-9", "", fault="[SC563] broken")
    settings = RunSettings("fhir", batch_size=2, audit=trail, progress=False)
    annotate(rules, [*notes, broken], folder / "facts.ndjson", settings)
    other = spacy.blank("en")
    other.add_pipe("test_find_words")
    other.meta.update(name="other", version="2.0")
    annotate(other, notes, folder / "other.jsonl", RunSettings(audit=trail, progress=False))
    return folder
