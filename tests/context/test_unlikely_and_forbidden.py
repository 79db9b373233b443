"""What is unlikely for a reason, what must not be given, what wasn't, and what has healed."""

import pytest
import spacy

from spacy_clinical.docs import to_record


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("Gout unlikely on ultrasound.", "Gout", ["absent"]),
        ("Gout improbable by history and age.", "Gout", ["absent"]),
        ("Tinorol must not be given.", "Tinorol", ["absent"]),
        ("Tinorol should never be combined with it.", "Tinorol", ["absent"]),
        ("Tinorol must be given.", "Tinorol", ["present"]),
        ("Tinorol was not given.", "Tinorol", ["absent"]),
        ("She was never given Tinorol for it.", "Tinorol", ["absent"]),
        ("He has not been started on Tinorol.", "Tinorol", ["absent"]),
        ("He was not prescribed it because of gout.", "gout", ["present"]),
        ("Gastric ulcer healed on gastroscopy.", "Gastric ulcer", ["historical"]),
        ("Gastric ulcer not yet healed.", "Gastric ulcer", ["present"]),
        ("Gastric ulcer, paused until healed.", "Gastric ulcer", ["present"]),
        ("Plan: colectomy if bleeding recurs.", "colectomy", ["hypothetical"]),
        ("Plan: treat gout, discharge if well.", "gout", ["present"]),
        ("Gastric ulcer partially healed.", "Gastric ulcer", ["present"]),
    ],
)
def test_assertion(text: str, words: str, said: list[str]) -> None:
    nlp = spacy.blank("en")
    context = nlp.add_pipe("clinical_context")
    doc = nlp.make_doc(text)
    start = text.index(words)
    doc.spans["clinical"] = [doc.char_span(start, start + len(words), label="CONDITION")]
    found = to_record(context(doc), id="d")
    assert [one.value for one in found.attributes if one.name == "assertion"] == said


def test_what_stands_before_is_not_given_and_not_what_follows() -> None:
    nlp = spacy.blank("en")
    context = nlp.add_pipe("clinical_context")
    doc = nlp.make_doc("Tinorol was not given, gout was treated.")
    doc.spans["clinical"] = [
        doc.char_span(start, end, label="CONDITION") for start, end in ((0, 7), (23, 27))
    ]
    found = to_record(context(doc), id="d")
    said = [one.value for one in found.attributes if one.name == "assertion"]
    assert said == ["absent", "present"]
