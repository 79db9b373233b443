"""Values from before are no results of the note's date."""

import pytest
import spacy

from spacy_clinical.docs import to_doc
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.fhir_mapping import FhirMapping
from spacy_clinical.exports.mapping_tables import Mappings

from ..marked_notes import note
from .conftest import SETTINGS


def dated(marked: str, *values: str) -> dict[str, bool]:
    """Whether each value is of the note's date."""
    pairs = [(value, "RESULT_OF", "zinkate") for value in values]
    doc = to_doc(note(marked, *pairs), spacy.blank("en").make_doc)
    drafts, _ = FhirMapping(Mappings()).resources(read_facts(doc, SETTINGS))
    return {draft.added["value"][0].text: draft.dated for draft in drafts.values()}


@pytest.mark.parametrize(
    ("marked", "now"),
    [
        ("{t zinkate} {v 7.7}, previously {v 6.1}.", True),
        ("{t zinkate} {v 7.7} ({v 6.1} last month).", True),
        ("{t zinkate} {v 7.7}, down from {v 6.1}.", True),
        ("{t zinkate} {v 7.7} as compared with {v 6.1} in spring.", True),
        ("{t zinkate} {v 7.7}, {v 6.1} five weeks ago.", True),
        ("{t zinkate} {v 7.7}, then {v 6.1}.", False),
        ("{t zinkate} rose from {v 6.1} to {v 7.7}.", False),
    ],
)
def test_what_is_of_now(marked: str, now: bool) -> None:
    assert dated(marked, "7.7", "6.1") == {"7.7": now, "6.1": False}


def test_one_value() -> None:
    assert dated("{t zinkate} {v 7.7}.", "7.7") == {"7.7": True}
    assert dated("Prior {t zinkate} {v 6.1}.", "6.1") == {"6.1": False}


def test_a_test_is_not_past_for_words_behind_its_value_of_now() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_context")
    marked = "{t zinkate} {v 7.7} previously {v 6.1}."
    pairs = [(value, "RESULT_OF", "zinkate") for value in ("7.7", "6.1")]
    doc = to_doc(note(marked, *pairs), nlp.make_doc)
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    drafts, _ = FhirMapping(Mappings()).resources(read_facts(doc, SETTINGS))
    assert [draft.dated for draft in drafts.values()] == [True, False]
