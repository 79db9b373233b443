"""Notes that fail, each by itself: with a code that isn't a word of theirs."""

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.batch.worker_pool import annotate_notes
from spacy_clinical.note import Note


@Language.component("test_raise_text")
def raise_text(doc: Doc) -> Doc:
    """Raises what the text says, as foreign components do."""
    if "[" in doc.text:
        raise ValueError(doc.text)
    return doc


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Seen on ward [MRN4711] today.", "SC518"),
        ("[WARD12] Seen today.", "SC518"),
        ("[SC511] is a word too.", "SC518"),
        ("[E109] Component not initialized.", "E109"),
    ],
)
def test_codes_of_foreign_errors(text: str, code: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("test_raise_text")
    failed, other = annotate_notes(nlp, [Note("a", text), Note("b", "Seen.")])
    assert (failed.doc, failed.code) == (None, code)
    assert failed.error.startswith("[SC518] ")
    assert other.doc is not None


def test_codes_of_notes_that_cannot_be_read() -> None:
    note = Note("a", "", fault="[SC572] 'feed.hl7', message 1: found [ABC123].")
    (result,) = annotate_notes(spacy.blank("en"), [note])
    assert (result.code, result.error) == ("SC572", note.fault)
