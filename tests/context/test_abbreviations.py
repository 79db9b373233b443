"""Schwartz and Hearst's definitions, on sentences written for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.context.abbreviations import find_definitions, find_places


def pairs(text: str) -> list[tuple[str, str]]:
    return [(text[slice(*d.short)], text[slice(*d.long)]) for d in find_definitions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a myocardial infarction (MI) today", [("MI", "myocardial infarction")]),
        ("an MRI (magnetic resonance imaging)", [("MRI", "magnetic resonance imaging")]),
        ("heat shock protein 27 (HSP27)", [("HSP27", "heat shock protein 27")]),
        ("deep-vein thrombosis (DVT, confirmed)", [("DVT", "deep-vein thrombosis")]),
        ("atrial fibrillation (AFib)", [("AFib", "atrial fibrillation")]),
        ("atrial fibrillation [AF]", [("AF", "atrial fibrillation")]),
        ("BP (120/80), heparin (5 mg), pain (left), a drug (IV)", []),
        ("Chronic cough. Obstruction (COPD)", []),
        ("myocardial infarction (XY)", []),
        ("MI (MI)", []),
        ("(MI)", []),
        ("", []),
        (
            "acute renal failure (ARF) or aortic root fistula (ARF)",
            [("ARF", "acute renal failure")],
        ),
    ],
)
def test_definitions(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(text) == expected


def test_places_are_words_in_the_same_letters() -> None:
    text = "MI, mi, MIX, (MI) MI-free, drug-MI. MI-2 MI-B MI-b T-MI 2-MI MI_x 5MI"
    assert find_places(text, "MI") == [(0, 2), (14, 16), (18, 20), (32, 34)]


@given(st.text(alphabet="ab AB().,\n", max_size=40))
def test_any_text(text: str) -> None:
    for definition in find_definitions(text):
        for start, end in definition:
            assert 0 <= start < end <= len(text)
