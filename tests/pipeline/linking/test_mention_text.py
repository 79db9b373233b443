"""What a mention is looked up by."""

from typing import Any

import spacy
from spacy.tokens import Doc, Span

from spacy_clinical.docs import install_extensions, set_mentions
from spacy_clinical.docs.abbreviation_spans import get_long_form, set_abbreviations
from spacy_clinical.pipeline.linking.mention_text import mention_texts
from spacy_clinical.tokenizer import make_tokenizer

from ...growth import growth


def make_note(mentions: int) -> Doc:
    """Every mention holds an abbreviation, and the first words say what it stands for."""
    text = "heart attack" + " and old HA" * mentions
    doc = make_tokenizer()(spacy.blank("en"))(text)
    places = range(3, len(doc), 3)
    set_mentions(doc, [Span(doc, i, i + 2, label="CONDITION") for i in places])
    set_abbreviations(doc, [(Span(doc, i + 1, i + 2), Span(doc, 0, 2)) for i in places])
    return doc


def read(doc: Doc) -> Any:
    return mention_texts(doc), [get_long_form(s) for s in doc.spans["abbreviations"]]


def test_abbreviations_are_spelled_out() -> None:
    install_extensions()
    texts, long_forms = read(make_note(3))
    assert texts == [["old heart attack", "old HA"]] * 3
    assert [form.text for form in long_forms] == ["heart attack"] * 3


def test_time_is_linear() -> None:
    assert growth(make_note, read, 1_500) < 9
