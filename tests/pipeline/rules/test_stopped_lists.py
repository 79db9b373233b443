"""Of a list of drugs that was stopped all are past, of other mentions beside it none."""

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.docs import get_assertions, get_spans

DRUGS = ("salbane", "dorimol", "kerazine")


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    names = [{"label": "MEDICATION", "pattern": name} for name in DRUGS]
    ruler.add_patterns([*names, {"label": "CONDITION", "pattern": "gout"}])
    nlp.add_pipe("clinical_context")
    return nlp


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("We stopped salbane, dorimol and kerazine.", DRUGS),
        ("Salbane, dorimol, and kerazine were discontinued.", DRUGS),
        ("Salbane 5 mg daily, dorimol 10 mg & kerazine were held.", DRUGS),
        ("Salbane 5 mg daily & kerazine stopped at noon.", ("salbane", "kerazine")),
        ("Her salbane and her dorimol have been stopped.", ("salbane", "dorimol")),
        ("Salbane, dorimol and kerazine have all been discontinued.", DRUGS),
        ("He stopped both salbane and dorimol.", ("salbane", "dorimol")),
        ("Salbane was stopped, as were dorimol and kerazine.", DRUGS),
        ("Discontinued medications: salbane, dorimol, kerazine.", DRUGS),
        ("Takes salbane, dorimol was stopped.", ("dorimol",)),
        ("Stopped salbane, dorimol continued.", ("salbane",)),
        ("Stopped salbane, started dorimol and kerazine.", ("salbane",)),
        ("For gout, salbane was stopped.", ("salbane",)),
        ("Gout, salbane and dorimol were stopped.", ("salbane", "dorimol")),
        ("Stopped salbane. Dorimol and kerazine daily.", ("salbane",)),
    ],
)
def test_lists(nlp: Language, text: str, past: tuple[str, ...]) -> None:
    doc = nlp(text)
    rows = zip(get_spans(doc), get_assertions(doc), strict=True)
    found = [span.text.lower() for span, said in rows if said[0].value == "historical"]
    assert tuple(found) == past
