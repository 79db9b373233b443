"""Cues that say nothing of some kinds of mentions, and sections of one line with prose below."""

from functools import cache

import pytest
from spacy.language import Language

from ..named_notes import name_mentions


@cache
def with_sections() -> Language:
    nlp = name_mentions("en", {"wenalol", "gout"}, "CONDITION", ours=True)
    nlp.add_pipe("clinical_sections", first=True)
    return nlp


@pytest.mark.parametrize(
    ("label", "text", "value"),
    [
        ("MEDICATION", "Took wenalol at 9.", "present"),
        ("SYMPTOM", "Wenalol at 3.", "present"),
        ("CONDITION", "Wenalol at 12.", "historical"),
        ("CONDITION", "Wenalol at 0800.", "present"),
        ("CONDITION", "Wenalol at 13.1 mg.", "present"),
        ("MEDICATION", "Wenalol 5 mg, cultures negative.", "present"),
        ("CONDITION", "Wenalol 5 mg, cultures negative.", "absent"),
        ("MEDICATION", "Wenalol prophylaxis goes on.", "present"),
        ("CONDITION", "Wenalol prophylaxis goes on.", "hypothetical"),
    ],
)
def test_what_a_label_stands_for_matters(label: str, text: str, value: str) -> None:
    doc = name_mentions("en", {"wenalol"}, label)(text)
    assert [ent._.assertion for ent in doc.ents] == [value]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("PMH: gout.\nPresents with wenalol.", ["historical", "present"]),
        ("PMH: gout.\nEMS found wenalol.", ["historical", "present"]),
        ("Family history: gout.\nPt c/o wenalol.", ["family", "present"]),
        ("PMH: gout.\nHe had wenalol in his youth.", ["historical", "historical"]),
        ("PMH: gout\nwenalol", ["historical", "historical"]),
        ("PMH:\ngout\nPresents with wenalol.", ["historical", "historical"]),
    ],
)
def test_prose_below_a_section_of_one_line(text: str, values: list[str]) -> None:
    assert [ent._.assertion for ent in with_sections()(text).ents] == values
