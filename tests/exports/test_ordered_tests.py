"""Tests that are only ordered leave as no Observation, those that were done as one."""

import pytest
import spacy

from spacy_clinical.docs import to_doc
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.fhir_mapping import FhirMapping
from spacy_clinical.exports.mapping_tables import Mappings

from ..marked_notes import note
from .conftest import SETTINGS

WHY = "tests that are to be done or not back: no Observation"


def observed(marked: str) -> tuple[list[str], int]:
    """The tests that leave, and how many are counted as left out."""
    pairs = [("5.9", "RESULT_OF", "ferrate")] if "{v 5.9}" in marked else []
    doc = to_doc(note(marked, *pairs), spacy.blank("en").make_doc)
    drafts, left_out = FhirMapping(Mappings()).resources(read_facts(doc, SETTINGS))
    told = [draft.fact.text for (kind, _), draft in drafts.items() if kind == "Observation"]
    return told, left_out.get(WHY, 0)


@pytest.mark.parametrize(
    ("marked", "number"),
    [
        ("{t Zinkate} and {t ferrate} should be repeated, {t molybdate} to be sent.", 3),
        ("Please check {t zinkate} and {t ferrate} before lunch.", 2),
        ("We shall recheck her {t zinkate} on Monday.", 1),
        ("Plan: repeat {t zinkate}, then home.", 1),
        ("{t Zinkate}, {t ferrate} still pending.", 2),
        ("Still awaiting the {t zinkate}.", 1),
        ("{t Zinkate} next week.", 1),
        ("Outstanding: {t zinkate}, {t ferrate}", 2),
        ("{t Zinkate} not yet back.", 1),
        ("Requested {t zinkate}; this is still pending.", 1),
    ],
)
def test_ordered(marked: str, number: int) -> None:
    _, left_out = observed(marked)
    assert left_out == number


@pytest.mark.parametrize(
    "marked",
    [
        "Repeat {t zinkate} was stable.",
        "{t Zinkate} was checked.",
        "On repeat {t zinkate} low.",
        "Requested {t zinkate}; this was normal.",
        "{t Zinkate} came back raised and will be rechecked.",
        "Recheck {t ferrate} {v 5.9}.",
        "Follow-up {t zinkate} unremarkable.",
    ],
)
def test_done(marked: str) -> None:
    told, left_out = observed(marked)
    assert (len(told), left_out) == (1, 0)


def test_a_panel_whose_result_follows_was_done() -> None:
    assert observed("Repeat {t zinkates}: {t ferrate} {v 5.9}.") == (["zinkates", "ferrate"], 0)
    assert observed("Repeat {t zinkates}. {t ferrate} {v 5.9}.") == (["ferrate"], 1)
