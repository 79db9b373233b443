"""A quote is asserted word by word, by its cues, its section, and the graph's mentions."""

import pytest

from spacy_clinical.questions.quoted_assertion import what_holds


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("Ankle swelling since Monday.", "Ankle swelling", set()),
        ("Denies ankle swelling or cramps.", "ankle swelling", {"denied"}),
        ("No cramps at night, swelling of both ankles.", "No cramps at night", {"denied"}),
        ("An aunt has a goitre.", "goitre", {"family"}),
        ("Family history:\nGoitre, gout.\n", "gout", {"family"}),
        ("Return if the wound opens.", "the wound opens", {"hypothetical"}),
        ("Possible gout of the left toe.", "gout of the left toe", {"unsure"}),
        ("History of gout.", "gout", {"past"}),
        ("Took colchicine. Denies cramps.", "colchicine. Denies cramps", {"denied"}),
    ],
)
def test_what_holds(text: str, quote: str, expected: set[str]) -> None:
    start = text.index(quote)
    assert what_holds(text, start, start + len(quote)) == expected


def test_in_chinese() -> None:
    text = "否认痛风病史。"
    assert "denied" in what_holds(text, 2, 4, "zh")
