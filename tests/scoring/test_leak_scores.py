"""Counted by hand."""

import pytest
import spacy
from spacy.tokens import Doc
from spacy.training import Example

from spacy_clinical.docs import set_mentions
from spacy_clinical.docs.phi import Identifier, set_identifiers
from spacy_clinical.scoring.confidence_intervals import Settings
from spacy_clinical.scoring.leak_scores import PhiNote, count_leaks, score_identifiers, sum_up

#       0         1         2         3
#       0123456789012345678901234567890123456789
TEXT = "Dr. Ann Lee saw Baker's cyst on May 3, ok"
GOLD = [(0, 11, "NAME"), (32, 37, "DATE")]


def count(found: list[tuple[int, int, str]]) -> dict[str, dict[str, float]]:
    notes = [
        count_leaks(PhiNote(TEXT, GOLD, found, [(16, 28)])),
        count_leaks(PhiNote("no pain", [], [])),
    ]
    return sum_up(notes)


def test_a_letter_uncovered_is_a_leak_but_titles_identify_nobody() -> None:
    scores = count([(4, 11, "NAME"), (32, 35, "DATE"), (16, 21, "NAME")])
    # "Dr" is harmless, so the name is whole; "3" of the date is not covered; "Baker" was touched.
    assert scores["recall"]["value"] == 1 / 2
    assert scores["leak_rate"]["value"] == 1 / 2
    assert scores["precision"]["value"] == 2 / 3
    assert scores["strict_recall"]["value"] == 0
    assert scores["notes_without_leak"]["value"] == 1 / 2
    # Words: Dr Ann Lee May 3 are gold, of which Ann Lee May were touched, and Baker beside them.
    assert scores["word_recall"]["value"] == 3 / 5
    assert scores["word_precision"]["value"] == 3 / 4
    # Others: saw Baker s cyst on ok, no pain.
    assert scores["over_redaction"]["value"] == 1 / 8
    assert scores["clinical_over_redaction"]["value"] == 1 / 3
    assert scores["empty_notes_touched"]["value"] == 0
    # Letters and digits: 8 of the name ("Dr" too), 4 of the date; 6 + 3 found right of 14 found.
    assert scores["character_recall"]["value"] == 9 / 12
    assert scores["character_precision"]["value"] == 9 / 14
    assert scores["labels"]["DATE"]["recall"]["value"] == 0
    assert scores["labels"]["NAME"]["precision"]["value"] == 1 / 2


def test_borders_and_label_count_for_strict_scores() -> None:
    scores = count([(0, 11, "NAME"), (32, 37, "ID")])
    assert scores["recall"]["value"] == 1
    assert scores["strict_recall"]["value"] == scores["strict_precision"]["value"] == 1 / 2


def test_intervals_hold_the_value_and_nothing_found_is_none() -> None:
    notes = [count_leaks(PhiNote(TEXT, GOLD, GOLD[: i % 3], [])) for i in range(30)]
    recall = sum_up(notes, Settings(samples=200))["recall"]
    assert recall["low"] < recall["value"] < recall["high"]
    assert sum_up([])["recall"]["value"] is None


def test_the_scorer_of_the_component() -> None:
    nlp = spacy.blank("en")
    gold, predicted = nlp.make_doc(TEXT), nlp.make_doc(TEXT)
    name, date = gold.char_span(0, 11, "NAME"), gold.char_span(32, 37, "DATE")
    assert name is not None and date is not None
    set_mentions(gold, [name, date])
    set_identifiers(predicted, [Identifier(4, 11, "NAME", 0.9, "rule")])
    scores = score_identifiers([Example(predicted, gold)])
    assert scores["phi_recall"] == 1 / 2
    assert scores["phi_precision"] == 1
    assert scores["phi_f"] == pytest.approx(2 / 3)
    assert scores["phi_per_type"] == {"DATE": 0.0, "NAME": 1.0}
    blank = Doc(nlp.vocab, words=["x"])
    assert score_identifiers([Example(blank, blank.copy())])["phi_recall"] is None
