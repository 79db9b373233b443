"""`clinical_quantities`: values right behind tests, and what is none of them."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

from spacy_clinical.docs import get_spans, set_mentions, set_relations, to_record

NAMES = ("zinkate", "Zinkate", "ferrate", "weight", "pressure", "Scan", "lesion")


def make_nlp(**config: object) -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = spacy.util.registry.tokenizers.get("spacy-clinical.Tokenizer.v1")()(nlp)
    nlp.add_pipe("clinical_quantities", config=config)
    return nlp


@pytest.fixture(scope="module")
def nlp() -> Language:
    return make_nlp()


def with_tests(nlp: Language, text: str) -> Doc:
    doc = nlp.make_doc(text)
    spans = [
        Span(doc, token.i, token.i + 1, "CONDITION" if token.text == "lesion" else "TEST")
        for token in doc
        if token.text in NAMES
    ]
    set_mentions(doc, spans)
    return doc


def read(nlp: Language, text: str) -> list[str]:
    doc = nlp(with_tests(nlp, text))
    return [f"{rel.tail.text}={rel.head.text}" for rel in doc._.relations]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Zinkate 4.4 mmol/L this morning", ["Zinkate=4.4 mmol/L"]),
        ("The zinkate level was noted to be 6.", ["zinkate=6"]),
        ("Zinkate (Z): 12.5 g/dL (11-14) (N)", ["Zinkate=12.5 g/dL (11-14) (N)"]),
        ("pressure 131/74, weight 71.5 kg", ["pressure=131/74", "weight=71.5 kg"]),
        ("zinkate fell from 9.1 to 7.7", ["zinkate=9.1", "zinkate=7.7"]),
        ("zinkate 2.2 --> 2.9 -> 3.4", ["zinkate=2.2", "zinkate=2.9", "zinkate=3.4"]),
        ("zinkate 5 on admission, now 3", ["zinkate=5", "zinkate=3"]),
        ("zinkate 3.3, previously 2.8", ["zinkate=3.3", "zinkate=2.8"]),
        ("zinkate 3.3 (2.8 last month)", ["zinkate=3.3", "zinkate=2.8"]),
        ("zinkate 3.3 (baseline of 2.8)", ["zinkate=3.3", "zinkate=2.8"]),
        ("zinkate 3.3, down from 4.9 on arrival", ["zinkate=3.3", "zinkate=4.9"]),
        ("zinkate 3.3 three weeks ago, now 2.8", ["zinkate=3.3", "zinkate=2.8"]),
        ("pressure 131/74, previously 152/90", ["pressure=131/74", "pressure=152/90"]),
        ("zinkate 3.3 (2.8-4.1)", ["zinkate=3.3 (2.8-4.1)"]),
        ("zinkate 3.3 from 5/12", ["zinkate=3.3"]),
        ("zinkate 3.3, last 2 days", ["zinkate=3.3"]),
        ("ferrate <0.5 ng/mL", ["ferrate=<0.5 ng/mL"]),
        ("zinkate 1+", ["zinkate=1+"]),
        ("zinkate 88%", ["zinkate=88%"]),
    ],
)  # fmt: skip
def test_values(nlp: Language, text: str, expected: list[str]) -> None:
    assert read(nlp, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "zinkate 20 mg daily",  # a dose
        "zinkate 3 times a week",
        "zinkate for 3 days",
        "Scan 4/11 without change",  # a date
        "Scan 2019 without change",
        "Scan 3 mm cuts",
        "zinkate 2 views",
        "zinkate\n4.5",
        "zinkate, 4.5",
        "zinkate on 4 May was 4.5",
        "zinkate 7/4.5",
        "weight 5' 9",
        "lesion 4.5 cm",
        "zinkate ferrate",
        "zinkate",
        "zinkate 4" + "4" * 500,
    ],
)
def test_no_values(nlp: Language, text: str) -> None:
    assert read(nlp, text) == []


def test_what_is_stored(nlp: Language) -> None:
    doc = nlp(with_tests(nlp, "zinkate 4.5, ferrate not done"))
    assert [(s.text, s.label_) for s in get_spans(doc)][2:] == [("4.5", "LAB_VALUE")]
    assert [(e.text, e.label_) for e in doc.ents][1] == ("4.5", "LAB_VALUE")
    (row,) = to_record(doc).relations
    assert row.label == "RESULT_OF"
    (again,) = DocBin(docs=[doc]).get_docs(nlp.vocab)
    assert [r.head.text for r in again._.relations] == ["4.5"]
    assert nlp("zinkate 4.5").spans == {}  # nobody has looked for tests


def test_what_others_found_stays(nlp: Language) -> None:
    doc = nlp.make_doc("zinkate 4.5, ferrate 9, weight 70")
    spans = [
        Span(doc, 0, 1, "TEST"),
        Span(doc, 1, 2, "VALUE"),
        Span(doc, 3, 4, "TEST"),
        Span(doc, 4, 5, "DOSE"),
    ]
    set_mentions(doc, [*spans, Span(doc, 6, 7, "OTHER")])
    set_relations(doc, [(1, 0, "RESULT_OF", 0.7)])
    nlp.get_pipe("clinical_quantities")(doc)
    assert [(r.head.text, r.tail.text) for r in doc._.relations] == [("4.5", "zinkate")]
    own = make_nlp(labels=["OTHER"], label="V", relation="R")
    own.get_pipe("clinical_quantities")(doc)
    assert [(r.head.text, r.tail.text, r.label) for r in doc._.relations][1:] == [
        ("70", "weight", "R")
    ]
    assert get_spans(doc)[-1].label_ == "V"


def test_saved(nlp: Language, tmp_path: Path) -> None:
    make_nlp(label="V").to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    assert get_spans(again(with_tests(again, "zinkate 4.5")))[-1].label_ == "V"


def test_a_long_note_takes_its_time(nlp: Language) -> None:
    text = "zinkate was at to be of " * 400
    assert read(nlp, text) == []
