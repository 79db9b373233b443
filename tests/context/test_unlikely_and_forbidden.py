"""What is unlikely for a reason, and what must not be given."""

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
