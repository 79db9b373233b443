"""A quote is asserted word by word, by its cues, its section, and the graph's mentions."""

import pytest

from spacy_clinical.graph import build_graph
from spacy_clinical.graph.graph_lookup import Lookup
from spacy_clinical.graph.patient_chart import charts
from spacy_clinical.questions.quoted_assertion import what_holds, what_mentions_say
from spacy_clinical.records import Entity, Record


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


@pytest.mark.parametrize(
    ("text", "quote"), [("否认痛风病史。", "痛风"), ("患者否认 gout 病史，No cramps.", "cramps")]
)
def test_in_chinese_and_in_both(text: str, quote: str) -> None:
    """The cues are the note's, in whatever language it is asked."""
    start = text.index(quote)
    assert "denied" in what_holds(text, start, start + len(quote))


@pytest.mark.parametrize(
    ("text", "label", "quote", "expected"),
    [
        ("Arthroscopy done in May.", "PROCEDURE", "Arthroscopy", set()),
        ("She declined arthroscopy.", "PROCEDURE", "arthroscopy", {"denied"}),
        ("The arthroscopy was cancelled.", "PROCEDURE", "arthroscopy", {"denied"}),
        ("Arthroscopy to be booked.", "PROCEDURE", "Arthroscopy", {"hypothetical"}),
        ("Plan to start colchicine.", "MEDICATION", "colchicine", {"hypothetical"}),
        ("Colchicine was stopped.", "MEDICATION", "Colchicine", {"past"}),
        ("Keep urate below 6 mg/dL.", "VALUE", "6 mg/dL", {"hypothetical"}),
    ],
)
def test_what_a_mention_of_the_graph_says(
    text: str, label: str, quote: str, expected: set[str]
) -> None:
    start = text.index(quote)
    record = Record("n", text, (Entity("T1", label, ((start, start + len(quote)),)),))
    (chart,) = charts(Lookup(build_graph([record])))
    said = [one for own in chart.statements.values() for one in own]
    assert said and what_mentions_say(said) == expected
