"""What a model finds and can't be what it says."""

import pytest

from spacy_clinical.docs.phi import Identifier
from spacy_clinical.pipeline.deid.doubtful_finds import is_doubtful
from spacy_clinical.pipeline.deid.locale_rules import DeidRules
from spacy_clinical.pipeline.deid.text_words import Words

TEXT = "Will the Quorvex abdomen stay at 12-B, or MRN -- PA-C Pa, in Pain? Nadolol, Ololo AVGKLM"

DRUGS = [
    "Heparin",
    "Enoxaparin",
    "Tinzaparin",
    "Dexamethasone",
    "Fluticasone",
    "Mometasone",
    "Prednisone",
    "Spironolactone",
    "Cisplatin",
    "Carboplatin",
    "Albuterol",
    "Salmeterol",
]


@pytest.mark.parametrize(
    ("piece", "label", "score", "doubtful"),
    [
        ("Quorvex", "NAME", 0.1, False),  # no word of the language
        ("Will", "NAME", 0.9, False),  # a name too, where it has a capital and the model is sure
        ("Will", "NAME", 0.4, True),
        ("the", "NAME", 0.9, True),
        ("the Quorvex", "NAME", 0.1, False),  # one word that may name somebody is enough
        ("abdomen", "CITY", 0.9, True),
        ("abdomen", "HOSPITAL", 0.9, False),  # hospitals are made of such words
        ("MRN", "MRN", 0.9, True),
        ("12-B", "MRN", 0.1, False),
        ("--", "DATE", 0.9, True),
        ("Pain", "USERNAME", 0.3, True),
        ("Nadolol", "NAME", 0.9, True),  # ends as drugs do
        ("PA-C", "NAME", 0.9, True),
        ("Nadolol", "HOSPITAL", 0.9, False),
        ("Ololo", "NAME", 0.9, False),
        ("AVGKLM", "MRN", 0.9, False),  # a number of letters
        ("AVGKLM", "MRN", 0.3, True),
        ("Quorvex", "ID", 0.9, False),  # a name that was taken for a number
        ("Pa", "NAME", 0.9, False),  # a name too
        ("Pa", "NAME", 0.4, True),
        ("PA-C Pa", "DOCTOR", 0.9, False),
    ],
)
def test_doubtful(piece: str, label: str, score: float, doubtful: bool) -> None:
    start = TEXT.index(piece)
    one = Identifier(start, start + len(piece), label, score, "model")
    assert is_doubtful(one, Words(TEXT), DeidRules(["en"]).lexicon) is doubtful


@pytest.mark.parametrize("surname", ["Gasparin", "Tommasone", "Zaplatin", "Denisone", "Canterol"])
def test_a_surname_is_no_drug(surname: str) -> None:
    one = Identifier(0, len(surname), "NAME", 0.6, "model")
    assert not is_doubtful(one, Words(surname), DeidRules(["en"]).lexicon)


@pytest.mark.parametrize("drug", DRUGS)
def test_a_drug_is_nobody(drug: str) -> None:
    one = Identifier(0, len(drug), "NAME", 0.9, "model")
    assert is_doubtful(one, Words(drug), DeidRules(["en"]).lexicon)


def test_a_rule_may_find_it_all_the_same() -> None:
    rules, text = DeidRules(["en"]), "Seen by Dr. Will. He will go."
    at = text.index("will")
    seen = [Identifier(at, at + 4, "NAME", 0.99, "model")]
    found = rules.find(Words(text), seen=seen)
    assert [(text[one.start : one.end], one.source[:4]) for one in found] == [("Will", "rule")]
