"""Tests whose clean result answers a doubt, and those that leave it standing; years of events."""

import pytest

from spacy_clinical.context.answering_tests import find_answer
from spacy_clinical.context.dated_events import find_time


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("PE was considered but CTPA clear.", "CTPA clear"),
        ("ACS, troponins flat.", "troponins flat"),
        ("DVT - doppler of the leg was negative", "doppler of the leg was negative"),
        ("sepsis, CXR clear.", ""),  # tells nothing of sepsis
        ("stroke; CT normal.", ""),
        ("stroke but CT normal, MRI awaited.", ""),
        ("gout but x-ray normal so far.", ""),
        ("pneumonia but CXR clear, treat anyway.", ""),
        ("PE likely but CTPA clear.", ""),
        ("fracture but x-ray negative for dislocation.", ""),
        ("sepsis but he is clear.", ""),
        ("PE but well; CT normal", ""),
    ],
)
def test_a_clean_result_answers_what_it_can(text: str, told: str) -> None:
    end = len(text) if text[-1] != "." else len(text) - 1
    first = text.replace(",", " ").split()[0]
    found = find_answer(text, (0, len(first)), end)
    assert (text[slice(*found)] if found else "") == told


@pytest.mark.parametrize(
    ("text", "done", "told"),
    [
        ("MI 2014, on A", False, "2014"),
        ("Stroke (3/2019).", False, "2019"),
        ("Appendectomy in 2003;", True, "2003"),
        ("Diabetes 2010, on A", False, ""),
        ("MI 2014 ml", False, ""),
        ("MI 0800", False, ""),
        ("MI 2014.5", False, ""),
    ],
)
def test_a_year_makes_an_event_past(text: str, done: bool, told: str) -> None:
    found = find_time(text, 0, len(text.split()[0]), done=done)
    assert (text[slice(*found)] if found else "") == told
